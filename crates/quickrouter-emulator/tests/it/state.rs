//! What outlives the process: gateways in memory and on sockets, one after another on one folder.

use crate::bounds::PREDICTIONS;
use crate::receiver::Receiver;
use crate::rig::{Rig, SDXL, pass, request, settings, version_of};
use http::{Method, StatusCode};
use quickrouter_api::Clock;
use quickrouter_emulator::{Emulator, EmulatorBuilder, Error, ModelDefinition};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const FILE: &str = "emulator.redb";
pub(crate) const URL: &str = "https://receiver.example/hook";

/// A folder, and gateways on it at a clock that goes on between them.
pub(crate) struct Stage {
    folder: TempDir,
    clock: Clock,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let epoch = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        Self { folder: tempfile::tempdir().unwrap(), clock: Clock::at(epoch) }
    }

    pub(crate) fn settings(&self) -> EmulatorBuilder {
        settings().clock(self.clock.clone()).state(self.folder.path())
    }

    /// The bytes that are on the disk.
    pub(crate) fn size(&self) -> u64 {
        let file = self.folder.path().join("emulator.redb");
        std::fs::metadata(file).expect("the database").len()
    }

    fn rig(&self) -> Rig {
        Rig::with(self.settings())
    }

    pub(crate) fn rig_with(&self, receiver: &Arc<Receiver>) -> Rig {
        Rig::with(self.settings().webhook_transport(receiver.clone()))
    }
}

fn cat() -> Value {
    json!({"prompt": "a cat", "width": 512, "height": 512, "num_inference_steps": 20})
}

async fn stats(rig: &Rig) -> Value {
    rig.get("/emulator/stats").await.json()
}

async fn upload(rig: &Rig, content: &str) -> Value {
    let mut asked = request(Method::POST, "/replicate/v1/files", &Value::Null);
    let kind = "multipart/form-data; boundary=b".parse().unwrap();
    asked.headers_mut().insert("content-type", kind);
    let part = "content-disposition: form-data; name=\"content\"; filename=\"a.txt\"";
    *asked.body_mut() = format!("--b\r\n{part}\r\n\r\n{content}\r\n--b--\r\n").into();
    let answer = rig.send(asked).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    answer.json()
}

fn path(file: &Value) -> String {
    format!("/replicate/v1/files/{}", file["id"].as_str().unwrap())
}

