//! Webhook deliveries that go on after a restart.

use crate::receiver::{Got, Receiver, Reply};
use crate::rig::{Rig, pass};
use crate::state::{Stage, URL, create_with_webhook};
use quickrouter_emulator::{DeliveryState, ModelDefinition, OutputKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn a_pending_delivery_is_sent_again_after_a_restart_with_the_same_id() {
    let stage = Stage::new();
    let receiver = Arc::new(Receiver::default());
    receiver.plans([Reply::Status(200), Reply::Status(200), Reply::Never]);
    let rig = stage.rig_with(&receiver);
    create_with_webhook(&rig).await;
    pass(20_000).await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    while receiver.got().len() < 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    rig.gateway.close();
    drop(rig);
    let before = receiver.got();
    let again = stage.rig_with(&receiver);
    tokio::time::sleep(Duration::from_secs(30)).await;
    let got = receiver.got();
    assert_eq!(got[3].id(), before[2].id(), "the one that was not answered");
    assert_eq!(got[3].body, before[2].body);
    let ids: BTreeSet<&str> = got.iter().map(Got::id).collect();
    assert_eq!(ids.len(), got.len() - 1, "all others once");
    let last: Value = got.last().unwrap().json();
    assert_eq!(last["status"], "succeeded");
    let states: Vec<_> = again.gateway.deliveries().iter().map(|one| one.state).collect();
    assert!(states.iter().all(|state| *state == DeliveryState::Delivered), "{states:?}");
}

#[tokio::test(start_paused = true)]
async fn a_webhook_whose_prediction_ended_while_the_emulator_was_down_hears_of_it() {
    let stage = Stage::new();
    let receiver = Arc::new(Receiver::default());
    let rig = stage.rig_with(&receiver);
    let id = create_with_webhook(&rig).await;
    rig.gateway.close();
    drop(rig);
    assert!(receiver.got().is_empty());
    pass(600_000).await;
    let rig = stage.rig_with(&receiver);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let told: Vec<String> =
        rig.gateway.deliveries().iter().map(|delivery| delivery.event.to_string()).collect();
    assert_eq!(told, ["start", "logs", "output", "completed"]);
    assert_eq!(receiver.got().last().unwrap().json(), rig.prediction(&id).await);
    rig.gateway.close();
    let rig = stage.rig_with(&receiver);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!((receiver.got().len(), rig.gateway.deliveries().len()), (4, 4));
}

#[tokio::test(start_paused = true)]
async fn a_text_that_was_under_way_is_reported_to_its_end_after_a_restart() {
    let stage = Stage::new();
    let receiver = Arc::new(Receiver::default());
    let words: Vec<String> = (0..200).map(|number| format!("word{number} ")).collect();
    let model = ModelDefinition::new("a/b").output(OutputKind::TextStream).text(words.concat());
    let settings = || stage.settings().models([model.clone()]).webhook_transport(receiver.clone());
    let rig = Rig::with(settings());
    let body = json!({"input": {}, "webhook": URL});
    let created = rig.post("/replicate/v1/models/a/b/predictions", &body).await.json();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    rig.gateway.close();
    drop(rig);
    let before = receiver.got().len();
    let rig = Rig::with(settings());
    tokio::time::sleep(Duration::from_secs(60)).await;
    let got = receiver.got();
    let told = rig.gateway.deliveries();
    let events: Vec<String> = told.iter().map(|one| one.event.to_string()).collect();
    assert!(before > 1 && got.len() > before + 2, "{events:?}");
    assert_eq!(events.iter().filter(|event| *event == "start").count(), 1);
    let ids: BTreeSet<&str> = got.iter().map(Got::id).collect();
    assert_eq!(ids.len(), got.len(), "each is sent once");
    let outputs: Vec<usize> = std::iter::zip(&got, &events)
        .filter(|(_, event)| *event == "output")
        .map(|(got, _)| got.json()["output"].as_array().unwrap().len())
        .collect();
    assert!(outputs.is_sorted_by(|before, after| before < after), "{outputs:?}");
    let id = created["id"].as_str().unwrap();
    assert_eq!(got.last().unwrap().json(), rig.prediction(id).await);
}
