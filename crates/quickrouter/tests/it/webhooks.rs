//! Webhook deliveries: accepted, rejected and replayed.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::prelude::*;
use quickrouter::Error;
use quickrouter::catalog::limits;
use quickrouter::webhook::{self, Delivery, DeliveryError, Secret, Verifier};
use serde_json::json;

use crate::scripted::{Script, answer, raw};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_SECRET: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const MESSAGE: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const SENT_AT: u64 = 1_614_265_330;
const BODY: &[u8] = br#"{"id": "abc123", "status": "succeeded"}"#;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn verifier() -> Verifier {
    Verifier::new(Secret::new(SECRET).unwrap())
}

/// Signs without the code under test.
pub(crate) fn signature(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> String {
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

type Headers = [(&'static str, Vec<u8>); 3];

fn headers(
    id: impl Into<Vec<u8>>,
    timestamp: impl Into<Vec<u8>>,
    signature: impl Into<Vec<u8>>,
) -> Headers {
    [
        ("Webhook-Id", id.into()),
        ("Webhook-Timestamp", timestamp.into()),
        ("Webhook-Signature", signature.into()),
    ]
}

fn signed(id: &str, seconds: u64, body: &[u8]) -> Headers {
    let timestamp = seconds.to_string();
    headers(id, timestamp.as_str(), signature(SECRET, id, &timestamp, body))
}

fn with_signature(signature: &str) -> Headers {
    headers(MESSAGE, SENT_AT.to_string(), signature)
}

fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> DeliveryError {
    match result {
        Err(Error::Delivery(refused)) => refused,
        other => panic!("{other:?}"),
    }
}

fn verified(headers: &Headers, body: &[u8], now: SystemTime) -> Result<Delivery, Error> {
    verifier().verify_at(&headers[..], body, now)
}

#[test]
fn the_public_test_vector_fits() {
    let body = br#"{"test": 2432232314}"#;
    let headers = with_signature("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    // Its body is no prediction, which is only found out after the signature has fitted.
    let refusal = refused(verified(&headers, body, at(SENT_AT)));
    assert!(matches!(refusal, DeliveryError::NotAPrediction { .. }), "{refusal}");
    assert_eq!(
        String::from_utf8(headers[2].1.clone()).unwrap(),
        signature(SECRET, MESSAGE, &SENT_AT.to_string(), body)
    );
    let refusal = refused(verified(&headers, br#"{"test": 2432232315}"#, at(SENT_AT)));
    assert!(matches!(refusal, DeliveryError::NoSignatureFits { tried: 1, .. }), "{refusal}");
}

#[test]
fn a_delivery_gives_its_prediction() {
    let delivery = verified(&signed(MESSAGE, SENT_AT, BODY), BODY, at(SENT_AT)).unwrap();
    let Delivery::New { id, prediction } = delivery else { panic!("{delivery:?}") };
    assert_eq!(id, MESSAGE);
    assert_eq!(prediction.id().unwrap().as_str(), "abc123");
    assert!(prediction.is_terminal());
}

#[test]
fn the_short_way_goes_by_the_clock() {
    let secret = Secret::new(SECRET).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let verify = |seconds| webhook::verify(&secret, &signed(MESSAGE, seconds, BODY)[..], BODY);
    assert_eq!(verify(now).unwrap().id().unwrap().as_str(), "abc123");
    assert_eq!(verify(now).unwrap().id().unwrap().as_str(), "abc123", "it has no memory");
    let refusal = refused(verify(SENT_AT));
    assert!(matches!(refusal, DeliveryError::TimestampOff { ahead: false, .. }), "{refusal}");
}

#[test]
fn a_header_map_will_do() {
    let mut map = http::HeaderMap::new();
    for (name, value) in signed(MESSAGE, SENT_AT, BODY) {
        let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.insert(name, http::HeaderValue::from_bytes(&value).unwrap());
    }
    verifier().verify_at(&map, BODY, at(SENT_AT)).unwrap();
    map.remove("webhook-id");
    let refusal = refused(verifier().verify_at(&map, BODY, at(SENT_AT)));
    assert!(
        matches!(refusal, DeliveryError::MissingHeader { name: "webhook-id", .. }),
        "{refusal}"
    );
}

#[test]
fn one_fitting_signature_among_several_is_enough() {
    let timestamp = SENT_AT.to_string();
    let good = signature(SECRET, MESSAGE, &timestamp, BODY);
    let old = signature(OTHER_SECRET, MESSAGE, &timestamp, BODY);
    for list in [
        format!("{old} {good}"),
        format!("{good} {old}"),
        format!("v1a,AAAA v2,{} v1,not-base64! v1, v1 {old}  {good}", &good[3..]),
    ] {
        verified(&with_signature(&list), BODY, at(SENT_AT)).expect(&list);
    }
}

#[test]
fn a_signature_of_another_version_form_or_secret_does_not_fit() {
    let timestamp = SENT_AT.to_string();
    let good = signature(SECRET, MESSAGE, &timestamp, BODY);
    let bare = &good[3..];
    for (list, tried, unknown) in [
        (signature(OTHER_SECRET, MESSAGE, &timestamp, BODY), 1, 0),
        (format!("v2,{bare}"), 0, 1),
        (format!("V1,{bare}"), 0, 1),
        (bare.to_owned(), 0, 1),
        (format!("v1,{}", bare.trim_end_matches('=')), 1, 0),
        (format!("v1,{}", &bare[..40]), 1, 0),
        (format!("v1,{bare}AAAA v1,"), 2, 0),
        (format!("v1,,{bare} v1a,{bare}"), 1, 1),
        (" ".to_owned(), 0, 0),
    ] {
        let refusal = refused(verified(&with_signature(&list), BODY, at(SENT_AT)));
        let DeliveryError::NoSignatureFits { tried: t, unknown: u, .. } = refusal else {
            panic!("{list}: {refusal}")
        };
        assert_eq!((t, u), (tried, unknown), "{list}");
    }
}

#[test]
fn the_clock_may_be_off_by_the_tolerance_in_both_directions() {
    let tolerance = limits::WEBHOOK_TOLERANCE_SECONDS;
    let delivery = signed(MESSAGE, SENT_AT, BODY);
    for now in [SENT_AT - tolerance, SENT_AT, SENT_AT + tolerance] {
        verified(&delivery, BODY, at(now)).unwrap();
    }
    for (now, ahead) in [(SENT_AT - tolerance - 1, true), (SENT_AT + tolerance + 1, false)] {
        let refusal = refused(verified(&delivery, BODY, at(now)));
        let DeliveryError::TimestampOff { off, ahead: told, .. } = refusal else {
            panic!("{refusal}")
        };
        assert_eq!((off.as_secs(), told), (tolerance + 1, ahead));
    }
    let strict = verifier().tolerance(Duration::from_secs(2));
    strict.verify_at(&delivery[..], BODY, at(SENT_AT + 2)).unwrap();
    refused(strict.verify_at(&delivery[..], BODY, at(SENT_AT + 3)));
    let endless = verifier().tolerance(Duration::MAX);
    let first = endless.verify_at(&delivery[..], BODY, at(SENT_AT * 2)).unwrap();
    assert!(matches!(first, Delivery::New { .. }));
    let second = endless.verify_at(&delivery[..], BODY, at(SENT_AT * 3)).unwrap();
    assert!(matches!(second, Delivery::Replayed { .. }));
}

#[test]
fn a_delivery_sent_again_was_had_before_until_it_is_forgotten() {
    let verifier = verifier();
    let verify = |seconds| {
        let headers = signed(MESSAGE, seconds, BODY);
        verifier.verify_at(&headers[..], BODY, at(seconds)).unwrap()
    };
    assert!(matches!(verify(SENT_AT), Delivery::New { .. }));
    assert_eq!(verify(SENT_AT), Delivery::Replayed { id: MESSAGE.to_owned() });
    assert!(matches!(verify(SENT_AT + 200), Delivery::Replayed { .. }), "signed anew");
    assert!(matches!(verify(SENT_AT + 400), Delivery::Replayed { .. }), "it came again since");
    verifier.forget(MESSAGE);
    assert!(matches!(verify(SENT_AT + 400), Delivery::New { .. }));
}

#[test]
fn a_delivery_that_was_refused_is_not_remembered() {
    let verifier = verifier();
    let good = signed(MESSAGE, SENT_AT, BODY);
    refused(verifier.verify_at(&good[..], b"{}", at(SENT_AT)));
    refused(verifier.verify_at(&signed(MESSAGE, SENT_AT, b"{}")[..], b"{}", at(SENT_AT)));
    let delivery = verifier.verify_at(&good[..], BODY, at(SENT_AT)).unwrap();
    assert!(matches!(delivery, Delivery::New { .. }));
}

#[test]
fn bytes_moved_over_a_dot_make_no_delivery() {
    let timestamp = SENT_AT.to_string();
    let sent = signature(SECRET, &format!("msg.{timestamp}"), &timestamp, BODY);
    let moved = [timestamp.as_bytes(), b".", BODY].concat();
    // The text that was signed is the same.
    assert_eq!(sent, signature(SECRET, "msg", &timestamp, &moved));
    let refusal = refused(verified(&headers("msg", timestamp, sent), &moved, at(SENT_AT)));
    assert!(matches!(refusal, DeliveryError::NotAPrediction { .. }), "{refusal}");
}

#[test]
fn what_is_wrong_with_a_delivery_is_told() {
    let good = || signed(MESSAGE, SENT_AT, BODY);
    let timestamp = SENT_AT.to_string();
    let no_text = headers(vec![0xff], timestamp.as_str(), "v1,AAAA");
    let mut told = String::new();
    for missing in 0..3 {
        let mut rest = good().to_vec();
        rest.remove(missing);
        let refusal = verifier().verify_at(&rest[..], BODY, at(SENT_AT)).unwrap_err();
        writeln!(told, "{refusal}").unwrap();
    }
    let mut tell = |headers: Headers, now| {
        writeln!(told, "{}", verified(&headers, BODY, now).unwrap_err()).unwrap();
    };
    tell(headers("", timestamp.as_str(), "v1,AAAA"), at(SENT_AT));
    tell(no_text, at(SENT_AT));
    tell(headers("x".repeat(100_000), timestamp.as_str(), "v1,AAAA"), at(SENT_AT));
    tell(with_signature(&"v1,AAAA ".repeat(100_000)), at(SENT_AT));
    for odd in ["soon\u{1b}[31m", "-1", "1.5", "99999999999999999999", "18446744073709551615"] {
        tell(headers(MESSAGE, odd, "v1,AAAA"), at(SENT_AT));
    }
    tell(good(), at(SENT_AT + 3 * 3600 + 5));
    tell(good(), at(SENT_AT - 301));
    tell(with_signature("v1,AAAA"), at(SENT_AT));
    tell(with_signature("v1,AAAA v1,BBBB v2,CCCC"), at(SENT_AT));
    tell(with_signature("v2,CCCC"), at(SENT_AT));
    for body in [&b"{}"[..], b"", b"\xff", b"<html>"] {
        let refusal = verified(&signed(MESSAGE, SENT_AT, body), body, at(SENT_AT));
        writeln!(told, "{}", refusal.unwrap_err()).unwrap();
    }
    insta::assert_snapshot!(told);
}

/// Anything but what is there.
fn changed(text: &[u8], place: prop::sample::Index, by: u8) -> Vec<u8> {
    let mut text = text.to_vec();
    let place = place.index(text.len());
    text[place] ^= by;
    text
}

proptest! {
    #[test]
    fn a_change_of_any_byte_is_refused(place: prop::sample::Index, by in 1..=255_u8, part in 0..4_usize) {
        let mut headers = signed(MESSAGE, SENT_AT, BODY);
        let mut body = BODY.to_vec();
        match part {
            3 => body = changed(&body, place, by),
            part => headers[part].1 = changed(&headers[part].1, place, by),
        }
        // The timestamp alone could refuse a change of it; here only the signature can.
        let verifier = verifier().tolerance(Duration::MAX);
        let refusal = refused(verifier.verify_at(&headers[..], &body, at(SENT_AT)));
        let late = matches!(refusal, DeliveryError::NotAPrediction { .. } | DeliveryError::TimestampOff { .. });
        prop_assert!(!late, "{}", refusal);
    }

    #[test]
    fn whatever_is_sent_is_refused_and_nothing_panics(
        id: Vec<u8>, timestamp: Vec<u8>, signature: Vec<u8>, body: Vec<u8>,
    ) {
        refused(verified(&headers(id, timestamp, signature), &body, at(SENT_AT)));
    }

    #[test]
    fn whatever_is_signed_is_verified(id in "[!-~]{1,64}", ahead in 0..=300_u64, logs: String) {
        let body = json!({"id": "x", "status": "processing", "logs": logs}).to_string();
        let headers = signed(&id, SENT_AT + ahead, body.as_bytes());
        let delivery = verified(&headers, body.as_bytes(), at(SENT_AT)).unwrap();
        let Delivery::New { prediction, .. } = delivery else { panic!("{delivery:?}") };
        prop_assert_eq!(prediction.logs(), logs);
    }
}

#[test]
fn a_secret_says_what_is_wrong_with_it_and_not_what_it_is() {
    let odd =
        ["", " ", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_?MfKQ9r8G", "whsec_MfK"];
    let told: Vec<String> =
        odd.iter().map(|odd| Secret::new(odd).unwrap_err().to_string()).collect();
    assert!(!told.join("").contains("MfK"), "{told:?}");
    insta::assert_snapshot!(told.join("\n"));
    let secret: Secret = format!(" {SECRET}\n").parse().unwrap();
    let shown = format!("{secret:?} {:?}", Verifier::new(secret.clone()));
    assert!(shown.contains("[REDACTED]") && !shown.contains("MfK"), "{shown}");
    assert!(!shown.contains("49, 242"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn the_gateway_is_asked_for_the_secret_until_it_answers() {
    let busy = || answer(502, &json!({"detail": "busy"}));
    let script = Script::new([busy(), busy(), answer(200, &json!({"key": SECRET}))]);
    let secret = script.client().webhook_secret().await.unwrap();
    assert_eq!(script.calls(), ["GET /v1/webhooks/default/secret"; 3]);
    let delivery = signed(MESSAGE, SENT_AT, BODY);
    Verifier::new(secret).verify_at(&delivery[..], BODY, at(SENT_AT)).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_does_not_relay_webhooks_is_named_as_such() {
    let unknown = json!({"error": {"message": "Invalid URL", "code": ""}});
    for step in [answer(404, &unknown), answer(405, &json!({"detail": "Method Not Allowed"}))] {
        let error = Script::new([step]).client().webhook_secret().await.unwrap_err();
        let told = error.to_string();
        assert!(told.contains("this gateway does not relay get_webhook_secret"), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_usable_secret_is_not_repeated() {
    let attempts = quickrouter::RetryPolicy::new().max_attempts(1);
    for step in [
        answer(200, &json!({"secret": SECRET})),
        answer(200, &json!({"key": "whsec_MfKQ9r8!"})),
        answer(200, &json!([SECRET])),
        raw(200, "text/plain", SECRET),
    ] {
        let shown = format!("{step:?}");
        let client = Script::new([step]).builder().retry_policy(attempts.clone()).build().unwrap();
        let error = client.webhook_secret().await.unwrap_err();
        assert!(matches!(error, Error::UnexpectedResponse(_)), "{shown}: {error}");
        let told = format!("{error} {error:?}");
        assert!(!told.contains("MfKQ9r8"), "{shown}: {told}");
        assert!(error.to_string().contains("get_webhook_secret"), "{error}");
    }
}
