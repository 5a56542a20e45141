//! A running prediction is not given up: odd polls are retried, and a terminal status is recognized
//! in every dialect.

use std::time::Duration;

use quickrouter::error::CancelOutcome;
use quickrouter::inputs::SdxlInput;
use quickrouter::{CreateRequest, Error, Prediction, PredictionId, Status, WaitPolicy};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::scripted::{ID, Script, Step, answer, prediction, raw, succeeded};

const U: &str = "https://files.example/out-0.png";

fn input() -> SdxlInput {
    SdxlInput::builder().prompt("a red door").build()
}

fn id() -> PredictionId {
    PredictionId::new(ID).unwrap()
}

fn done() -> Step {
    answer(200, &succeeded(&[U]))
}

/// Answers that say nothing about a prediction that runs, although they look final.
fn odd() -> Vec<Step> {
    vec![
        raw(403, "text/html", "<html><title>Attention Required!</title></html>"),
        answer(403, &json!({"error": {"message": "forbidden", "type": "x", "code": ""}})),
        answer(401, &json!({"detail": "Invalid token"})),
        answer(400, &json!({"error": {"message": "bad", "code": ""}})),
        answer(404, &json!({"detail": "not found"})),
        answer(422, &json!({"detail": "later"})),
        raw(302, "text/html", "").with("location", "https://status.example/"),
        raw(200, "text/html", "<html><title>Maintenance</title></html>"),
        answer(200, &json!({"message": "busy"})),
        raw(200, "application/json", ""),
    ]
}

