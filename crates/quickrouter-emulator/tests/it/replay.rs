//! Recorded predictions, replayed: what is answered, and with what.

use crate::recordings::{PICTURE, asked, ended, folder, fox, made, painted, replaying, steady};
use crate::rig::{Rig, SDXL, pass, request, settings, version_of};
use http::{Method, StatusCode};
use quickrouter_emulator::{Emulator, Error};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

#[tokio::test(start_paused = true)]
async fn a_recorded_prediction_happens_again_with_all_it_had() {
    let folder = folder(&[painted()]);
    let rig = Rig::with(replaying(&folder));
    let id = made(&rig, "painter", &fox()).await;
    let mut seen = vec![steady(rig.prediction(&id).await)];
    for milliseconds in [1999, 1, 500, 1500, 999, 1] {
        pass(milliseconds).await;
        seen.push(steady(rig.prediction(&id).await));
    }
    insta::assert_json_snapshot!("life", seen);
    let last = rig.prediction(&id).await;
    let urls = last["urls"].as_object().expect("urls");
    assert!(urls.values().all(|url| url.as_str().unwrap().starts_with("http://127.0.0.1:1/")));
    pass(3_600_000).await;
    insta::assert_json_snapshot!("removed", steady(rig.prediction(&id).await));
    assert_eq!(rig.output(&last["output"][0]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(rig.gateway.creates_accepted(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_takes_the_time_that_the_scale_says() {
    let folder = folder(&[painted()]);
    let slow = Rig::with(replaying(&folder).time_scale(0.5));
    let id = made(&slow, "painter", &fox()).await;
    pass(9_999).await;
    assert_eq!(slow.prediction(&id).await["status"], "processing");
    pass(1).await;
    let ended = slow.prediction(&id).await;
    assert_eq!(ended["status"], "succeeded");
    assert_eq!(ended["metrics"]["predict_time"], 3.0, "what was recorded, whatever the scale");
    let fast = Rig::with(replaying(&folder).time_scale(0.0));
    let id = made(&fast, "painter", &fox()).await;
    assert_eq!(steady(fast.prediction(&id).await)["output"], ended["output"]);
}

#[tokio::test(start_paused = true)]
async fn files_have_their_recorded_bytes_type_and_name() {
    let folder = folder(&[painted()]);
    let rig = Rig::with(replaying(&folder));
    let id = made(&rig, "painter", &fox()).await;
    pass(4_000).await;
    let url = format!("http://127.0.0.1:1/emulator/outputs/{id}/out-0.png");
    assert_eq!(rig.prediction(&id).await["output"], json!([url]), "a part, while it runs");
    let answer = rig.output(&json!(url)).await;
    assert_eq!((answer.status, answer.body.as_slice()), (StatusCode::OK, PICTURE));
    assert_eq!(answer.header("content-type"), "image/webp");
    // Recorded HTML or SVG must not run as a page of the emulator's.
    assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("content-length"), PICTURE.len().to_string());
    let later = json!(url.replace("out-0", "out-1"));
    assert_eq!(rig.output(&later).await.status, StatusCode::NOT_FOUND, "not made yet");
    pass(1_000).await;
    assert_eq!(rig.output(&later).await.status, StatusCode::OK);
    let other = json!(url.replace("out-0.png", "painter.out-0.png"));
    assert_eq!(rig.output(&other).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_gone_or_changed_is_named_without_its_folder() {
    let folder = folder(&[painted()]);
    let rig = Rig::with(replaying(&folder).time_scale(0.0));
    let id = made(&rig, "painter", &fox()).await;
    let output = rig.prediction(&id).await["output"].clone();
    fs::remove_file(folder.path().join("painter.out-0.png")).expect("removed");
    fs::write(folder.path().join("painter.out-1.png"), "short").expect("written");
    let mut details = Vec::new();
    for url in output.as_array().expect("a list") {
        let answer = rig.output(url).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        details.push(answer.json()["detail"].as_str().expect("a detail").to_owned());
    }
    let expected = [
        "The file \"painter.out-0.png\" of the recording cannot be read: it is not there any more.",
        "The file \"painter.out-1.png\" of the recording cannot be read: it was changed after the start.",
    ];
    assert_eq!(details, expected);
}

#[tokio::test(start_paused = true)]
async fn a_create_without_a_recording_is_refused_with_the_closest_one() {
    let folder = folder(&[painted()]);
    let rig = Rig::with(replaying(&folder));
    let mut other = fox();
    other["steps"] = json!(30);
    other["image"] = json!(format!("data:image/png;base64,{}", "A".repeat(5_000)));
    let by_input = asked(&rig, "painter", &other).await;
    assert_eq!(by_input.header("content-type"), "application/problem+json");
    let by_model = asked(&rig, "writer", &fox()).await;
    let known = rig.create(json!({"prompt": "a fox"})).await;
    let answers = [by_input, by_model, known].map(|answer| (answer.status.as_u16(), answer.json()));
    insta::assert_json_snapshot!("closest", answers);
    assert_eq!(rig.gateway.creates_accepted(), 0);
    let empty = tempfile::tempdir().expect("a folder");
    let rig = Rig::with(replaying(&empty));
    let answer = asked(&rig, "painter", &fox()).await;
    assert!(answer.json()["detail"].as_str().unwrap().contains("The folder has none at all."));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_recorded_is_drawn_on_request() {
    let folder = folder(&[painted()]);
    let rig = Rig::with(replaying(&folder).else_draw(true).time_scale(0.0));
    let drawn = rig.created(json!({"prompt": "a fox", "num_inference_steps": 2})).await;
    assert!(rig.prediction(&drawn).await["logs"].as_str().unwrap().starts_with("Using seed"));
    assert_eq!(rig.create(json!({"widht": 3})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = asked(&rig, "writer", &fox()).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.json()["detail"].as_str().unwrap().contains("has no model"));
    let replayed = made(&rig, "painter", &fox()).await;
    assert_eq!(rig.prediction(&replayed).await["lane"], "fast");
    let model = rig.get("/replicate/v1/models/someone/painter").await;
    assert_eq!(model.status, StatusCode::NOT_FOUND, "a recording defines no model");
}

#[tokio::test(start_paused = true)]
async fn a_create_by_version_and_one_by_model_meet_the_same_recording() {
    let mut recording = painted();
    recording["request"]["route"] = json!("by-version");
    recording["request"]["model"] = json!(SDXL);
    recording["request"]["version"] = json!(version_of(SDXL).split_once(':').unwrap().1);
    let folder = folder(&[recording]);
    let rig = Rig::with(replaying(&folder).time_scale(0.0));
    let version = version_of(SDXL);
    let id = version.split_once(':').unwrap().1;
    for version in [version.as_str(), id, SDXL] {
        let body = json!({"version": version, "input": fox()});
        let answer = rig.post("/replicate/v1/predictions", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{version}: {}", answer.json());
    }
    let path = format!("/replicate/v1/models/{SDXL}/predictions");
    let answer = rig.post(&path, &json!({"input": fox()})).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let other = json!({"version": format!("{SDXL}:{}", "0".repeat(64)), "input": fox()});
    let answer = rig.post("/replicate/v1/predictions", &other).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_is_replayed_by_its_own_name_only() {
    let mut recording = painted();
    recording["request"]["route"] = json!("by-deployment");
    let folder = folder(&[recording]);
    let rig = Rig::with(replaying(&folder));
    let path = "/replicate/v1/deployments/someone/painter/predictions";
    assert_eq!(rig.post(path, &json!({"input": fox()})).await.status, StatusCode::CREATED);
    assert_eq!(asked(&rig, "painter", &fox()).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn several_recordings_of_a_create_answer_in_turn_from_the_oldest() {
    let text = |at: &str, text: &str| {
        let prediction = json!({"status": "succeeded", "output": text});
        let life = json!([{"after_seconds": 1, "status": "succeeded", "output": text}]);
        let mut recording = ended("writer", &json!({"prompt": "hi"}), &prediction, life);
        recording["recorded_at"] = json!(at);
        recording
    };
    let folder =
        folder(&[text("2026-03-01T00:00:00Z", "newer"), text("2026-02-01T00:00:00Z", "older")]);
    let rig = Rig::with(replaying(&folder).time_scale(0.0));
    let mut said = Vec::new();
    for _ in 0..3 {
        let id = made(&rig, "writer", &json!({"prompt": "hi"})).await;
        said.push(rig.prediction(&id).await["output"].clone());
    }
    assert_eq!(said, ["older", "newer", "older"]);
}

#[tokio::test(start_paused = true)]
async fn a_recorded_upload_is_met_by_the_same_content_under_another_url() {
    let mut recording = painted();
    let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let image = json!({"$upload": format!("sha256:{digest}")});
    recording["request"]["input"] = json!({"image": image});
    let folder = folder(&[recording]);
    let rig = Rig::with(replaying(&folder));
    let mut upload = request(Method::POST, "/replicate/v1/files", &Value::Null);
    let form = "--x\r\ncontent-disposition: form-data; name=\"content\"; filename=\"a\"\r\n\r\n\
                hello\r\n--x--\r\n";
    *upload.body_mut() = axum::body::Body::from(form);
    upload.headers_mut().insert("content-type", "multipart/form-data; boundary=x".parse().unwrap());
    let url = rig.send(upload).await.json()["urls"]["get"].clone();
    let answer = asked(&rig, "painter", &json!({"image": url})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    assert_eq!(answer.json()["input"]["image"], url, "its own input, not the recorded one");
}

#[test]
fn a_folder_or_a_recording_that_cannot_be_read_is_named() {
    let refusal = |path: &Path| {
        let error = settings().replay(path).in_memory().expect_err("refused");
        assert!(matches!(error, Error::Recording { .. }));
        error.to_string()
    };
    let folder = folder(&[painted(), json!({"format": 9})]);
    let message = refusal(folder.path());
    assert!(message.contains("recording-1.json") && message.contains("9 is unknown"), "{message}");
    assert!(refusal(&folder.path().join("nowhere")).contains("nowhere"));
}

#[test]
fn incomplete_recordings_are_counted_and_not_replayed() {
    let mut broken = painted();
    broken["incomplete"] = json!(["/prediction/output/0: 404 Not Found"]);
    let mut reserved = broken.clone();
    reserved["prediction"]["output"] = json!({"$file": "the model's own.png"});
    let folder = folder(&[painted(), broken, reserved]);
    let gateway = replaying(&folder).in_memory().expect("settings in order");
    assert_eq!((gateway.recordings(), gateway.incomplete_recordings()), (1, 2));
    let none = Emulator::builder().in_memory().expect("settings in order");
    assert_eq!((none.recordings(), none.incomplete_recordings()), (0, 0));
}
