//! The SDK against the emulator, over real sockets.

use futures_util::StreamExt;
use quickrouter::catalog::{Model, models};
use quickrouter::inputs::SdxlInput;
use quickrouter::{AnyInput, Client, DoneReason, Error, Status, StreamEvent, WaitPolicy};
use quickrouter_emulator::{CannedResponse, Effect, Emulator, Fault, Personality, Side};
use serde_json::{Map, Value, json};

fn client(emulator: &Emulator) -> Client {
    Client::builder().base_url(emulator.base_url()).api_key(emulator.key()).build().unwrap()
}

/// What the SDK has to get along with: the service itself, and a relay before it.
const BOTH: [Personality; 2] = [Personality::Replicate, Personality::Gateway];

async fn emulator(personality: Personality) -> Emulator {
    Emulator::builder().personality(personality).time_scale(200.0).start().await.unwrap()
}

/// No key was sent anywhere but to the gateway, whatever its URLs point at.
fn no_key_went_elsewhere(emulator: &Emulator) {
    let all = emulator.requests();
    let leaked = all.iter().find(|one| one.side == Side::Elsewhere && one.had_key);
    assert!(leaked.is_none(), "{leaked:?}");
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
    for personality in BOTH {
        let emulator = emulator(personality).await;
        let client = client(&emulator);
        let input =
            SdxlInput::builder().prompt("a red door").width(512).height(256).seed(7).build();
        let finished = client.run(input).await.unwrap();
        assert_eq!(finished.status(), &Status::Succeeded);
        assert_eq!(finished.seed(), Some(7));
        let folder = tempfile::tempdir().unwrap();
        let files = client.save(&finished, folder.path()).await.unwrap();
        let picture = image::open(&files[0]).unwrap();
        assert_eq!((picture.width(), picture.height()), (512, 256));
        assert_eq!(emulator.creates_accepted(), 1);
        no_key_went_elsewhere(&emulator);
        emulator.stop().await.unwrap();
    }
}

#[tokio::test]
async fn every_model_of_the_contract_runs() {
    for personality in BOTH {
        let emulator = emulator(personality).await;
        let client = client(&emulator);
        let folder = tempfile::tempdir().unwrap();
        for model in models() {
            let finished = client.run(AnyInput::new(model.name, least(model))).await.unwrap();
            let files = client.save(&finished, folder.path()).await.unwrap();
            assert!(!files.is_empty(), "{}", model.name);
        }
        assert_eq!(emulator.creates_accepted(), models().len() as u64);
        no_key_went_elsewhere(&emulator);
    }
}

#[tokio::test]
async fn waiting_by_the_stream_takes_three_requests() {
    for personality in BOTH {
        let emulator = emulator(personality).await;
        let policy = WaitPolicy::new().by_stream(true);
        let builder = Client::builder().base_url(emulator.base_url()).api_key(emulator.key());
        let client = builder.wait_policy(policy).build().unwrap();
        let finished = client.run(SdxlInput::builder().prompt("a").build()).await.unwrap();
        assert_eq!(finished.outputs().len(), 1);
        let all = emulator.requests();
        let asked: Vec<_> = all.iter().filter_map(|one| one.operation).collect();
        assert_eq!(asked, ["create_prediction", "stream_prediction", "get_prediction"]);
        no_key_went_elsewhere(&emulator);
    }
}