/// A create with a webhook.
pub(crate) async fn create_with_webhook(rig: &Rig) -> String {
    let body = json!({"version": version_of(SDXL), "webhook": URL, "input": cat()});
    let answer = rig.post(PREDICTIONS, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    answer.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_restart_shows_the_same_predictions_files_deliveries_counters_and_models() {
    let stage = Stage::new();
    let receiver = Arc::new(Receiver::default());
    let rig = stage.rig_with(&receiver);
    let models = json!({"models": [{"name": "a/b", "versions": ["a".repeat(64)]}]});
    assert_eq!(rig.call(Method::PUT, "/emulator/models", &models).await.status, StatusCode::OK);
    let first = rig.created(cat()).await;
    let body = json!({"version": "a".repeat(64), "input": {"anything": [1.5, "ü", {"a": null}]}});
    let second = rig.post(PREDICTIONS, &body).await.json()["id"].as_str().unwrap().to_owned();
    let third = create_with_webhook(&rig).await;
    let file = upload(&rig, "the content").await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let shown = async |rig: &Rig| {
        let mut shown = vec![rig.get(&path(&file)).await.json(), rig.get(PREDICTIONS).await.json()];
        for at in ["/replicate/v1/files", "/emulator/models", "/emulator/webhooks"] {
            shown.push(rig.get(at).await.json());
        }
        for id in [&first, &second, &third] {
            shown.push(rig.prediction(id).await);
        }
        shown.push(rig.get("/replicate/v1/webhooks/default/secret").await.json());
        shown.push(rig.get("/replicate/v1/models/a/b").await.json()["run_count"].take());
        let content = rig.gateway.file_content(file["id"].as_str().unwrap());
        shown.push(json!(String::from_utf8(content.unwrap().to_vec()).unwrap()));
        let mut counted = stats(rig).await;
        counted["requests"].take();
        shown.push(counted);
        shown
    };
    let before = shown(&rig).await;
    assert_eq!(before.last().unwrap()["creates_accepted"], 3);
    let sent = receiver.got().len();
    rig.gateway.close();
    let again = stage.rig_with(&receiver);
    let after = shown(&again).await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    let picture = again.output(&again.prediction(&first).await["output"][0]).await;
    assert_eq!(picture.status, StatusCode::OK);
    assert!(sent > 3);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(receiver.got().len(), sent, "none that was delivered is sent again");
}

#[tokio::test(start_paused = true)]
async fn no_id_comes_again_and_numbers_go_on() {
    let stage = Stage::new();
    let (mut ids, mut request_ids) = (BTreeSet::new(), BTreeSet::new());
    for start in 0..4 {
        let rig = stage.rig();
        for _ in 0..20 {
            let answer = rig.create(cat()).await;
            assert!(ids.insert(answer.json()["id"].as_str().unwrap().to_owned()));
            assert!(request_ids.insert(answer.header("x-request-id").to_owned()));
        }
        let file = upload(&rig, "a").await;
        assert!(ids.insert(file["id"].as_str().unwrap().to_owned()));
        assert_eq!(rig.gateway.creates_accepted(), 20 * (start + 1));
        rig.gateway.close();
    }
    let rig = stage.rig();
    let listed = rig.get(PREDICTIONS).await.json();
    let listed = listed["results"].as_array().unwrap();
    let times: Vec<_> = listed.iter().map(|one| one["created_at"].as_str().unwrap()).collect();
    assert!(listed.len() == 80 && times.is_sorted_by(|newer, older| newer >= older));
    let model = rig.get(&format!("/replicate/v1/models/{SDXL}")).await.json();
    assert_eq!(model["run_count"], 80);
}

#[tokio::test(start_paused = true)]
async fn time_goes_on_while_the_emulator_is_down() {
    let stage = Stage::new();
    let rig = stage.rig();
    let (running, canceled) = (rig.created(cat()).await, rig.created(cat()).await);
    let file = upload(&rig, "a").await;
    let kept = upload(&rig, "b").await;
    pass(1_000).await;
    assert_eq!(rig.cancel(&canceled).await.status, StatusCode::OK);
    assert_eq!(rig.call(Method::DELETE, &path(&kept), &Value::Null).await.status, 204);
    rig.gateway.close();

    let rig = stage.rig();
    assert_eq!(rig.prediction(&running).await["status"], "processing");
    assert_eq!(rig.prediction(&canceled).await["status"], "canceled");
    assert_eq!(rig.get(&path(&kept)).await.status, StatusCode::NOT_FOUND);
    rig.gateway.close();
    pass(60_000).await;

    let rig = stage.rig();
    let ended = rig.prediction(&running).await;
    assert_eq!(ended["status"], "succeeded");
    assert!(ended["metrics"]["predict_time"].as_f64().unwrap() < 10.0, "at its time: {ended}");
    rig.gateway.close();
    pass(3_600_000).await;

    for _ in 0..2 {
        let rig = stage.rig();
        let removed = rig.prediction(&running).await;
        assert_eq!((&removed["data_removed"], &removed["input"]), (&json!(true), &json!({})));
        assert_eq!(stats(&rig).await["input_bytes_kept"], 0);
        assert_eq!(rig.prediction(&canceled).await["status"], "canceled");
        rig.gateway.close();
        let bytes = std::fs::read(stage.folder.path().join(FILE)).unwrap();
        assert!(!bytes.is_empty());
    }
    pass(24 * 3_600_000).await;

    let rig = stage.rig();
    assert_eq!(rig.get(&path(&file)).await.status, StatusCode::NOT_FOUND);
    let left = stats(&rig).await;
    assert_eq!((&left["predictions_kept"], &left["files_kept"]), (&json!(0), &json!(0)));
    assert_eq!(left["creates_accepted"], 2);
    rig.created(cat()).await;
}

#[tokio::test(start_paused = true)]
async fn a_prediction_outlives_its_model() {
    let stage = Stage::new();
    let mut rig = stage.rig();
    let one =
        |version: &str| json!({"models": [{"name": "a/b", "versions": [version.repeat(64)]}]});
    rig.call(Method::PUT, "/emulator/models", &one("a")).await;
    let body = json!({"version": "a".repeat(64), "input": {"prompt": "a cat"}});
    let id = rig.post(PREDICTIONS, &body).await.json()["id"].as_str().unwrap().to_owned();
    let before = rig.prediction(&id).await;
    for models in [one("c"), json!({"models": []})] {
        let shown = rig.call(Method::PUT, "/emulator/models", &models).await.json();
        rig.gateway.close();
        rig = stage.rig();
        assert_eq!(rig.get("/emulator/models").await.json(), shown);
        assert_eq!(rig.prediction(&id).await, before);
    }
}

#[tokio::test(start_paused = true)]
async fn models_that_were_made_up_or_given_are_kept_and_given_ones_replace_them() {
    let stage = Stage::new();
    let rig = Rig::with(stage.settings().any_model(true));
    let path = "/replicate/v1/models/some/model";
    rig.post(&format!("{path}/predictions"), &json!({"input": {"a": 1}})).await;
    rig.gateway.close();
    let rig = stage.rig();
    assert_eq!(rig.get(path).await.status, StatusCode::OK, "it has made a prediction");
    rig.gateway.close();
    let given = [ModelDefinition::new("some/model").description("given")];
    for settings in [stage.settings().models(given), stage.settings()] {
        let rig = Rig::with(settings);
        assert_eq!(rig.get(path).await.json()["description"], "given");
        rig.gateway.close();
    }
}

#[tokio::test(start_paused = true)]
async fn an_evicted_file_content_is_gone_from_the_disk_too_and_the_database_does_not_grow() {
    let stage = Stage::new();
    let content = "x".repeat(1024 * 1024);
    let mut sizes = Vec::new();
    for round in 0..6 {
        let rig = stage.rig();
        for _ in 0..8 {
            let file = upload(&rig, &content).await;
            let gone = rig.call(Method::DELETE, &path(&file), &Value::Null).await;
            assert_eq!(gone.status, StatusCode::NO_CONTENT);
        }
        rig.gateway.close();
        sizes.push(std::fs::metadata(stage.folder.path().join(FILE)).unwrap().len());
        assert!(sizes[round] < 16 * 1024 * 1024, "{sizes:?}");
    }
}

fn refused(folder: &Path) -> String {
    let error = Emulator::builder().state(folder).in_memory().expect_err("refused");
    assert!(matches!(error, Error::State { .. }));
    error.to_string().replace(&folder.display().to_string(), "DIR")
}

#[tokio::test]
async fn two_emulators_on_one_folder_a_foreign_file_and_a_file_for_a_folder_are_refused() {
    let stage = Stage::new();
    let first = stage.rig();
    let told = "the state cannot be kept in DIR/emulator.redb: another process uses it; stop that \
                one, or use another folder";
    assert_eq!(refused(stage.folder.path()), told);
    first.gateway.close();
    stage.rig().gateway.close();

    let file = stage.folder.path().join(FILE);
    std::fs::write(&file, "this is something else entirely").unwrap();
    let told = "the state cannot be kept in DIR/emulator.redb: it is damaged, or not a database of \
                the emulator (invalid data); move it away to begin anew";
    assert_eq!(refused(stage.folder.path()), told);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "this is something else entirely");
    let error = Emulator::builder().state(&file).in_memory().expect_err("refused").to_string();
    assert!(error.contains("the folder cannot be created"), "{error}");
}

#[tokio::test]
async fn a_truncated_or_garbled_database_is_refused_or_read_but_nothing_panics() {
    let stage = Stage::new();
    let rig = stage.rig();
    for _ in 0..30 {
        rig.created(json!({"prompt": "a cat".repeat(500)})).await;
    }
    rig.gateway.close();
    let file = stage.folder.path().join(FILE);
    let whole = std::fs::read(&file).unwrap();
    for part in [0, 1, 5, 100, 1000, 4096, 10_000, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&file, &whole[..part]).unwrap();
        match Emulator::builder().state(stage.folder.path()).in_memory() {
            Err(error) => assert!(error.to_string().contains("move it away"), "{part}: {error}"),
            Ok(gateway) => gateway.close(),
        }
    }
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut garbled = whole.clone();
        garbled[at..].iter_mut().take(700).for_each(|byte| *byte ^= 0x5a);
        std::fs::write(&file, &garbled).unwrap();
        match Emulator::builder().state(stage.folder.path()).in_memory() {
            Err(error) => assert!(error.to_string().contains("move it away"), "{at}: {error}"),
            Ok(gateway) => gateway.close(),
        }
    }
}

