//! A wait never hangs, and never loses the id.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use quickrouter::error::CancelOutcome;
use quickrouter::inputs::SdxlInput;
use quickrouter::transport::TransportErrorKind;
use quickrouter::{Error, PredictionId, Status, WaitPolicy};
use serde_json::json;
use tokio::time::Instant;

use crate::scripted::{ID, Script, Step, answer, prediction, raw, succeeded};

fn input() -> SdxlInput {
    SdxlInput::builder().prompt("a red door").build()
}

fn id() -> PredictionId {
    PredictionId::new(ID).unwrap()
}

fn created() -> Step {
    answer(201, &prediction("starting"))
}

#[tokio::test(start_paused = true)]
async fn a_prediction_is_waited_for_until_it_is_over() {
    let mut early = prediction("processing");
    early["output"] = json!(["https://example.com/early.png"]);
    let script = Script::new([
        created(),
        answer(200, &prediction("starting")),
        answer(200, &early),
        answer(200, &succeeded(&["https://example.com/a.png"])),
    ]);
    let updates: Vec<_> = script.client().run_updates(input()).collect().await;
    let statuses: Vec<_> =
        updates.into_iter().map(|update| update.unwrap().status().to_string()).collect();
    assert_eq!(statuses, ["starting", "starting", "processing", "succeeded"]);
}

