//! A create is never paid for twice.

use std::time::Duration;

use quickrouter::inputs::SdxlInput;
use quickrouter::transport::TransportErrorKind;
use quickrouter::{Error, WaitPolicy};
use serde_json::json;

use crate::scripted::{ID, Script, Step, answer, prediction, raw};

fn input() -> SdxlInput {
    SdxlInput::builder().prompt("a red door").build()
}

fn accepted() -> Step {
    answer(201, &prediction("starting"))
}

#[tokio::test(start_paused = true)]
async fn a_create_is_sent_again_when_no_connection_was_made() {
    let script = Script::new([
        Step::Fails(TransportErrorKind::NotSent),
        Step::Fails(TransportErrorKind::NotSent),
        accepted(),
    ]);
    let created = script.client().create(input()).await.unwrap();
    assert_eq!(created.id().unwrap().as_str(), ID);
    assert_eq!(script.creates(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_never_finds_a_connection_says_that_nothing_was_sent() {
    let script = Script::new(vec![Step::Fails(TransportErrorKind::NotSent); 5]);
    let error = script.client().create(input()).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
    assert_eq!(script.creates(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_create_is_sent_again_after_429_and_503_when_they_say() {
    let problem =
        json!({"detail": "Request was throttled. Your rate limit resets in ~7s.", "status": 429});
    let script = Script::new([
        answer(429, &problem).with("retry-after", "3"),
        answer(429, &json!({"detail": "slow down", "retry_after": 5, "status": 429})),
        answer(429, &problem),
        answer(503, &json!({"error": {"message": "busy", "code": ""}})).with("retry-after", "2"),
        accepted(),
    ]);
    let start = tokio::time::Instant::now();
    script.client().create(input()).await.unwrap();
    assert_eq!(script.creates(), 5);
    assert_eq!(start.elapsed().as_secs(), 3 + 5 + 7 + 2);
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_the_deadline_ends_it_at_once() {
    let script =
        Script::new([answer(429, &json!({"detail": "slow down"})).with("retry-after", "700")]);
    let start = tokio::time::Instant::now();
    let error = script.client().create(input()).await.unwrap_err();
    let Error::Api(refusal) = &error else { panic!("{error}") };
    assert_eq!(refusal.status, 429);
    assert_eq!(refusal.retry_after, Some(Duration::from_secs(700)));
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(script.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_retry_after_is_too_odd() {
    let odd = ["1e300", "1e19", "1e17", "-5", "NaN", "soon", ""];
    for text in odd {
        let busy = answer(429, &json!({"detail": "slow down"})).with("retry-after", text);
        let script = Script::new([busy, accepted()]);
        let (client, start) = (script.client(), tokio::time::Instant::now());
        let created = client.create(input()).await;
        assert_eq!(created.is_ok(), !text.starts_with("1e1"), "{text:?}");
        assert!(start.elapsed() < Duration::from_secs(1), "{text:?}: {:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_of_nothing_does_not_make_it_hurry() {
    for text in ["0", "0.001", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let busy = || answer(503, &json!({})).with("retry-after", text);
        let script = Script::new((0..20).map(|_| busy()).chain([accepted()]));
        let start = tokio::time::Instant::now();
        script.client().create(input()).await.unwrap();
        assert!(start.elapsed() > Duration::from_secs(300), "{text}: {:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn no_create_is_sent_too_late_to_be_answered() {
    let busy = answer(429, &json!({})).with("retry-after", "19.9");
    let script = Script::new([busy]);
    let policy = WaitPolicy::new().deadline(Duration::from_secs(20));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let error = client.create(input()).await.unwrap_err();
    assert_eq!(error.http_status(), Some(429), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_whose_body_is_not_whole_is_still_a_refusal() {
    let giant = raw(422, "text/plain", vec![b'x'; 65 << 20]);
    let error = Script::new([giant]).client().create(input()).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{:.300}", error.to_string());
    assert!(error.to_string().len() < 3000);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_is_stopped_before_is_not_sent_at_all() {
    let (script, stop) = (Script::new([]), quickrouter::CancellationToken::new());
    stop.cancel();
    let request = quickrouter::CreateRequest::new(input()).stop_on(&stop);
    let error = script.client().create(request).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_is_no_address_is_refused_before_any_request() {
    let request = quickrouter::CreateRequest::new(input()).webhook("not an address");
    let error = Script::new([]).client().create(request).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_model_without_a_channel_and_other_refusals_are_not_sent_again() {
    let no_channel = json!({"error": {"message": "无可用渠道", "code": "model_not_found"}});
    let refusals = [
        answer(503, &no_channel),
        answer(400, &json!({"detail": "bad"})),
        answer(401, &json!({"title": "Unauthenticated", "detail": "no", "status": 401})),
        answer(402, &json!({"detail": "pay"})),
        answer(403, &json!({"error": {"message": "额度不足", "code": "insufficient_user_quota"}})),
        answer(409, &json!({})),
        answer(422, &json!({"detail": [{"loc": ["body", "input", "width"], "msg": "too odd"}]})),
        answer(425, &json!({})),
        raw(302, "text/html", "").with("location", "https://elsewhere.example/v1/predictions"),
    ];
    for refusal in refusals {
        let script = Script::new([refusal.clone()]);
        let error = script.client().create(input()).await.unwrap_err();
        assert!(matches!(error, Error::Api(_)), "{refusal:?}: {error}");
        assert_eq!(script.creates(), 1, "{refusal:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_outcome_is_unknown_is_never_sent_again() {
    let unknown = [
        Step::Fails(TransportErrorKind::Interrupted),
        Step::Silence,
        answer(408, &json!({})),
        answer(500, &json!({"error": {"message": "upstream", "code": "do_request_failed"}})),
        raw(502, "text/html", "<html><title>502 Bad Gateway</title></html>"),
        raw(504, "text/html", ""),
        raw(200, "text/html", "<html>hello</html>"),
        raw(200, "application/json", ""),
        raw(204, "", ""),
        raw(303, "text/html", "").with("location", "/v1/predictions/abc123"),
        raw(201, "application/json", r#"{"id": "abc123", "status": "starting", "logs": "\ud83d"}"#),
        raw(201, "application/json", &b"{\"id\": \"abc123\", \"status\": \"\xff\"}"[..]),
        raw(201, "application/json", r#"{"id": "abc123", "status": "starting", "metrics": 1e999}"#),
        raw(201, "application/json", format!("{}{}", "[".repeat(200), "]".repeat(200))),
        raw(201, "application/json", r#"{"id": "abc123", "status": "star"#),
        Step::Cut { body: r#"{"id": "abc123", "status": "star"# },
        answer(200, &json!({"ok": true})),
        answer(200, &json!([])),
        answer(201, &json!({"id": "abc123"})),
    ];
    for step in unknown {
        // An id that came back is asked for, once.
        let missing = answer(404, &json!({"detail": "not found"}));
        let script = Script::new([step.clone(), missing]);
        let error = script.client().create(input()).await.unwrap_err();
        assert!(matches!(error, Error::OutcomeUnknown(_)), "{step:?}: {error}");
        assert_eq!(script.creates(), 1, "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_came_back_is_kept_when_the_outcome_is_unknown() {
    let cut = r#"{"id": "abc123", "status": "star"#;
    let missing = answer(404, &json!({"detail": "not found"}));
    let script = Script::new([Step::Cut { body: cut }, missing]);
    let error = script.client().create(input()).await.unwrap_err();
    assert_eq!(error.prediction_id().unwrap().as_str(), ID);
    let Error::OutcomeUnknown(unknown) = error else { panic!("{error}") };
    assert_eq!(unknown.body, cut.as_bytes());
    assert_eq!(unknown.status, Some(201));
}

#[tokio::test(start_paused = true)]
async fn a_byte_order_mark_before_an_answer_loses_nothing() {
    let marked = |text: &str| format!("\u{feff}{text}");
    let whole = raw(201, "application/json", marked(&prediction("starting").to_string()));
    let created = Script::new([whole]).client().create(input()).await.unwrap();
    assert_eq!(created.id().unwrap().as_str(), ID);

    let cut = raw(201, "application/json", marked(r#"{"id": "abc123", "status": "star"#));
    let script = Script::new([cut, answer(404, &json!({"detail": "not found"}))]);
    let error = script.client().create(input()).await.unwrap_err();
    assert_eq!(error.prediction_id().unwrap().as_str(), ID);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_carries_the_request_id() {
    let step = raw(502, "text/html", "<title>Bad Gateway</title>").with("x-request-id", "req-7");
    let error = Script::new([step]).client().create(input()).await.unwrap_err();
    assert_eq!(error.request_id(), Some("req-7"));
    let step = raw(202, "text/html", "<title>OK</title>").with("x-request-id", "req-8");
    let error = Script::new([step]).client().create(input()).await.unwrap_err();
    assert_eq!(error.request_id(), Some("req-8"));
    let Error::OutcomeUnknown(unknown) = error else { panic!("{error}") };
    assert_eq!((unknown.status, &unknown.body[..]), (Some(202), &b"<title>OK</title>"[..]));
    let message = "内部错误 (request id: 2026112200)";
    let step = answer(500, &json!({"error": {"message": message, "code": ""}}));
    let error = Script::new([step]).client().create(input()).await.unwrap_err();
    assert_eq!(error.request_id(), Some("2026112200"));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_during_the_create_leaves_the_outcome_unknown() {
    let script = Script::new([Step::Silence]);
    let policy = WaitPolicy::new().deadline(Duration::from_secs(20));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let start = tokio::time::Instant::now();
    let error = client.run(input()).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error}");
    assert_eq!(start.elapsed(), Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn the_openai_shaped_answer_is_a_finished_prediction_without_an_id() {
    let body = json!({"created": 1_589_478_378, "data": [{"url": "https://example.com/a.png"}]});
    let script = Script::new([answer(200, &body)]);
    let finished = script.client().run(input()).await.unwrap();
    assert!(finished.id().is_none() && finished.is_terminal());
    assert_eq!(finished.outputs().len(), 1);
    assert_eq!(script.sent().len(), 1, "there is nothing to wait for");
}

#[tokio::test(start_paused = true)]
async fn a_create_that_is_no_longer_wanted_is_not_sent_again() {
    let busy = answer(429, &json!({"detail": "slow down"})).with("retry-after", "60");
    let script = Script::new([busy]);
    let (client, stop) = (script.client(), quickrouter::CancellationToken::new());
    let request = quickrouter::CreateRequest::new(input()).stop_on(&stop);
    let create = tokio::spawn(async move { client.create(request).await });
    tokio::time::sleep(Duration::from_secs(5)).await;
    stop.cancel();
    let error = create.await.unwrap().unwrap_err();
    assert_eq!(error.http_status(), Some(429), "it says that nothing was accepted: {error}");
    assert_eq!(script.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn refusals_for_the_moment_do_not_use_up_the_attempts() {
    let busy = || answer(429, &json!({})).with("retry-after", "1");
    let steps =
        (0..8).map(|_| busy()).chain([Step::Fails(TransportErrorKind::NotSent), accepted()]);
    let script = Script::new(steps);
    script.client().create(input()).await.unwrap();
    assert_eq!(script.creates(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_has_passed_already_sends_nothing() {
    let script = Script::new([]);
    let policy = WaitPolicy::new().deadline(Duration::ZERO);
    let client = script.builder().wait_policy(policy).build().unwrap();
    let error = client.create(input()).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
}