#[tokio::test]
async fn creates_on_a_socket_are_there_after_a_stop_or_a_drop() {
    let folder = tempfile::tempdir().unwrap();
    let client = quickrouter_api::direct_client().unwrap();
    let body = json!({"version": version_of(SDXL), "input": {"prompt": "a cat"}});
    for start in 0..3 {
        let emulator = Emulator::builder().state(folder.path()).start().await.unwrap();
        assert_eq!(emulator.creates_accepted(), start * 20);
        let url = format!("{}/v1/predictions", emulator.base_url());
        let creates = (0..20).map(|_| client.post(&url).bearer_auth("k").json(&body).send());
        for answer in futures_util::future::join_all(creates).await {
            assert_eq!(answer.unwrap().status(), StatusCode::CREATED);
        }
        if start == 1 {
            drop(emulator);
        } else {
            emulator.stop().await.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_for_after_the_close_is_refused() {
    let stage = Stage::new();
    let rig = stage.rig();
    let id = rig.created(cat()).await;
    rig.gateway.close();
    for answer in [rig.create(cat()).await, rig.cancel(&id).await] {
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        let told = answer.json()["detail"].to_string();
        assert!(told.contains("could not write its state (the emulator is stopping)"), "{told}");
    }
    let listed = rig.get(PREDICTIONS).await.json()["results"].as_array().unwrap().len();
    assert_eq!((rig.gateway.creates_accepted(), listed), (1, 1));
}
