//! The message of every error, as a user sees it.

use std::fmt::Write;
use std::time::Duration;

use quickrouter::inputs::SdxlInput;
use quickrouter::transport::TransportErrorKind;
use quickrouter::{Error, PredictionId, WaitPolicy};
use serde_json::json;

use crate::scripted::{ID, Script, Step, answer, prediction, raw};

async fn of_create(step: Step) -> Error {
    let attempts = quickrouter::RetryPolicy::new().max_attempts(1);
    let client = Script::new([step]).builder().retry_policy(attempts).build().unwrap();
    client.create(SdxlInput::builder().build()).await.unwrap_err()
}

async fn of_read(step: Step) -> Error {
    let attempts = quickrouter::RetryPolicy::new().max_attempts(1);
    let client = Script::new([step]).builder().retry_policy(attempts).build().unwrap();
    client.get(&PredictionId::new(ID).unwrap()).await.unwrap_err()
}

pub(crate) fn odd_answers() -> Vec<Step> {
    let wait = || json!({"detail": "Request was throttled.", "status": 429});
    vec![
        Step::Fails(TransportErrorKind::NotSent),
        Step::Fails(TransportErrorKind::Interrupted),
        Step::Silence,
        answer(400, &json!({"detail": "Bad Request"})),
        answer(
            401,
            &json!({"title": "Unauthenticated", "detail": "You did not pass a token", "status": 401}),
        ),
        answer(
            401,
            &json!({"error": {"message": "无效的令牌 (request id: 20261122)", "type": "one_api_error", "code": ""}}),
        ),
        answer(402, &json!({"title": "Payment Required", "detail": "no credit", "status": 402})),
        answer(
            403,
            &json!({"error": {"message": "用户额度不足", "type": "x", "code": "insufficient_user_quota"}}),
        ),
        answer(403, &json!({"error": {"message": "该令牌无权访问模型 sdxl", "code": 0}})),
        answer(
            404,
            &json!({"detail": "The requested resource could not be found.", "status": 404}),
        ),
        answer(
            422,
            &json!({"title": "Invalid", "detail": [{"loc": ["body", "input", "width"], "msg": "must be a multiple of 8", "type": "value_error"}]}),
        ),
        answer(429, &wait()).with("retry-after", "7200"),
        answer(503, &json!({"error": {"message": "无可用渠道", "code": "model_not_found"}})),
        answer(500, &json!({"error": {"message": "upstream", "code": "do_request_failed"}})),
        raw(502, "text/html", "<html><head><title>502 Bad Gateway</title></head></html>"),
        raw(504, "", ""),
        raw(200, "text/html", "<html>\u{1b}[31m\u{61c} welcome</html>"),
        raw(200, "application/json", ""),
        answer(200, &json!({"hello": 1})),
        raw(302, "", "").with("location", "https://elsewhere.example/"),
    ]
}

#[tokio::test(start_paused = true)]
async fn what_a_create_says_about_odd_answers() {
    let mut shown = String::new();
    for step in odd_answers() {
        writeln!(shown, "{}\n", of_create(step).await).unwrap();
    }
    assert!(!shown.contains('\u{1b}'), "no escape sequence reaches a terminal");
    insta::assert_snapshot!(shown);
}

#[tokio::test(start_paused = true)]
async fn what_a_read_says_about_odd_answers() {
    let mut shown = String::new();
    for step in odd_answers() {
        let error = of_read(step).await;
        assert_eq!(error.prediction_id().unwrap().as_str(), ID, "{error}");
        assert!(error.to_string().contains(ID), "{error}");
        writeln!(shown, "{error}\n").unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test(start_paused = true)]
async fn what_a_run_says_about_ends_and_deadlines() {
    let mut failed = prediction("failed");
    failed["error"] =
        json!("NSFW content detected. Try running it again, or try a different prompt.");
    let starting = || answer(201, &prediction("starting"));
    let processing = || answer(200, &prediction("processing"));
    let runs = [
        vec![starting(), answer(200, &failed)],
        vec![starting(), answer(200, &prediction("canceled"))],
        vec![starting(), processing(), processing(), answer(200, &prediction("canceled"))],
        vec![starting(), processing(), processing(), Step::Silence],
        vec![
            starting(),
            Step::Fails(TransportErrorKind::Interrupted),
            Step::Fails(TransportErrorKind::Interrupted),
            answer(405, &json!({"error": {"message": "Invalid URL"}})),
        ],
    ];
    let mut shown = String::new();
    for steps in runs {
        let half = Duration::from_millis(500);
        let policy = WaitPolicy::new().deadline(2 * half).initial_interval(half);
        let client = Script::new(steps).builder().wait_policy(policy).build().unwrap();
        let error = client.run(SdxlInput::builder().build()).await.unwrap_err();
        assert!(error.to_string().contains(ID), "{error}");
        writeln!(shown, "{error}\n").unwrap();
    }
    let client = Script::new(vec![processing(); 4]);
    let policy = WaitPolicy::new().deadline(Duration::from_secs(1));
    let client = client.builder().wait_policy(policy).build().unwrap();
    let error = client.wait(&PredictionId::new(ID).unwrap()).await.unwrap_err();
    writeln!(shown, "{error}").unwrap();
    insta::assert_snapshot!(shown);
}
