//! The stream of updates of a prediction.

use std::time::Duration;

use futures_util::StreamExt;
use quickrouter::inputs::{SdxlInput, SdxlInputRefine};
use quickrouter::{Error, PredictionId, Status, Update};
use serde_json::{Value, json};

use crate::scripted::{ID, Script, answer, prediction, succeeded};

const HEAD: &str = "Using seed: 1\n";
const FIRST: &str = " 10%|#         | 1/10 [00:00<00:01,  5.00it/s]\n 50%|#####     | 5/10 [00:01<00:01,  5.00it/s]\n";
const SECOND: &str = "100%|##########| 10/10 [00:02<00:00,  5.00it/s]\n";

fn with_logs(status: &str, logs: &str, input: Value) -> crate::scripted::Step {
    let mut body = prediction(status);
    body["logs"] = json!(logs);
    body["input"] = input;
    answer(200, &body)
}

async fn updates(input: SdxlInput, logs: &[String]) -> Vec<Update> {
    let sent = serde_json::to_value(&input).unwrap();
    let looks = logs.iter().map(|logs| with_logs("processing", logs, sent.clone()));
    let over = answer(200, &succeeded(&["https://example.com/a.png"]));
    let script =
        Script::new([answer(201, &prediction("starting"))].into_iter().chain(looks).chain([over]));
    let updates: Vec<_> = script.client().run_updates(input).collect().await;
    updates.into_iter().map(Result::unwrap).collect()
}

#[tokio::test(start_paused = true)]
async fn every_look_is_an_update_with_what_is_new_in_the_log() {
    let logs = ["", HEAD, &format!("{HEAD}{FIRST}")].map(str::to_owned);
    let input = SdxlInput::builder().num_inference_steps(10).build();
    let updates = updates(input, &logs).await;
    let new: Vec<_> = updates.iter().map(|update| update.new_logs.as_str()).collect();
    assert_eq!(new, ["", "", HEAD, FIRST, ""]);
    let percents: Vec<_> = updates.iter().map(|update| update.percent).collect();
    assert_eq!(percents, [None, None, None, Some(50.0), Some(50.0)]);
    let left = updates[3].remaining.unwrap();
    assert!((Duration::from_secs(1)..Duration::from_secs(3)).contains(&left), "{left:?}");
    assert_eq!(updates[4].status(), &Status::Succeeded);
    assert_eq!(updates[4].remaining, None, "it is over");
}

#[tokio::test(start_paused = true)]
async fn a_refiner_to_come_counts() {
    let refine = SdxlInputRefine::BaseImageRefiner;
    let input =
        SdxlInput::builder().num_inference_steps(10).refine(refine).refine_steps(30).build();
    let logs = [format!("{HEAD}{FIRST}"), format!("{HEAD}{FIRST}{SECOND}")];
    let updates = updates(input, &logs).await;
    let percents: Vec<_> = updates.iter().map(|update| update.percent).collect();
    assert_eq!(percents[1..3], [Some(12.5), Some(25.0)]);
    let left = updates[1].remaining.unwrap().as_secs();
    assert!((7..10).contains(&left), "35 steps at 5 a second and a little: {left} s");
}

#[tokio::test(start_paused = true)]
async fn a_log_that_begins_anew_is_told_as_a_whole() {
    let logs = ["one\n".to_owned(), "two\n".to_owned()];
    let updates = updates(SdxlInput::builder().build(), &logs).await;
    assert_eq!(updates[2].new_logs, "two\n");
}

#[tokio::test(start_paused = true)]
async fn an_end_that_is_none_is_the_last_item() {
    let script = Script::new([answer(200, &prediction("failed"))]);
    let mut updates = script.client().updates(&PredictionId::new(ID).unwrap());
    assert_eq!(updates.next().await.unwrap().unwrap().status(), &Status::Failed);
    assert!(matches!(updates.next().await, Some(Err(Error::PredictionFailed(_)))));
    assert!(updates.next().await.is_none());
    assert!(updates.next().await.is_none(), "it stays at its end");
}

#[tokio::test(start_paused = true)]
async fn an_input_that_is_refused_is_the_only_item() {
    let script = Script::new([]);
    let bad = quickrouter::AnyInput::new("stability-ai/sdxl", json!({"width": 7}));
    let updates: Vec<_> = script.client().run_updates(bad).collect().await;
    assert!(matches!(updates[..], [Err(Error::InvalidInput { .. })]));
}
