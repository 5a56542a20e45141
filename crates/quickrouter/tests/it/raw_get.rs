//! GET outside the prediction routes: where it goes, who gets the key, what comes back.

use std::time::Duration;

use quickrouter::transport::TransportErrorKind;
use quickrouter::{Error, RawRequest};
use serde_json::json;

use crate::scripted::{KEY, Script, Step, answer, cut, raw};

async fn sent(requests: Vec<RawRequest>) -> Vec<crate::scripted::Sent> {
    let script = Script::new(vec![answer(200, &json!({})); requests.len()]);
    for request in requests {
        script.client().get_raw(request).await.unwrap();
    }
    script.sent()
}

#[tokio::test(start_paused = true)]
async fn a_raw_get_goes_below_the_base_to_its_origin_or_elsewhere_with_the_key_where_it_may() {
    let pricing = || RawRequest::at_origin("/api/pricing");
    let sent = sent(vec![
        RawRequest::below_base("/v1/predictions?cursor=a%2Fb&at=x@y"),
        RawRequest::at_origin("/api/usage/token/"),
        pricing().without_key().header("New-Api-User", "1").header("accept", "application/json"),
        RawRequest::elsewhere("https://api.quickrouter.us/api/status?a=1"),
        RawRequest::elsewhere("https://api.quickrouter.ai/api/pricing"),
    ])
    .await;
    let shown: Vec<String> = sent
        .iter()
        .map(|sent| {
            let key = if sent.key.is_some() { "with the key" } else { "without the key" };
            format!("{}\n{key}", sent.shown())
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[tokio::test(start_paused = true)]
async fn every_status_of_a_raw_get_is_a_response_and_a_redirect_is_not_followed() {
    let request_id = |step: Step| step.with("x-request-id", "r1");
    let to = "https://elsewhere.example/";
    for (step, status, body) in [
        (raw(200, "text/html", "<html>"), 200, "<html>"),
        (raw(204, "", ""), 204, ""),
        (raw(302, "", "").with("location", to), 302, ""),
        (raw(303, "", "").with("location", to), 303, ""),
        (answer(401, &json!({"success": false})), 401, r#"{"success":false}"#),
        (raw(404, "text/html", "no"), 404, "no"),
    ] {
        let script = Script::new([request_id(step)]);
        let response = script.client().get_raw(RawRequest::at_origin("/x")).await.unwrap();
        assert_eq!((response.status(), &*response.text()), (status, body));
        assert_eq!(response.request_id(), Some("r1"));
        assert_eq!(response.is_success(), status < 300);
        assert_eq!(script.sent().len(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_raw_get_is_retried_like_a_read_and_returns_the_last_response() {
    let script = Script::new(vec![raw(503, "text/html", "busy"); 5]);
    let response = script.client().get_raw(RawRequest::at_origin("/x")).await.unwrap();
    assert_eq!((response.status(), script.sent().len()), (503, 5));
    let script = Script::new([raw(503, "text/html", "busy")]);
    let once = RawRequest::at_origin("/x").attempts(1);
    assert_eq!(script.client().get_raw(once).await.unwrap().status(), 503);
}

#[tokio::test(start_paused = true)]
async fn a_limit_at_the_origin_does_not_hold_back_polls() {
    let limited = answer(429, &json!({})).with("retry-after", "3000");
    let script = Script::new([limited, answer(200, &crate::scripted::prediction("starting"))]);
    let client = script.client();
    let start = tokio::time::Instant::now();
    let request = RawRequest::at_origin("/api/log/token").attempts(1);
    assert_eq!(client.get_raw(request).await.unwrap().status(), 429);
    client.get(&quickrouter::PredictionId::new("abc123").unwrap()).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn without_a_whole_response_a_raw_get_fails_and_names_the_url() {
    let breaks = Step::Breaking { headers: Vec::new(), body: std::sync::Arc::new(|| cut("half")) };
    let mut told = Vec::new();
    for (step, most) in [
        (Step::Fails(TransportErrorKind::NotSent), 100),
        (Step::Fails(TransportErrorKind::Interrupted), 100),
        (breaks, 100),
        (Step::Silence, 100),
        (raw(200, "text/plain", vec![b'x'; 101]), 100),
        (raw(500, "text/plain", vec![b'x'; 101]), 100),
    ] {
        let script = Script::new([step]);
        let request = RawRequest::at_origin("/api/pricing").max_bytes(most).attempts(1);
        let request = request.timeout(Duration::from_secs(5));
        let start = tokio::time::Instant::now();
        let error = script.client().get_raw(request).await.unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
        assert!(!error.may_be_billed(), "a GET creates nothing: {error}");
        told.push(format!("{}: {error}", error.kind()));
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn what_leads_elsewhere_than_it_says_is_refused_and_not_sent() {
    let paths = [
        "",
        "api/pricing",
        "//evil.example",
        "/a//b",
        "/@evil.example",
        "/a/../../b",
        "/..",
        "/./a",
        "/%2e%2E/a",
        "/a%2fb",
        "/a%5cb",
        "/a\\b",
        "\\\\evil",
        "https://evil.example/",
        "/a b",
        "/a\nb",
        "/a#b",
        "/a?b#c",
        "/a?b\r\nc",
        "/价格",
        "/a%00",
    ];
    let urls =
        ["", "/api", "//evil.example", "ftp://x.example/", "data:,x", "https://u:p@x.example/"];
    let script = Script::new([]);
    let client = script.client();
    let mut told = Vec::new();
    for path in paths {
        let error = client.get_raw(RawRequest::at_origin(path)).await.unwrap_err();
        let below = client.get_raw(RawRequest::below_base(path)).await.unwrap_err();
        assert_eq!(error.to_string(), below.to_string());
        told.push(error);
    }
    for url in urls {
        told.push(client.get_raw(RawRequest::elsewhere(url)).await.unwrap_err());
    }
    for (name, value) in [
        ("Authorization", "Bearer x"),
        ("Host", "x"),
        ("a b", "x"),
        ("x", "a\nb"),
        ("User-Agent", "x"),
    ] {
        let request = RawRequest::at_origin("/x").header(name, value);
        told.push(client.get_raw(request).await.unwrap_err());
    }
    assert!(told.iter().all(|error| matches!(error, Error::InvalidRequest(_))), "{told:?}");
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
    assert!(script.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_key_in_a_url_or_a_header_is_refused_and_one_in_a_response_is_redacted() {
    let script = Script::new([raw(200, "text/plain", KEY), raw(400, "text/plain", KEY)]);
    let client = script.client();
    for request in [
        RawRequest::elsewhere(format!("https://x.example/?key={KEY}")),
        RawRequest::at_origin(format!("x/{KEY}")),
        RawRequest::elsewhere("https://x.example/").header("x-api-key", KEY),
    ] {
        let error = client.get_raw(request).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains(KEY), "{error}");
    }
    for request in [RawRequest::at_origin("/x"), RawRequest::elsewhere("https://x.example/")] {
        let response = client.get_raw(request).await.unwrap();
        assert!(!format!("{response:?} {}", response.text()).contains(KEY), "{response:?}");
    }
}

#[test]
fn a_client_tells_its_base_url_and_its_origin() {
    let told = |url: &str| {
        let client = quickrouter::Client::builder().api_key(KEY).base_url(url).build().unwrap();
        (client.base_url().to_owned(), client.origin())
    };
    let pair = |base: &str, origin: &str| (base.to_owned(), origin.to_owned());
    let gateway = "https://gateway.example";
    assert_eq!(told("https://gateway.example/a/b/"), pair("https://gateway.example/a/b", gateway));
    assert_eq!(told("https://gateway.example:443"), pair(gateway, gateway));
    let local = "http://127.0.0.1:8000";
    assert_eq!(told("http://127.0.0.1:8000/replicate"), pair(&format!("{local}/replicate"), local));
}

#[tokio::test(start_paused = true)]
async fn below_a_base_url_without_a_prefix_a_path_stands_alone() {
    let script = Script::new([answer(200, &json!({}))]);
    let client = script.builder().base_url("https://api.replicate.com").build().unwrap();
    client.get_raw(RawRequest::below_base("/v1/account")).await.unwrap();
    assert_eq!(script.sent()[0].url, "https://api.replicate.com/v1/account");
}

#[test]
fn the_blocking_client_gets_raw_responses_too() {
    let script = Script::new([answer(200, &json!({"data": []}))]);
    let client = script.builder().build_blocking().unwrap();
    let response = client.get_raw(RawRequest::at_origin("/api/pricing")).unwrap();
    assert_eq!(response.json(), Some(json!({"data": []})));
    assert_eq!(client.origin(), "https://api.quickrouter.ai");
}
