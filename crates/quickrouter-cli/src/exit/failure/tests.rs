use std::fmt::Write;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use quickrouter::transport::{Transport, TransportError, TransportErrorKind};
use quickrouter::{AnyInput, Client, Error, PredictionId, WaitPolicy};
use serde_json::json;

use super::Failure;
use crate::exit::codes::of_error;
use crate::text::lang::Lang;
use crate::text::message::Message;
use quickrouter::text::one_line;

/// What a gateway does with every request of one sort.
#[derive(Clone, Copy)]
enum Answers {
    With(u16, &'static str),
    Breaks(TransportErrorKind),
}

use Answers::{Breaks, With};

/// A gateway that treats all creates alike, and all looks.
struct Gateway {
    create: Answers,
    look: Answers,
}

impl Transport for Gateway {
    fn send(
        &self,
        request: reqwest::Request,
    ) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        let answers = match request.method().as_str() {
            "POST" if !request.url().path().ends_with("/cancel") => self.create,
            _ => self.look,
        };
        let answer = match answers {
            With(status, body) => Ok(http::Response::builder().status(status).body(body).unwrap()),
            Breaks(kind) => Err(TransportError::new(kind, "as asked")),
        };
        async move { answer.map(reqwest::Response::from) }.boxed()
    }
}

const STARTED: Answers = With(201, r#"{"id":"p1","status":"starting"}"#);

fn client(create: Answers, look: Answers) -> Client {
    let builder = Client::builder().api_key("k").transport(Arc::new(Gateway { create, look }));
    builder.wait_policy(WaitPolicy::new().deadline(Duration::from_secs(60))).build().unwrap()
}

fn code<T>(result: &Result<T, Error>) -> u8 {
    result.as_ref().map_or_else(of_error, |_| 0)
}

#[tokio::test(start_paused = true)]
async fn every_end_of_a_create_has_its_exit_code() {
    let rows = [
        ("create: 201, then succeeded", STARTED, With(200, r#"{"id":"p1","status":"succeeded"}"#)),
        ("create: no connection", Breaks(TransportErrorKind::NotSent), STARTED),
        ("create: 401", With(401, ""), STARTED),
        ("create: 404", With(404, ""), STARTED),
        ("create: 422", With(422, r#"{"detail":"bad input"}"#), STARTED),
        ("create: 429 past the deadline", With(429, ""), STARTED),
        ("create: 503 past the deadline", With(503, ""), STARTED),
        (
            "create: 503 model_not_found",
            With(503, r#"{"error":{"code":"model_not_found"}}"#),
            STARTED,
        ),
        ("create: connection broke", Breaks(TransportErrorKind::Interrupted), STARTED),
        ("create: time-out", Breaks(TransportErrorKind::Timeout), STARTED),
        ("create: 408", With(408, ""), STARTED),
        (
            "create: 422 create_outcome_unknown",
            With(422, r#"{"error":{"code":"create_outcome_unknown"}}"#),
            STARTED,
        ),
        ("create: 500", With(500, ""), STARTED),
        ("create: 502 of HTML", With(502, "<html>"), STARTED),
        ("create: 200 of HTML", With(200, "<html>"), STARTED),
        ("create: 200 of something else", With(200, "{}"), STARTED),
        ("wait: failed", STARTED, With(200, r#"{"id":"p1","status":"failed"}"#)),
        ("wait: canceled", STARTED, With(200, r#"{"id":"p1","status":"canceled"}"#)),
        ("wait: aborted", STARTED, With(200, r#"{"id":"p1","status":"aborted"}"#)),
        ("wait: never over", STARTED, STARTED),
        ("wait: 500 for ever", STARTED, With(500, "")),
        ("wait: 401", STARTED, With(401, "")),
    ];
    let mut table = String::new();
    for (name, create, look) in rows {
        let input = AnyInput::new("a/b", json!({}));
        let ended = client(create, look).run(input).await;
        let _ = writeln!(table, "{} {name}", code(&ended));
        let created = matches!(create, With(201, _));
        if let Err(error) = ended
            && created
        {
            let failure = Failure::from(error);
            assert!(failure.text().contains("p1"), "{name}: {}", failure.text());
        }
    }
    insta::assert_snapshot!(table);
}

#[tokio::test(start_paused = true)]
async fn every_end_of_a_look_has_its_exit_code() {
    let rows = [
        ("get: failed", With(200, r#"{"id":"p1","status":"failed"}"#)),
        ("get: 404", With(404, "")),
        ("get: 500 for ever", With(500, "")),
        ("get: no connection", Breaks(TransportErrorKind::NotSent)),
        ("get: connection broke", Breaks(TransportErrorKind::Interrupted)),
        ("get: something else", With(200, "[]")),
    ];
    let id = PredictionId::new("p1").unwrap();
    let mut table = String::new();
    for (name, look) in rows {
        let looked = client(STARTED, look).get(&id).await;
        let _ = writeln!(table, "{} {name}", code(&looked));
    }
    insta::assert_snapshot!(table);
}

#[tokio::test(start_paused = true)]
async fn a_success_without_outputs_exits_with_1_and_names_the_id() {
    let client = client(STARTED, With(200, r#"{"id":"p1","status":"succeeded"}"#));
    let finished = client.run(AnyInput::new("a/b", json!({}))).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let failure = Failure::from(client.save(&finished, folder.path()).await.unwrap_err());
    assert_eq!(failure.code, 1);
    assert!(failure.text().contains("`quickrouter predictions save p1`"), "{}", failure.text());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_kept_for_programs() {
    let ended = client(With(200, "<html>"), STARTED).run(AnyInput::new("a/b", json!({}))).await;
    let failure = Failure::from(ended.unwrap_err());
    assert_eq!(failure.to_json(Lang::English)["answer"], "<html>");
    assert_eq!(failure.to_json(Lang::English)["exit_code"], 6);
}

#[tokio::test]
async fn a_setting_or_an_input_that_is_refused_here_exits_with_2() {
    let refusals = [
        ("configuration", Error::Configuration("no key".into())),
        ("invalid_request", Error::InvalidRequest("no such model".into())),
        ("invalid_id", PredictionId::new("").unwrap_err().into()),
        ("file", quickrouter::files::data_uri("/no/such/file").await.unwrap_err()),
    ];
    for (kind, refusal) in refusals {
        let failure = Failure::from(refusal);
        assert_eq!((failure.code, failure.kind), (2, kind), "{}", failure.text());
    }
    let client = client(STARTED, STARTED);
    let model = quickrouter::catalog::models()[0].name;
    let refused = client.check(AnyInput::new(model, json!({"none_such": 1}))).unwrap_err();
    assert_eq!(Failure::from(refused).code, 2);
    assert_eq!(Failure::refused(Message::verbatim("no such file")).code, 2);
}

#[test]
fn a_closed_pipe_is_no_failure_and_a_full_disk_is() {
    let closed = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
    assert!(closed.is_closed_pipe() && closed.code == 0);
    let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
    assert!(!full.is_closed_pipe() && full.code == 1);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_does_not_come_in_time_is_a_refusal() {
    let limits = quickrouter::RateLimitPolicy::new().max_creates_per_minute(1);
    let builder = Client::builder().api_key("k").rate_limit_policy(limits);
    let gateway = Arc::new(Gateway { create: STARTED, look: STARTED });
    let wait = WaitPolicy::new().deadline(Duration::from_secs(30));
    let client = builder.transport(gateway).wait_policy(wait).build().unwrap();
    let input = || AnyInput::new("stability-ai/sdxl", json!({}));
    client.create(input()).await.unwrap();
    let failure = Failure::from(client.create(input()).await.unwrap_err());
    assert_eq!((failure.code, failure.kind), (3, "rate_limited"), "{}", failure.text());
}

#[tokio::test(start_paused = true)]
async fn the_sdk_masks_what_the_printer_masks() {
    let letters: Vec<char> = ('\0'..='\u{2fff}').filter(|c| !c.is_whitespace()).collect();
    for letters in letters.chunks(900) {
        let error: String = format!("x{}x", letters.iter().collect::<String>());
        let body = json!({"id": "p1", "status": "failed", "error": error}).to_string();
        let ended =
            client(STARTED, With(200, body.leak())).run(AnyInput::new("a/b", json!({}))).await;
        let message = ended.unwrap_err().to_string();
        assert!(message.contains(&one_line(&error)), "{message:?}");
    }
}