async fn run(polls: impl IntoIterator<Item = Step>) -> (Result<Prediction, Error>, Duration) {
    let created = answer(201, &prediction("starting"));
    let script = Script::new(std::iter::once(created).chain(polls));
    let start = Instant::now();
    (script.client().run(input()).await, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn an_odd_poll_ends_no_wait() {
    for step in odd() {
        let (ended, _) = run([step.clone(), step.clone(), step.clone(), done()]).await;
        assert_eq!(ended.expect("an end").status(), &Status::Succeeded, "{step:?}");
    }
    // A maintenance page that stays for a minute.
    let page = raw(200, "text/html", "<html><title>Maintenance</title></html>");
    let (ended, waited) = run(vec![page; 12].into_iter().chain([done()])).await;
    ended.expect("an end");
    assert!(waited > Duration::from_secs(60), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_counts_once_it_has_stood_for_a_minute() {
    for status in [400, 401, 403, 404] {
        let refused = answer(status, &json!({"detail": "no"}));
        let (ended, waited) = run(vec![refused; 20]).await;
        let error = ended.unwrap_err();
        assert_eq!(error.http_status(), Some(status));
        assert_eq!(error.prediction_id(), Some(&id()));
        assert!(error.to_string().contains("may still run and be billed"), "{error}");
        assert!((60..80).contains(&waited.as_secs()), "{waited:?}");
    }
    // One that comes and goes has not stood.
    let refused = || answer(403, &json!({"detail": "no"}));
    let mut polls = Vec::new();
    for _ in 0..15 {
        polls.extend([refused(), refused(), refused(), answer(200, &prediction("processing"))]);
    }
    polls.push(done());
    let (ended, waited) = run(polls).await;
    ended.expect("an end");
    assert!(waited > Duration::from_secs(60), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn what_the_api_says_of_an_unconfirmed_id_is_final_at_once() {
    for body in [json!({"detail": "no"}), json!({"error": {"message": "no", "code": ""}})] {
        for status in [401, 403, 404] {
            let script = Script::new([answer(status, &body)]);
            let start = Instant::now();
            let error = script.client().wait(&id()).await.unwrap_err();
            assert_eq!((error.http_status(), start.elapsed()), (Some(status), Duration::ZERO));
            assert!(error.to_string().contains("may still run and be billed"), "{error}");
        }
    }
    // A firewall's page is not what the API says.
    let page = || raw(403, "text/html", "<html><title>Attention Required!</title></html>");
    Script::new([page(), page(), done()]).client().wait(&id()).await.expect("an end");
}

#[tokio::test(start_paused = true)]
async fn an_earlier_poll_confirms_an_id() {
    let refused = answer(401, &json!({"detail": "no"}));
    let polls = [answer(200, &prediction("processing")), refused.clone(), refused.clone(), done()];
    let client = Script::new(polls).client();
    client.get(&id()).await.unwrap();
    assert_eq!(client.wait(&id()).await.unwrap().outputs().len(), 1);
    // One look of its own takes what it gets.
    for step in [refused, raw(403, "text/html", "<html></html>")] {
        let script = Script::new([answer(200, &prediction("processing")), step]);
        let client = script.client();
        client.get(&id()).await.unwrap();
        assert!(matches!(client.get(&id()).await, Err(Error::Api(_))));
    }
}

#[tokio::test(start_paused = true)]
async fn every_word_for_an_end_is_one() {
    let word = |word: &str| {
        let mut body = succeeded(&[U]);
        body["status"] = json!(word);
        answer(200, &body)
    };
    for end in ["completed", "SUCCESS", "Succeeded", "Done", "FINISHED", "Ready", "succeed"] {
        let (ended, _) = run([word("IN_PROGRESS"), word("queued"), word(end)]).await;
        let finished = ended.unwrap_or_else(|error| panic!("{end}: {error}"));
        assert_eq!(finished.status(), &Status::Succeeded, "{end}");
        assert_eq!(finished.raw()["status"], end, "the word itself is kept");
    }
    for (end, status) in [
        ("FAILURE", Status::Failed),
        ("Error", Status::Failed),
        ("Request Moderated", Status::Failed),
        ("TimedOut", Status::Failed),
        ("CANCELLED", Status::Canceled),
        ("expired", Status::Aborted),
    ] {
        let (ended, _) = run([word("Running"), word(end)]).await;
        let Err(Error::PredictionFailed(failed)) = ended else { panic!("{end}") };
        assert_eq!(failed.status(), &status, "{end}");
    }
}

fn ended_in_an_unknown_word(completed_at: Value) -> Value {
    let mut body = succeeded(&[U]);
    (body["status"], body["completed_at"]) = (json!("enlightened"), completed_at);
    body
}

#[tokio::test(start_paused = true)]
async fn an_unknown_word_with_outputs_and_an_end_is_over_after_three_polls() {
    let over = answer(200, &ended_in_an_unknown_word(json!("2026-11-27T10:00:00Z")));
    let (ended, waited) = run(vec![over.clone(); 40]).await;
    let finished = ended.expect("an end");
    assert_eq!(finished.status(), &Status::Other("enlightened".to_owned()));
    assert!((10..25).contains(&waited.as_secs()), "three polls, five seconds apart: {waited:?}");

    // What changes, or lacks the time of its end, is waited on until the deadline.
    let changing = (0..60).map(|second| {
        answer(200, &ended_in_an_unknown_word(json!(format!("2026-11-27T10:00:{second:02}Z"))))
    });
    let without = vec![answer(200, &ended_in_an_unknown_word(json!(""))); 60];
    for polls in [changing.collect(), without] {
        let created = answer(201, &prediction("starting"));
        let script = Script::new(std::iter::once(created).chain(polls));
        let policy = WaitPolicy::new().deadline(Duration::from_secs(60));
        let client = script.builder().wait_policy(policy).build().unwrap();
        let request = CreateRequest::new(input()).cancel_at_deadline(false);
        let error = client.run(request).await.unwrap_err();
        let Error::Deadline(passed) = error else { panic!("{error}") };
        assert_eq!(passed.last.unwrap().outputs().len(), 1, "what is there is at hand");
        assert_eq!(passed.cancel, CancelOutcome::NotRequested);
        assert!(!script.calls().iter().any(|call| call.ends_with("/cancel")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_not_trusted_ends_a_wait_and_says_that_it_runs_on() {
    let untrusted = Step::Fails(quickrouter::transport::TransportErrorKind::Untrusted);
    let (ended, waited) = run(vec![untrusted; 20]).await;
    let error = ended.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
    assert!(error.to_string().contains("may still run and be billed"), "{error}");
    assert!(waited >= Duration::from_secs(60), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_for_is_known_of_every_later_answer() {
    // A gateway that hides the model: only the create knows that words are no output of it.
    let mut hidden = prediction("processing");
    (hidden["model"], hidden["output"]) = (json!("hidden"), json!(["no-picture"]));
    let mut polls = vec![answer(201, &prediction("starting"))];
    polls.extend(vec![answer(200, &hidden); 3]);
    let script = Script::new(polls);
    let policy =
        WaitPolicy::new().deadline(Duration::from_secs(2)).initial_interval(Duration::from_secs(1));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let request = CreateRequest::new(input()).cancel_at_deadline(false);
    let Err(Error::Deadline(passed)) = client.run(request).await else { panic!("no deadline") };
    let folder = tempfile::tempdir().unwrap();
    let error = client.save(&passed.last.unwrap(), folder.path()).await.unwrap_err();
    assert!(error.to_string().contains("no-picture"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn outputs_that_were_seen_once_are_at_hand_at_the_deadline() {
    let mut early = prediction("processing");
    early["output"] = json!([U]);
    let mut polls = vec![answer(201, &prediction("starting")), answer(200, &early)];
    polls.extend(vec![answer(200, &prediction("processing")); 60]);
    let script = Script::new(polls);
    let policy = WaitPolicy::new().deadline(Duration::from_secs(20));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let request = CreateRequest::new(input()).cancel_at_deadline(false);
    let Err(Error::Deadline(passed)) = client.run(request).await else { panic!("no deadline") };
    assert_eq!(passed.last.unwrap().outputs().len(), 1);
    assert_eq!(passed.last_status, Some(Status::Processing));
}
