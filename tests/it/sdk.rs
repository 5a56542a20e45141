//! The SDK against the emulator, over real sockets.

use futures_util::StreamExt;
use quickrouter::{AnyInput, Client, Model, SdxlInput, Status, models};
use quickrouter_emulator::Emulator;
use serde_json::{Map, Value, json};

fn client(emulator: &Emulator) -> Client {
    Client::builder().base_url(emulator.base_url()).key(emulator.key()).build().unwrap()
}

async fn emulator() -> Emulator {
    Emulator::builder().time_scale(200.0).start().await.unwrap()
}

/// Only what a model requires.
fn least(model: &Model) -> Value {
    let mut input = Map::new();
    for name in model.required() {
        let (_, schema) = model.inputs().find(|(known, _)| *known == name).unwrap();
        let value = match (schema.get("format"), schema.get("enum")) {
            (Some(_), _) => json!("https://example.com/in.png"),
            (None, Some(words)) => words[0].clone(),
            (None, None) => json!("a red door"),
        };
        input.insert(name.to_owned(), value);
    }
    Value::Object(input)
}

#[tokio::test]
async fn a_picture_is_made_from_a_typed_input_and_lies_on_disk() {
    let emulator = emulator().await;
    let client = client(&emulator);
    let input = SdxlInput::builder().prompt("a red door").width(512).height(256).seed(7).build();
    let finished = client.run(input).await.unwrap();
    assert_eq!(finished.status(), &Status::Succeeded);
    assert_eq!(finished.seed(), Some(7));
    let folder = tempfile::tempdir().unwrap();
    let files = client.save(&finished, folder.path()).await.unwrap();
    let picture = image::open(&files[0]).unwrap();
    assert_eq!((picture.width(), picture.height()), (512, 256));
    assert_eq!(emulator.creates_accepted(), 1);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn every_model_of_the_contract_runs() {
    let emulator = emulator().await;
    let client = client(&emulator);
    let folder = tempfile::tempdir().unwrap();
    for model in models() {
        let finished = client.run(AnyInput::new(model.name, least(model))).await.unwrap();
        let files = client.save(&finished, folder.path()).await.unwrap();
        assert!(!files.is_empty(), "{}", model.name);
    }
    assert_eq!(emulator.creates_accepted(), models().len() as u64);
}

#[tokio::test]
async fn a_prediction_can_be_canceled_and_listed() {
    let emulator = Emulator::builder().time_scale(1.0).start().await.unwrap();
    let client = client(&emulator);
    let created = client.create(SdxlInput::builder().build()).await.unwrap();
    let canceled = client.cancel(created.id().unwrap()).await.unwrap();
    assert_eq!(canceled.status(), &Status::Canceled);
    let listed: Vec<_> = client.list().collect().await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].as_ref().unwrap().id(), created.id());
}

#[tokio::test]
async fn several_pictures_are_saved_in_their_order() {
    let emulator = emulator().await;
    let client = client(&emulator);
    let input = SdxlInput::builder().prompt("a").width(64).height(64).num_outputs(4).build();
    let finished = client.run(input).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let files = client.save(&finished, folder.path()).await.unwrap();
    let id = finished.id().unwrap();
    let expected: Vec<_> =
        (0..4).map(|index| folder.path().join(format!("{id}-{index}.png"))).collect();
    assert_eq!(files, expected);
}

#[tokio::test]
async fn the_emulators_own_refusals_are_understood() {
    let emulator = emulator().await;
    let wrong = Client::builder().base_url(emulator.base_url()).key("x").build().unwrap();
    wrong.create(SdxlInput::builder().build()).await.unwrap();
    let strict = Emulator::builder().key("right").start().await.unwrap();
    let wrong = Client::builder().base_url(strict.base_url()).key("wrong").build().unwrap();
    let error = wrong.create(SdxlInput::builder().build()).await.unwrap_err();
    assert_eq!(error.http_status(), Some(401), "{error}");
    assert_eq!(strict.creates_accepted(), 0);
    let bad =
        quickrouter::CreateRequest::new(AnyInput::new("stability-ai/sdxl", json!({"width": 7})));
    let error = client(&emulator).create(bad.unchecked()).await.unwrap_err();
    assert_eq!(error.http_status(), Some(422), "{error}");
    assert!(error.to_string().contains("width"), "{error}");
    assert!(error.request_id().is_some(), "{error}");
}
