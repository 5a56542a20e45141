//! The retry table, row by row: every row has outcomes, and the client does what the row says.

use std::time::Duration;

use quickrouter::inputs::SdxlInput;
use quickrouter::retry::{Decision, RETRY_TABLE, RetryRule};
use quickrouter::transport::TransportErrorKind;
use quickrouter::{Error, PredictionId, RetryPolicy};
use serde_json::json;

use crate::scripted::{ID, Script, Step, answer, cut, prediction, raw, succeeded, uploaded};

/// Outcomes, by the start of their row's condition.
fn happenings() -> Vec<(&'static str, Vec<Step>)> {
    let to = |place: &str| raw(302, "text/html", "").with("location", place);
    let image = |status| raw(status, "image/png", &b"\x89PNG\r\n\x1a\n"[..]);
    let codes = |codes: &[u16]| codes.iter().map(|code| answer(*code, &json!({}))).collect();
    let garbage = ["", "<html>hello</html>", r#"{"id": "abc123", "status"#, "\u{0}\u{1}"];
    vec![
        ("no connection could be made", vec![Step::Fails(TransportErrorKind::NotSent)]),
        ("the connection cannot be trusted", vec![Step::Fails(TransportErrorKind::Untrusted)]),
        ("a proxy from the environment", vec![Step::Fails(TransportErrorKind::UnusableProxy)]),
        ("the server certifies", vec![Step::Fails(TransportErrorKind::Unprocessed)]),
        ("the connection breaks", vec![Step::Fails(TransportErrorKind::Interrupted)]),
        ("no complete response in time", vec![Step::Silence]),
        ("the response is cut off", vec![Step::Cut { body: "{\"sta" }]),
        ("the response is too large", vec![Step::Fails(TransportErrorKind::TooLarge)]),
        (
            "the response has an unsupported content coding",
            vec![
                raw(200, "application/json", "{}").with("content-encoding", "br"),
                raw(
                    200,
                    "application/json",
                    &b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03damaged"[..],
                )
                .with("content-encoding", "gzip"),
            ],
        ),
        ("2xx that is not JSON", garbage.map(|body| raw(200, "application/json", body)).to_vec()),
        (
            "2xx whose JSON is not what was requested",
            vec![
                answer(200, &json!({"ok": true})),
                answer(201, &json!([])),
                answer(202, &json!(7)),
            ],
        ),
        (
            "2xx that is not the output",
            vec![
                raw(200, "text/html", "<!doctype html><title>Just a moment...</title>"),
                raw(200, "image/png", r#"{"error": "expired"}"#),
                raw(200, "application/xml", "<Error><Code>AccessDenied</Code></Error>"),
                raw(203, "image/png", ""),
                raw(200, "image/png", &b"\x1f\x8b\x08\0\0\0"[..]),
            ],
        ),
        ("200", vec![answer(200, &succeeded(&[])), image(200)]),
        ("203", vec![answer(203, &succeeded(&[])), image(203)]),
        ("other 2xx", vec![answer(201, &succeeded(&[])), answer(206, &succeeded(&[]))]),
        ("303", vec![raw(303, "", "").with("location", "/v1/predictions/abc123")]),
        (
            "other 3xx",
            vec![
                to("/replicate/v2/predictions"),
                to("https://elsewhere.example/v1/predictions"),
                raw(307, "", "").with("location", "https://elsewhere.example/"),
                raw(308, "", ""),
            ],
        ),
        ("404 for a prediction", vec![]),
        ("403 or 404 for an output", codes(&[403, 404])),
        ("408", codes(&[408])),
        ("429", codes(&[429])),
        (
            "422 with the code create_outcome_unknown",
            vec![answer(422, &json!({"error": {"message": "", "code": "create_outcome_unknown"}}))],
        ),
        ("other 4xx", codes(&[400, 401, 402, 403, 404, 405, 409, 410, 413, 418, 422, 425, 451])),
        (
            "503 with the code model_not_found",
            vec![answer(503, &json!({"error": {"message": "", "code": "model_not_found"}}))],
        ),
        ("other 503", vec![answer(503, &json!({})), raw(503, "text/html", "<html>")]),
        ("other 5xx", codes(&[500, 501, 502, 504, 520, 524, 599])),
        ("anything else", codes(&[600, 999])),
    ]
}

pub(crate) fn happenings_of(rule: &RetryRule) -> Vec<Step> {
    let fits = |(words, _): &(&str, _)| rule.condition.starts_with(words);
    // Conditions may begin alike.
    assert_eq!(happenings().iter().filter(|row| fits(row)).count(), 1, "{}", rule.condition);
    let (_, steps) = happenings().into_iter().find(fits).expect(rule.condition);
    steps
}

/// The decision, observed from outside, with one and two attempts allowed.
async fn followed<F>(
    step: &Step,
    then: Step,
    requests: &str,
    ask: impl Fn(quickrouter::Client) -> F,
) -> Decision
where
    F: Future<Output = Result<(), Error>>,
{
    let mut seen = Vec::new();
    for attempts in [1, 2] {
        let spare = answer(404, &json!({"detail": "nothing more"}));
        let script = Script::new([step.clone(), then.clone(), spare]);
        let retry = RetryPolicy::new().max_attempts(attempts).recover_unknown(false);
        let builder = script.builder().retry_policy(retry).request_timeout(Duration::from_secs(9));
        let asked = ask(builder.build().unwrap()).await;
        let sent = script.calls().iter().filter(|call| call.starts_with(requests)).count();
        seen.push((asked, sent));
    }
    match (&seen[0], &seen[1]) {
        ((Ok(()), 1), (Ok(()), 1)) => Decision::Done,
        ((Err(_), 1), (Ok(()), 2)) => Decision::Retry,
        ((Ok(()), 2), (Ok(()), 2)) => Decision::RetryUntilDeadline,
        ((Err(Error::OutcomeUnknown(_)), 1), (Err(Error::OutcomeUnknown(_)), 1)) => {
            Decision::Unknown
        }
        ((Err(error), 1), (Err(_), 1)) if !matches!(error, Error::OutcomeUnknown(_)) => {
            Decision::Fail
        }
        other => panic!("{step:?}: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_follows_the_table() {
    let input = SdxlInput::builder().prompt("a red door").build();
    for rule in RETRY_TABLE {
        let Some(expected) = rule.create else { continue };
        for step in happenings_of(rule) {
            // A picture is no answer to a create.
            if matches!(&step, Step::Answer { headers, .. } if headers.iter().any(|(_, v)| v == "image/png"))
            {
                continue;
            }
            let then = answer(201, &prediction("starting"));
            let create = |client: quickrouter::Client| {
                let input = input.clone();
                async move { client.create(input).await.map(drop) }
            };
            let decision = followed(&step, then, "POST", create).await;
            assert_eq!(decision, expected, "{}: {step:?}", rule.condition);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_follows_the_table() {
    let id = PredictionId::new(ID).unwrap();
    for rule in RETRY_TABLE {
        let Some(expected) = rule.idempotent else { continue };
        for step in happenings_of(rule) {
            if matches!(&step, Step::Answer { headers, .. } if headers.iter().any(|(_, v)| v == "image/png"))
            {
                continue;
            }
            let then = answer(200, &prediction("starting"));
            for (requests, cancel) in [("GET", false), ("POST", true)] {
                let ask = |client: quickrouter::Client| {
                    let id = id.clone();
                    async move {
                        if cancel { client.cancel(&id).await } else { client.get(&id).await }
                            .map(drop)
                    }
                };
                let decision = followed(&step, then.clone(), requests, ask).await;
                assert_eq!(decision, expected, "{}: {step:?}", rule.condition);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_follows_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.png");
    std::fs::write(&path, b"\x89PNG\r\n\x1a\n").unwrap();
    for rule in RETRY_TABLE {
        let Some(expected) = rule.idempotent else { continue };
        for step in happenings_of(rule) {
            // What is done for a prediction is a prediction.
            let step = match step {
                Step::Answer { status, .. } if expected == Decision::Done => {
                    answer(status, &uploaded())
                }
                step => step,
            };
            let upload = |client: quickrouter::Client| {
                let path = path.clone();
                async move { client.upload(path).await.map(drop) }
            };
            let decision = followed(&step, answer(201, &uploaded()), "POST", upload).await;
            assert_eq!(decision, expected, "{}: {step:?}", rule.condition);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_download_follows_the_table() {
    for rule in RETRY_TABLE {
        let Some(expected) = rule.download else { continue };
        let mut finished = succeeded(&["https://files.example/out-0.png"]);
        // Whatever is missing long after the end has been deleted.
        let just_now = rule.condition.starts_with("403 or 404 for an output");
        finished["completed_at"] =
            json!(if just_now { "2999" } else { "1999" }.to_owned() + "-01-01T00:00:00Z");
        // JSON is no picture.
        let is_answer = |step: &Step| matches!(step, Step::Answer { status: 200 | 203, body, .. } if body.starts_with(b"{\"id\""));
        for step in happenings_of(rule).into_iter().filter(|step| !is_answer(step)) {
            let then = raw(200, "image/png", &b"\x89PNG\r\n\x1a\n"[..]);
            // Of a download only 200 is the beginning of a file.
            let step = match step {
                Step::Cut { body } => Step::Doing(std::sync::Arc::new(move || cut(body))),
                step => step,
            };
            let save = |client: quickrouter::Client| {
                let finished = finished.clone();
                async move {
                    let folder = tempfile::tempdir().unwrap();
                    let script = Script::new([answer(200, &finished)]);
                    let prediction = script.client().get(&PredictionId::new(ID).unwrap()).await?;
                    client.save(&prediction, folder.path()).await.map(drop)
                }
            };
            let decision = followed(&step, then, "GET", save).await;
            assert_eq!(decision, expected, "{}: {step:?}", rule.condition);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_row_but_one_has_something_that_happens() {
    let without: Vec<_> =
        RETRY_TABLE.iter().filter(|rule| happenings_of(rule).is_empty()).collect();
    // It takes a create before it: see waiting.rs.
    assert_eq!(without.len(), 1);
    assert!(without[0].condition.starts_with("404 for a prediction"));
    assert_eq!(happenings().len(), RETRY_TABLE.len());
}

/// The table in the README.
fn table() -> String {
    let mut table =
        "| condition | create | get, list, cancel, upload, delete | download |\n|---|---|---|---|\n".to_owned();
    for rule in RETRY_TABLE {
        let [create, read, download] = [rule.create, rule.idempotent, rule.download]
            .map(|column| column.map_or_else(|| "–".to_owned(), |decision| decision.to_string()));
        let row = format!("| {} | {create} | {read} | {download} |\n", rule.condition);
        table.push_str(&row);
    }
    table
}

#[test]
fn the_readme_has_the_table() {
    insta::assert_snapshot!(table());
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&table()), "put this into the README:\n{}", table());
}
