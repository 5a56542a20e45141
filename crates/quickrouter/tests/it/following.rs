//! Waiting by the event stream of a prediction.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use quickrouter::error::CancelOutcome;
use quickrouter::inputs::SdxlInput;
use quickrouter::{Error, PredictionId, Status, Update, WaitPolicy};
use serde_json::json;
use tokio::time::Instant;

use crate::events::{STREAM, Then, event, events, streamed};
use crate::scripted::{ID, Script, Step, answer, prediction, raw, succeeded};

const HEAD: &str = "Using seed: 1\n";
const BAR: &str = " 10%|#         | 1/10 [00:00<00:01,  5.00it/s]\n 50%|#####     | 5/10 [00:01<00:01,  5.00it/s]\n";

fn policy() -> WaitPolicy {
    WaitPolicy::new().by_stream(true)
}

fn input() -> SdxlInput {
    SdxlInput::builder().num_inference_steps(10).build()
}

fn created() -> Step {
    let mut created = streamed("starting", STREAM);
    created["input"] = json!({"num_inference_steps": 10});
    answer(201, &created)
}

fn done() -> String {
    event("done", "9", "{}")
}

fn over() -> Step {
    let mut over = succeeded(&["https://example.com/a.png"]);
    // A log keeps the carriage returns that a stream cannot tell.
    over["logs"] = json!(format!("{HEAD}{BAR}").replace('\n', "\r") + "end");
    answer(200, &over)
}

/// The updates of a run, and what was sent for it.
async fn run(steps: impl IntoIterator<Item = Step>) -> (Vec<Result<Update, Error>>, Arc<Script>) {
    let script = Script::new(steps);
    let client = script.builder().wait_policy(policy()).build().unwrap();
    (client.run_updates(input()).collect().await, script)
}

fn statuses(updates: &[Result<Update, Error>]) -> Vec<String> {
    updates.iter().map(|update| update.as_ref().unwrap().status().to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_run_by_stream_takes_a_create_a_stream_and_one_look() {
    let text = event("logs", "1", HEAD) + &event("logs", "2", BAR) + &done();
    let start = Instant::now();
    let (updates, script) = run([created(), events(text, Then::Silent), over()]).await;
    let calls = ["POST /v1/predictions", "GET /v1/streams/s1", "GET /v1/predictions/abc123"];
    assert_eq!(script.calls(), calls);
    assert_eq!(statuses(&updates), ["starting", "processing", "processing", "succeeded"]);
    let updates: Vec<_> = updates.into_iter().map(Result::unwrap).collect();
    let new: Vec<_> = updates.iter().map(|update| update.new_logs.as_str()).collect();
    assert_eq!(new, ["", HEAD, BAR, "end"]);
    assert_eq!(updates[2].percent, Some(50.0));
    assert!(updates[2].remaining.is_some());
    assert_eq!(start.elapsed(), Duration::ZERO, "the end is known as it comes");
}

#[tokio::test(start_paused = true)]
async fn a_done_that_is_not_true_is_waited_on() {
    let processing = || answer(200, &streamed("processing", STREAM));
    let steps = [created(), events(done(), Then::Ends), processing(), processing(), over()];
    let (updates, script) = run(steps).await;
    assert_eq!(statuses(&updates), ["starting", "processing", "processing", "succeeded"]);
    assert_eq!(script.sent().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn an_output_does_not_mean_that_it_is_over() {
    let text = event("output", "1", "https://example.com/early.png");
    let steps = [
        created(),
        events(text.clone(), Then::Ends),
        events(text.clone(), Then::Ends),
        events(text, Then::Ends),
        answer(200, &prediction("processing")),
        over(),
    ];
    let (updates, _) = run(steps).await;
    assert_eq!(statuses(&updates), ["starting", "processing", "succeeded"]);
}

#[tokio::test(start_paused = true)]
async fn every_end_but_succeeded_is_an_error() {
    let text = event("error", "1", "E1001") + &event("done", "2", r#"{"reason":"error"}"#);
    let (updates, _) =
        run([created(), events(text, Then::Ends), answer(200, &prediction("failed"))]).await;
    let Some(Err(Error::PredictionFailed(failed))) = updates.last() else { panic!("{updates:?}") };
    assert_eq!(failed.id().unwrap().as_str(), ID);
}

#[tokio::test(start_paused = true)]
async fn where_the_stream_is_not_relayed_it_is_looked_at_as_without() {
    let looks = || [answer(200, &prediction("processing")), over()];
    let without = Script::new([created()].into_iter().chain(looks()));
    let start = Instant::now();
    without.client().run(input()).await.unwrap();
    let took = start.elapsed();
    let page = raw(200, "text/html", "<title>Welcome</title>");
    for answered in [raw(404, "text/html", "<title>Not found</title>"), page] {
        let start = Instant::now();
        let (updates, script) = run([created(), answered].into_iter().chain(looks())).await;
        assert_eq!(statuses(&updates), ["starting", "processing", "succeeded"]);
        assert_eq!(start.elapsed(), took, "it is looked at when it is due");
        assert_eq!(script.sent().len(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_by_a_stream_that_is_only_kept_alive_is_canceled_at_its_deadline() {
    let processing = || answer(200, &prediction("processing"));
    let script = Script::new([
        created(),
        events("", Then::KeptAlive),
        processing(),
        answer(200, &prediction("canceled")),
    ]);
    let policy = policy().deadline(Duration::from_secs(40));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let start = Instant::now();
    let Error::Deadline(passed) = client.run(input()).await.unwrap_err() else { panic!() };
    assert_eq!(start.elapsed(), Duration::from_secs(40));
    assert_eq!(passed.prediction_id.as_str(), ID);
    assert_eq!(passed.last_status, Some(Status::Processing));
    assert_eq!(passed.cancel, CancelOutcome::Requested(Status::Canceled));
    assert_eq!(script.calls().len(), 4, "one last look before it is given up");
}

#[tokio::test(start_paused = true)]
async fn what_finishes_while_a_stream_says_nothing_is_found_by_a_look() {
    let (updates, script) = run([created(), events("", Then::KeptAlive), over()]).await;
    assert_eq!(statuses(&updates), ["starting", "succeeded"]);
    assert_eq!(script.sent().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_wait_by_stream_looks_first_and_is_not_told_twice_what_it_knows() {
    let mut known = streamed("processing", STREAM);
    known["logs"] = json!(HEAD);
    let text = event("logs", "1", HEAD) + &event("logs", "2", BAR) + &done();
    let script = Script::new([answer(200, &known), events(text, Then::Ends), over()]);
    let client = script.builder().wait_policy(policy()).build().unwrap();
    let updates: Vec<_> = client.updates(&PredictionId::new(ID).unwrap()).collect().await;
    let new: Vec<_> =
        updates.iter().map(|update| update.as_ref().unwrap().new_logs.as_str()).collect();
    assert_eq!(new, [HEAD, BAR, "end"]);
    let finished = script.calls();
    let look = "GET /v1/predictions/abc123";
    assert_eq!(finished, [look, "GET /v1/streams/s1", look]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_by_stream_for_what_is_over_takes_one_look() {
    let script = Script::new([over()]);
    let client = script.builder().wait_policy(policy()).build().unwrap();
    client.wait(&PredictionId::new(ID).unwrap()).await.unwrap();
    assert_eq!(script.sent().len(), 1);
}