#[tokio::test(start_paused = true)]
async fn every_end_but_succeeded_is_an_error_with_the_whole_prediction() {
    for end in ["failed", "canceled", "aborted"] {
        let mut over = prediction(end);
        over["error"] = json!("E1001 out of memory");
        let script = Script::new([created(), answer(200, &over)]);
        let error = script.client().run(input()).await.unwrap_err();
        assert_eq!(error.prediction_id(), Some(&id()));
        let Error::PredictionFailed(prediction) = error else { panic!("{error}") };
        assert_eq!(prediction.status().as_str(), end);
        assert_eq!(prediction.raw(), &over);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_status_is_waited_on_until_the_deadline() {
    let mut steps = vec![created()];
    steps.extend(vec![answer(200, &prediction("meditating")); 40]);
    let script = Script::new(steps);
    let policy = WaitPolicy::new().deadline(Duration::from_secs(60));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let created = client.create(input()).await.unwrap();
    let start = Instant::now();
    let error = client.wait(created.id().unwrap()).await.unwrap_err();
    let Error::Deadline(passed) = error else { panic!("{error}") };
    assert_eq!(start.elapsed(), Duration::from_secs(60));
    assert_eq!(passed.prediction_id, id());
    assert_eq!(passed.last_status, Some(Status::Other("meditating".to_owned())));
    assert_eq!(passed.cancel, CancelOutcome::NotRequested);
    assert!(!script.calls().iter().any(|call| call.ends_with("/cancel")), "wait never cancels");
}

/// A run that is given a second: it looks after half of it and once more just before its end.
async fn run_for_a_second(
    steps: Vec<Step>,
) -> (Result<quickrouter::Prediction, Error>, Vec<String>) {
    let script = Script::new(steps);
    let half = Duration::from_millis(500);
    let policy = WaitPolicy::new().deadline(2 * half).initial_interval(half);
    let client = script.builder().wait_policy(policy).build().unwrap();
    (client.run(input()).await, script.calls())
}

#[tokio::test(start_paused = true)]
async fn run_asks_for_a_cancel_when_its_deadline_passes() {
    let processing = || answer(200, &prediction("processing"));
    let steps = vec![created(), processing(), processing(), answer(200, &prediction("canceled"))];
    let (ended, calls) = run_for_a_second(steps).await;
    let Error::Deadline(passed) = ended.unwrap_err() else { panic!() };
    assert_eq!(passed.cancel, CancelOutcome::Requested(Status::Canceled));
    assert_eq!(calls.last().unwrap(), "POST /v1/predictions/abc123/cancel");
}

#[tokio::test(start_paused = true)]
async fn what_finishes_just_before_the_deadline_is_not_given_up() {
    let done = || answer(200, &succeeded(&["https://example.com/a.png"]));
    let processing = || answer(200, &prediction("processing"));
    let (last_look, _) = run_for_a_second(vec![created(), processing(), done()]).await;
    assert_eq!(last_look.unwrap().outputs().len(), 1);
    let steps = vec![created(), processing(), processing(), done()];
    let (cancel_came_too_late, _) = run_for_a_second(steps).await;
    assert_eq!(cancel_came_too_late.unwrap().outputs().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_last_look_is_there_and_no_closer_to_the_one_before_than_the_floor() {
    let floor = Duration::from_millis(700);
    for deadline in (2000..6000).step_by(50).map(Duration::from_millis) {
        let looks = Arc::<Mutex<Vec<Instant>>>::default();
        let seen = Arc::clone(&looks);
        let look = Step::Doing(Arc::new(move || {
            seen.lock().unwrap().push(Instant::now());
            prediction("processing").to_string().into()
        }));
        let policy = WaitPolicy::new().deadline(deadline).min_interval(floor);
        let client = Script::new(vec![look; 9]).builder().wait_policy(policy).build().unwrap();
        let over = Instant::now() + deadline;
        assert!(matches!(client.wait(&id()).await, Err(Error::Deadline(_))));
        let looks = looks.lock().unwrap().clone();
        let closest = looks.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap();
        assert!(closest >= floor, "{closest:?} between two looks of {deadline:?}");
        let last = over - *looks.last().unwrap();
        assert!(last <= deadline / 10 + floor, "the last look was {last:?} before {deadline:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_odd_header_does_not_keep_it_from_looking() {
    let script = Script::new([
        created(),
        answer(503, &json!({})).with("retry-after", "100000"),
        answer(200, &succeeded(&[])),
    ]);
    let start = Instant::now();
    script.client().run(input()).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_answer_about_another_prediction_does_not_take_the_place_of_ours() {
    let other =
        json!({"id": "other", "status": "succeeded", "output": ["https://example.com/b.png"]});
    let script = Script::new(vec![answer(200, &other); 20]);
    let error = script.client().wait(&id()).await.unwrap_err();
    assert!(matches!(error, Error::UnexpectedResponse(_)), "{error}");
    assert_eq!(error.prediction_id(), Some(&id()));
    let images = json!({"created": 1, "data": [{"url": "https://example.com/a.png"}]});
    let script = Script::new([answer(200, &images)]);
    let finished = script.client().wait(&id()).await.unwrap();
    assert_eq!(finished.id(), Some(&id()), "an answer without an id is about the one asked for");
}

#[tokio::test(start_paused = true)]
async fn a_cancel_that_gets_no_answer_is_given_up_after_five_seconds() {
    let processing = || answer(200, &prediction("processing"));
    let start = Instant::now();
    let steps = vec![created(), processing(), processing(), Step::Silence];
    let (ended, _) = run_for_a_second(steps).await;
    let Error::Deadline(passed) = ended.unwrap_err() else { panic!() };
    assert!(matches!(passed.cancel, CancelOutcome::Unconfirmed(_)));
    assert_eq!(start.elapsed(), Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn trouble_on_the_way_does_not_end_the_waiting() {
    let script = Script::new([
        created(),
        Step::Fails(TransportErrorKind::NotSent),
        Step::Fails(TransportErrorKind::Interrupted),
        raw(502, "text/html", "<title>Bad Gateway</title>"),
        answer(429, &json!({"detail": "slow"})).with("retry-after", "9"),
        raw(200, "text/html", "<html>"),
        answer(200, &json!({"message": "maintenance"})),
        answer(500, &json!({})),
        answer(200, &succeeded(&["https://example.com/a.png"])),
    ]);
    let finished = script.client().run(input()).await.unwrap();
    assert_eq!(finished.outputs().len(), 1);
    assert_eq!(script.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_prediction_just_created_may_be_unknown_for_a_minute() {
    let missing = || answer(404, &json!({"detail": "not found", "status": 404}));
    let script = Script::new([created(), missing(), missing(), answer(200, &succeeded(&[]))]);
    let finished = script.client().run(input()).await.unwrap();
    assert_eq!(finished.status(), &Status::Succeeded);

    let script = Script::new([missing()]);
    let error = script.client().get(&id()).await.unwrap_err();
    assert_eq!(error.http_status(), Some(404), "one that was not created here is not asked again");

    let mut steps = vec![created()];
    steps.extend(vec![missing(); 20]);
    let script = Script::new(steps);
    let start = Instant::now();
    let error = script.client().run(input()).await.unwrap_err();
    assert_eq!(error.http_status(), Some(404));
    assert_eq!(error.prediction_id(), Some(&id()));
    let waited = start.elapsed().as_secs();
    assert!((60..80).contains(&waited), "a refusal has to stand for a minute: {waited} s");
    assert!(error.to_string().contains("may still run and be billed"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn reads_and_cancel_are_asked_again_and_then_say_what_happened() {
    let script = Script::new([
        Step::Fails(TransportErrorKind::Interrupted),
        answer(500, &json!({})),
        answer(200, &prediction("canceled")),
    ]);
    let canceled = script.client().cancel(&id()).await.unwrap();
    assert_eq!(canceled.status(), &Status::Canceled);

    let script = Script::new(vec![Step::Fails(TransportErrorKind::Interrupted); 5]);
    let error = script.client().get(&id()).await.unwrap_err();
    assert!(matches!(error, Error::Interrupted { .. }), "{error}");
    assert_eq!(error.prediction_id(), Some(&id()));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_prediction_is_kept_whole() {
    for odd in [r#"{ "id":"abc123", "surprise": 1.0e0,"surprise":2}"#, "<html>"] {
        let answered = raw(202, "text/html", odd).with("x-request-id", "req-9");
        let error = Script::new(vec![answered; 5]).client().get(&id()).await.unwrap_err();
        assert_eq!(error.request_id(), Some("req-9"));
        let Error::UnexpectedResponse(answer) = error else { panic!("{error}") };
        assert_eq!((answer.status, &answer.body[..]), (202, odd.as_bytes()));
        assert_eq!(answer.prediction_id, Some(id()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_prediction_that_is_over_already_needs_one_request() {
    let script = Script::new([answer(200, &succeeded(&["https://example.com/a.png"]))]);
    let start = Instant::now();
    script.client().wait(&id()).await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(script.sent().len(), 1);
}

#[test]
fn clients_and_their_futures_can_cross_threads() {
    fn crosses<T: Send>(_: T) {}
    fn shared<T: Send + Sync>() {}
    fn movable<T: Unpin>(_: T) {}
    shared::<quickrouter::Client>();
    shared::<Error>();
    shared::<quickrouter::Prediction>();
    shared::<quickrouter::CreateRequest>();
    shared::<quickrouter::blocking::Client>();
    let script = Script::new([]);
    let client = script.client();
    crosses(client.run(input()));
    crosses(client.list());
    movable(client.list());
    crosses(client.api());
    let _ = Script::default();
}

#[tokio::test(start_paused = true)]
async fn a_cancel_is_asked_for_even_while_reads_are_held_back() {
    let busy = answer(429, &json!({})).with("retry-after", "20");
    let steps = vec![created(), busy, answer(200, &prediction("canceled"))];
    let script = Script::new(steps);
    let policy = WaitPolicy::new().deadline(Duration::from_secs(5));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let Error::Deadline(passed) = client.run(input()).await.unwrap_err() else { panic!() };
    assert_eq!(passed.cancel, CancelOutcome::Requested(Status::Canceled));
}

#[tokio::test(start_paused = true)]
async fn odd_logs_are_no_reason_to_panic_or_to_hurry() {
    let odd = [
        "  0%|  | 0/18446744073709551615 [00:00<?, 1.00it/s]\n",
        " 50%|  | 1/2 [00:00<00:00, 1e308it/s]\n 50%|  | 2/3 [00:00<00:00, inf it/s]\n",
        " 50%|  | 9/20 [00:00<00:00, 1.00it/s]\n 10%|  | 10/20 [00:00<00:00, 1e-300it/s]\n",
        " 50%|  | 1/9 [00:00<00:00, NaNit/s]\n 50%|  | 18446744073709551614/18446744073709551615 [a<b, 1s/it]\n",
    ];
    for logs in odd {
        let mut looked = prediction("processing");
        looked["logs"] = json!(logs);
        looked["input"] = json!({"refine": "base_image_refiner", "refine_steps": u64::MAX});
        looked["created_at"] = json!("2999-01-01T00:00:00Z");
        let mut over = succeeded(&[]);
        over["created_at"] = json!("2999-01-01T00:00:00Z");
        over["completed_at"] = json!("1999-01-01T00:00:00Z");
        let script = Script::new([created(), answer(200, &looked), answer(200, &over)]);
        let start = Instant::now();
        let updates: Vec<_> = script.client().run_updates(input()).collect().await;
        assert!(updates.iter().all(Result::is_ok), "{logs}");
        assert!(start.elapsed() < Duration::from_secs(25), "{logs}: {:?}", start.elapsed());
    }
}
