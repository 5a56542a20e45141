//! Recordings written by hand, and short ways to replay them.

use crate::rig::{Answer, Rig, settings};
use http::StatusCode;
use quickrouter_emulator::EmulatorBuilder;
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

pub(crate) const PICTURE: &[u8] = b"\x89PNG, or so it says";

/// A prediction of a model that nobody else knows: 2 s in the queue, then 3 s, with two pictures.
pub(crate) fn painted() -> Value {
    json!({
        "format": 1,
        "recorded_at": "2026-01-02T03:04:05.000000Z",
        "upstream": "https://gateway.example",
        "request": {
            "route": "by-model", "model": "someone/painter",
            "input": {"prompt": "a fox", "steps": 25, "made_up": true},
        },
        "response": {"status": 201, "after_seconds": 0.3},
        "prediction": {
            "id": "recorded-id",
            "model": "someone/painter",
            "version": "hidden",
            "input": {"prompt": "a fox", "steps": 25, "made_up": true},
            "logs": "one\ntwo\n",
            "output": [{"$file": "painter.out-0.png"}, {"$file": "painter.out-1.png"}],
            "error": null,
            "status": "succeeded",
            "created_at": "2026-01-02T03:04:05.1Z",
            "started_at": "2026-01-02T03:04:07.1Z",
            "completed_at": "2026-01-02T03:04:10.1Z",
            "metrics": {"predict_time": 3.0, "total_time": 5.0, "image_count": 2},
            "lane": "fast",
        },
        "life": [
            {"after_seconds": 0.3, "status": "starting"},
            {"after_seconds": 2.5, "status": "processing", "logs_appended": "one\n"},
            {"after_seconds": 4.0, "status": "processing", "logs_appended": "two\n",
             "output": [{"$file": "painter.out-0.png"}]},
            {"after_seconds": 5.2, "status": "succeeded",
             "output_appended": [{"$file": "painter.out-1.png"}]},
        ],
        "files": [file("painter.out-0.png", &["/0"]), file("painter.out-1.png", &["/1"])],
        "removed": [{"at": "/prediction/urls", "what": "urls"}],
    })
}

pub(crate) fn file(name: &str, output: &[&str]) -> Value {
    json!({
        "name": name, "original_name": name.split_once('.').expect("a dot").1,
        "media_type": "image/webp", "bytes": PICTURE.len(), "sha256": "00", "output": output,
    })
}

/// The recording of a by-model create of `owner/name` with an input of its own, which ends so.
pub(crate) fn ended(name: &str, input: &Value, prediction: &Value, life: Value) -> Value {
    let mut recording = painted();
    recording["request"] =
        json!({"route": "by-model", "model": format!("someone/{name}"), "input": input});
    recording["prediction"] = json!({"id": "recorded-id", "input": input});
    let fields = prediction.as_object().expect("an object").clone();
    recording["prediction"].as_object_mut().expect("an object").extend(fields);
    recording["life"] = life;
    recording["files"] = json!([]);
    recording
}

pub(crate) fn folder(recordings: &[Value]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (index, recording) in recordings.iter().enumerate() {
        let path = folder.path().join(format!("recording-{index}.json"));
        fs::write(path, recording.to_string()).expect("written");
    }
    for name in ["painter.out-0.png", "painter.out-1.png"] {
        fs::write(folder.path().join(name), PICTURE).expect("written");
    }
    folder
}

pub(crate) fn replaying(folder: &TempDir) -> EmulatorBuilder {
    settings().replay(folder.path())
}

pub(crate) async fn asked(rig: &Rig, name: &str, input: &Value) -> Answer {
    let path = format!("/replicate/v1/models/someone/{name}/predictions");
    rig.post(&path, &json!({"input": input})).await
}

/// The id of a new prediction of `someone/name`.
pub(crate) async fn made(rig: &Rig, name: &str, input: &Value) -> String {
    let answer = asked(rig, name, input).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()["id"].as_str().expect("an id").to_owned()
}

pub(crate) fn fox() -> Value {
    json!({"prompt": "a fox", "made_up": true, "steps": 25.0})
}

/// Without what is another one each time.
pub(crate) fn steady(mut prediction: Value) -> Value {
    prediction.as_object_mut().expect("an object").retain(|key, _| key != "urls");
    prediction
}
