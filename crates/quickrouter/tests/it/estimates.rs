//! When polls are sent, depending on the log: an estimate is not trusted beyond its evidence.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use quickrouter::inputs::SdxlInput;
use quickrouter::{Durations, WaitPolicy};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::scripted::{Script, Step, answer, prediction, succeeded};

/// The seconds, since the create, of the polls of a prediction that shows these logs one after the
/// other, and then has succeeded.
async fn polls(logs: &[String]) -> Vec<f64> {
    let polls = Arc::<Mutex<Vec<f64>>>::default();
    let start = Instant::now();
    let shows = |body: Value| {
        let polls = Arc::clone(&polls);
        Step::Doing(Arc::new(move || {
            polls.lock().unwrap().push(start.elapsed().as_secs_f64());
            body.to_string().into()
        }))
    };
    let mut steps = vec![answer(201, &prediction("starting"))];
    for logs in logs {
        let mut body = prediction("processing");
        body["logs"] = json!(logs);
        body["input"] = json!({"num_inference_steps": 50});
        steps.push(shows(body));
    }
    steps.push(shows(succeeded(&["https://example.com/a.png"])));
    let input = SdxlInput::builder().prompt("a red door").build();
    Script::new(steps).client().run(input).await.unwrap();
    polls.lock().unwrap().clone()
}

/// tqdm's lines of a bar of 50 steps, so many seconds a step, up to this one.
fn bar(upto: u32, seconds: f64) -> String {
    let line = |step: u32| {
        let (elapsed, rate) = (f64::from(step) * seconds, 1.0 / seconds);
        format!(
            "{:3}%|#  | {step}/50 [00:{:02.0}<00:05, {rate:5.2}it/s]\n",
            step * 2,
            elapsed.floor()
        )
    };
    (1..=upto).map(line).collect()
}

#[tokio::test(start_paused = true)]
async fn a_bar_that_stands_still_does_not_put_off_the_end() {
    // 2 of 50 steps are missing, and are never written.
    let stopped = bar(48, 0.1);
    let logs: Vec<String> = [bar(20, 0.1)].into_iter().chain(vec![stopped; 5]).collect();
    let polls = polls(&logs).await;
    assert!((4.5..6.0).contains(&polls[1]), "the end is expected 3 s after the first: {polls:?}");
    assert!(polls[1..].windows(2).all(|pair| pair[1] - pair[0] < 0.6), "{polls:?}");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_shows_less_than_expected_is_soon_followed_by_another() {
    let polls = polls(&[bar(20, 0.1), bar(22, 0.1), bar(24, 0.1)]).await;
    assert!(polls[1] - polls[0] > 3.0, "{polls:?}");
    for pair in polls[1..].windows(2) {
        assert!(pair[1] - pair[0] < 1.2, "its rate would say 3 s more: {polls:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_bar_with_long_to_go_is_polled_for_on_its_way() {
    let polls = polls(&[bar(10, 0.2), bar(30, 0.2)]).await;
    let pause = polls[1] - polls[0];
    assert!((4.0..6.0).contains(&pause), "8 s to go: {polls:?}");
}

#[tokio::test(start_paused = true)]
async fn loading_bars_and_words_are_no_reason_to_expect_an_end() {
    let loaded = "Loading pipeline components...: 100%|##########| 7/7 [00:01<00:00, 6.00it/s]\n";
    for log in [loaded, "Generating image...\n", ""] {
        let polls = polls(&vec![log.to_owned(); 12]).await;
        let (last, before) = (polls[11], polls[10]);
        assert!((6.0..11.0).contains(&last), "{log:?}: {polls:?}");
        assert!(last - before < 1.0, "{log:?}: {polls:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_wait_for_nothing_is_noticed_within_six_percent() {
    let polls = polls(&vec![String::new(); 60]).await;
    for pair in polls.windows(2).filter(|pair| pair[0] > 15.0) {
        let pause = pair[1] - pair[0];
        assert!(pause <= 0.06 * pair[0] && pause > 0.04 * pair[0].min(160.0), "{pair:?}");
    }
    assert!(polls[59] > 100.0, "{polls:?}");
}

/// A prediction as a gateway shows it `age` seconds after its create, by its own clock.
fn dated(status: &str, age: u32) -> Step {
    let mut body = prediction(status);
    body["created_at"] = json!("2026-11-27T10:00:00.000Z");
    body["started_at"] = json!("2026-11-27T10:00:01.000Z");
    if status == "succeeded" {
        body["completed_at"] = json!("2026-11-27T10:00:08.000Z");
    }
    let date = format!("Fri, 27 Nov 2026 10:00:{age:02} GMT");
    answer(200, &body).with("date", &date)
}

#[tokio::test(start_paused = true)]
async fn a_prediction_created_elsewhere_is_waited_for_by_what_others_took() {
    let durations = Durations::new();
    for _ in 0..3 {
        let mut created = prediction("starting");
        created["created_at"] = json!("2026-11-27T10:00:00.000Z");
        let script = Script::new([answer(201, &created), dated("succeeded", 8)]);
        let client = script.builder().durations(durations.clone()).build().unwrap();
        client.run(SdxlInput::builder().prompt("a red door").build()).await.unwrap();
    }
    let wait = |steps: Vec<Step>| {
        let client = Script::new(steps).builder().durations(durations.clone());
        let client = client.wait_policy(WaitPolicy::new()).build().unwrap();
        async move {
            let start = Instant::now();
            let id = quickrouter::PredictionId::new(crate::scripted::ID).unwrap();
            client.wait(&id).await.unwrap();
            start.elapsed()
        }
    };
    // Two seconds old when it is first seen: 8 s in all leave 6.
    let known = wait(vec![dated("processing", 2), dated("succeeded", 8)]).await;
    assert!((5.0..6.5).contains(&known.as_secs_f64()), "{known:?}");
    // A response that a cache has held back says nothing about now.
    let cached = wait(vec![dated("processing", 2).with("age", "30"), dated("succeeded", 8)]).await;
    assert!(cached < Duration::from_secs(2), "{cached:?}");
}