#[tokio::test]
async fn a_stream_tells_the_whole_log_and_every_output_also_when_it_breaks() {
    for personality in BOTH {
        let emulator = emulator(personality).await;
        // Less than any stream of it has, however few events a busy machine makes of it.
        let cut = Fault::new(Effect::Truncate(300)).on("stream_prediction").nth(1);
        emulator.set_faults([cut].into_iter().collect()).unwrap();
        let client = client(&emulator);
        let input = SdxlInput::builder().prompt("a").num_outputs(2).build();
        let created = client.create(input).await.unwrap();
        let (mut logs, mut outputs, mut done) = (String::new(), Vec::new(), None);
        let mut events = client.stream(&created);
        while let Some(event) = events.next().await {
            match event.unwrap() {
                StreamEvent::Logs(text) => logs.push_str(&text),
                StreamEvent::Output(url) => outputs.push(url),
                StreamEvent::Done(reason) => done = Some(reason),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(done, Some(DoneReason::Finished));
        let finished = client.get(created.id().unwrap()).await.unwrap();
        assert_eq!(logs.trim_end(), finished.logs().trim_end());
        assert_eq!(json!(outputs), finished.raw()["output"]);
        let all = emulator.requests();
        let stream = all.iter().find(|one| one.operation == Some("stream_prediction")).unwrap();
        assert!(!stream.faults.is_empty(), "it was cut");
        no_key_went_elsewhere(&emulator);
    }
}

#[tokio::test]
async fn a_create_of_unknown_outcome_is_found_where_the_list_is_relayed() {
    for personality in BOTH {
        let emulator = emulator(personality).await;
        let faults = [
            Fault::new(Effect::ResetAfter).on("create").nth(1),
            Fault::new(CannedResponse::status(502).after().into()).on("create").nth(2),
        ];
        emulator.set_faults(faults.into_iter().collect()).unwrap();
        let client = client(&emulator);
        for seed in 1..=2 {
            let run = client.run(SdxlInput::builder().prompt("a").seed(seed).build()).await;
            match personality {
                Personality::Replicate => assert!(run.unwrap().was_recovered()),
                _ => assert!(matches!(run, Err(Error::OutcomeUnknown(_))), "{run:?}"),
            }
        }
        assert_eq!(emulator.creates_accepted(), 2, "never again");
    }
}

#[tokio::test]
async fn a_large_file_is_uploaded_where_files_are_relayed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.png");
    let large = usize::try_from(quickrouter::catalog::limits::INLINE_FILE_BYTES).unwrap() + 1;
    std::fs::write(&path, [b"\x89PNG\r\n\x1a\n".to_vec(), vec![7; large]].concat()).unwrap();
    for personality in BOTH {
        let emulator = emulator(personality).await;
        let client = client(&emulator);
        let uri = client.file_uri(&path).await;
        match personality {
            Personality::Replicate => {
                let input = SdxlInput::builder().prompt("a").image(uri.unwrap()).build();
                let finished = client.run(input).await.unwrap();
                assert_eq!(finished.status(), &Status::Succeeded);
            }
            _ => {
                let told = uri.unwrap_err().to_string();
                assert!(told.contains("does not relay"), "{told}");
                assert_eq!(emulator.creates_accepted(), 0);
            }
        }
        no_key_went_elsewhere(&emulator);
    }
}

#[tokio::test]
async fn a_prediction_can_be_canceled_and_listed() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator);
    let created = client.create(SdxlInput::builder().build()).await.unwrap();
    let canceled = client.cancel(created.id().unwrap()).await.unwrap();
    assert_eq!(canceled.status(), &Status::Canceled);
    let listed: Vec<_> = client.list().collect().await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].as_ref().unwrap().id(), created.id());
}

#[tokio::test]
async fn what_a_relay_does_not_pass_on_is_told_by_name() {
    let emulator = Emulator::builder().personality(Personality::Gateway).start().await.unwrap();
    let client = client(&emulator);
    let created = client.create(SdxlInput::builder().build()).await.unwrap();
    let canceled = client.cancel(created.id().unwrap()).await.unwrap_err();
    let listed = client.list().collect::<Vec<_>>().await.remove(0).unwrap_err();
    for error in [canceled, listed] {
        assert!(error.to_string().contains("does not relay"), "{error}");
    }
}

#[tokio::test]
async fn several_pictures_are_saved_in_their_order() {
    let emulator = emulator(Personality::Replicate).await;
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
    let emulator = emulator(Personality::Replicate).await;
    let wrong = Client::builder().base_url(emulator.base_url()).api_key("x").build().unwrap();
    wrong.create(SdxlInput::builder().build()).await.unwrap();
    let strict = Emulator::builder().key("right").start().await.unwrap();
    let wrong = Client::builder().base_url(strict.base_url()).api_key("wrong").build().unwrap();
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
