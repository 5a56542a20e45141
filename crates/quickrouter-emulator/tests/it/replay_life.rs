//! Recorded predictions, replayed: how they live and end.

use crate::receiver::{Got, Receiver};
use crate::recordings::{PICTURE, ended, file, folder, fox, made, painted, replaying, steady};
use crate::rig::{Rig, pass, request};
use http::{Method, StatusCode};
use quickrouter_emulator::Faults;
use serde_json::{Value, json};
use std::fs;
use std::sync::Arc;

#[tokio::test(start_paused = true)]
async fn every_end_is_replayed_and_absent_keys_stay_absent() {
    let failed = json!([
        {"after_seconds": 0.5, "status": "queued"},
        {"after_seconds": 1.0, "status": "processing", "output": ["so "]},
        {"after_seconds": 2.0, "status": "failed", "output_appended": ["far"]},
    ]);
    let error = json!({"code": 7});
    let folder = folder(&[
        ended("a", &json!({}), &json!({"status": "failed", "logs": null, "error": error}), failed),
        ended(
            "b",
            &json!({}),
            &json!({"status": "aborted", "output": null}),
            json!([{"after_seconds": 2.0, "status": "aborted"}]),
        ),
        ended(
            "c",
            &json!({}),
            &json!({"status": "SUCCESS", "output": {"text": "x", "n": [1, 2]}}),
            json!([{"after_seconds": 0.5, "status": "IN_PROGRESS"},
                   {"after_seconds": 2.0, "status": "SUCCESS"}]),
        ),
        ended(
            "d",
            &json!({}),
            &json!({"status": "canceled", "started_at": "2026-01-02T03:04:07.1Z"}),
            json!([{"after_seconds": 0.5, "status": "starting"},
                   {"after_seconds": 2.0, "status": "canceled"}]),
        ),
    ]);
    let rig = Rig::with(replaying(&folder));
    let mut seen = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let id = made(&rig, name, &json!({})).await;
        for milliseconds in [0, 1_500, 500] {
            pass(milliseconds).await;
            let mut prediction = steady(rig.prediction(&id).await);
            prediction.as_object_mut().unwrap().remove("id");
            seen.push(prediction.to_string());
        }
    }
    insta::assert_snapshot!("ends", seen.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_replayed_prediction_is_canceled_at_any_moment() {
    let folder = folder(&[painted()]);
    let rig = Rig::with(replaying(&folder));
    let mut seen = Vec::new();
    for milliseconds in [1_000, 4_500] {
        let id = made(&rig, "painter", &fox()).await;
        pass(milliseconds).await;
        assert_eq!(rig.cancel(&id).await.status, StatusCode::OK);
        pass(10_000).await;
        seen.push(steady(rig.prediction(&id).await));
    }
    insta::assert_json_snapshot!("canceled", seen);
    let path = "/replicate/v1/models/someone/painter/predictions";
    let mut late = request(Method::POST, path, &json!({"input": fox()}));
    late.headers_mut().insert("cancel-after", "5s".parse().unwrap());
    let id = rig.send(late).await.json()["id"].as_str().unwrap().to_owned();
    pass(5_000).await;
    assert_eq!(rig.prediction(&id).await["status"], "succeeded", "its end and the deadline meet");
}

#[tokio::test(start_paused = true)]
async fn prefer_holds_the_response_until_the_recorded_end() {
    let folder = folder(&[painted()]);
    let rig = Rig::with(replaying(&folder));
    let path = "/replicate/v1/models/someone/painter/predictions";
    for (wait, status, count) in [("wait=4", 202, 1), ("wait=6", 201, 2)] {
        let mut held = request(Method::POST, path, &json!({"input": fox()}));
        held.headers_mut().insert("prefer", wait.parse().unwrap());
        let answer = rig.send(held).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.json()["output"].as_array().map(Vec::len), Some(count));
    }
}

#[tokio::test(start_paused = true)]
async fn faults_apply_to_what_is_replayed() {
    let folder = folder(&[painted()]);
    let rig = Rig::with(replaying(&folder));
    let set = |faults: &str| rig.gateway.set_faults(Faults::from_json(faults).unwrap()).unwrap();
    let mut seen = Vec::new();
    for effect in
        [r#"{"fail": "E1001"}"#, r#"{"drop_outputs": [0]}"#, r#"{"drop_outputs": [0, 1]}"#]
    {
        set(&format!(r#"{{"faults": [{{"on": {{"route": "create"}}, "do": {effect}}}]}}"#));
        let id = made(&rig, "painter", &fox()).await;
        pass(10_000).await;
        let ended = rig.prediction(&id).await;
        let seen_of = ["status", "error", "output", "metrics"].map(|key| ended[key].clone());
        seen.push(json!(seen_of));
        let first = format!("http://127.0.0.1:1/emulator/outputs/{id}/out-0.png");
        let status = rig.output(&json!(first)).await.status;
        // It was there before the end of the one that failed.
        assert_eq!(status == StatusCode::OK, effect.contains("fail"), "{effect}");
    }
    insta::assert_json_snapshot!("faults", seen);
}

/// Text in pieces, an object with a file in it, and logs that are rewritten.
fn streamed() -> Value {
    let mut recording = ended(
        "writer",
        &json!({"prompt": "hi"}),
        &json!({"status": "succeeded", "output": ["a", "b", "", {"at": {"$file": "painter.out-0.png"}}],
                "metrics": {"input_token_count": 3}}),
        json!([
            {"after_seconds": 1, "status": "starting"},
            {"after_seconds": 2, "status": "processing", "logs_appended": "10%"},
            {"after_seconds": 3, "status": "processing", "logs": "100%\n", "output": ["a"]},
            {"after_seconds": 4, "status": "processing", "output_appended": ["b", ""]},
            {"after_seconds": 5, "status": "succeeded",
             "output_appended": [{"at": {"$file": "painter.out-0.png"}}]},
        ]),
    );
    recording["files"] = json!([file("painter.out-0.png", &["/3/at"])]);
    recording
}

#[tokio::test(start_paused = true)]
async fn a_stream_has_the_pieces_when_they_came() {
    let folder = folder(&[streamed()]);
    let rig = Rig::with(replaying(&folder));
    let id = made(&rig, "writer", &json!({"prompt": "hi"})).await;
    let url = rig.prediction(&id).await["urls"]["stream"].clone();
    let began = tokio::time::Instant::now();
    let text = String::from_utf8(rig.output(&url).await.body).expect("text");
    assert_eq!(began.elapsed().as_secs(), 5);
    insta::assert_snapshot!("stream", text);
    let path = url.as_str().unwrap().parse::<http::Uri>().unwrap().path().to_owned();
    let mut resumed = request(Method::GET, &path, &Value::Null);
    resumed.headers_mut().insert("last-event-id", "8:2".parse().unwrap());
    let rest = String::from_utf8(rig.send(resumed).await.body).expect("text");
    assert!(text.ends_with(&rest) && rest.starts_with("event: output\nid: 8:3"), "{rest}");
    assert_eq!(rig.prediction(&id).await["logs"], "100%\n");
}

#[tokio::test(start_paused = true)]
async fn an_inline_output_is_inline_again() {
    let mut recording = painted();
    recording["files"][0]["inline"] = json!(true);
    let folder = folder(&[recording]);
    let rig = Rig::with(replaying(&folder).time_scale(0.0));
    let id = made(&rig, "painter", &fox()).await;
    let output = rig.prediction(&id).await["output"].clone();
    assert_eq!(output[0], "data:image/webp;base64,iVBORywgb3Igc28gaXQgc2F5cw==");
    assert!(output[1].as_str().unwrap().ends_with("/out-1.png"));
    fs::remove_file(folder.path().join("painter.out-0.png")).expect("removed");
    let again = made(&rig, "painter", &fox()).await;
    assert_eq!(rig.prediction(&again).await["output"][0], output[0], "it is read only once");
}

#[tokio::test(start_paused = true)]
async fn no_more_than_eight_megabytes_of_one_output_are_inline() {
    const MEGABYTE: usize = 1024 * 1024;
    let mut recording = painted();
    let names: Vec<String> = (0..9).map(|index| format!("painter.big-{index}.png")).collect();
    let places: Vec<Value> = names.iter().map(|name| json!({"$file": name})).collect();
    recording["prediction"]["output"] = json!(places);
    recording["life"] = json!([
        {"after_seconds": 0.3, "status": "starting"},
        {"after_seconds": 5.2, "status": "succeeded", "output": places},
    ]);
    let files = names.iter().enumerate().map(|(index, name)| {
        let mut file = file(name, &[&format!("/{index}")]);
        file["bytes"] = json!(MEGABYTE);
        file["inline"] = json!(true);
        file
    });
    recording["files"] = files.collect();
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("big.json"), recording.to_string()).expect("written");
    for name in &names {
        fs::write(folder.path().join(name), vec![7; MEGABYTE]).expect("written");
    }
    let rig = Rig::with(replaying(&folder).time_scale(0.0));
    let id = made(&rig, "painter", &fox()).await;
    let output = rig.prediction(&id).await["output"].clone();
    let inline = |one: &&Value| one.as_str().expect("a URL").starts_with("data:");
    assert_eq!(output.as_array().expect("a list").iter().filter(inline).count(), 8);
    assert!(output[8].as_str().unwrap().ends_with("/big-8.png"));
    assert_eq!(rig.output(&output[8]).await.body.len(), MEGABYTE);
}

#[tokio::test(start_paused = true)]
async fn two_files_of_one_name_have_two_urls() {
    let mut recording = painted();
    recording["files"][1]["original_name"] = json!("out-0.png");
    let folder = folder(&[recording]);
    fs::write(folder.path().join("painter.out-1.png"), [7; PICTURE.len()]).expect("written");
    let rig = Rig::with(replaying(&folder).time_scale(0.0));
    let id = made(&rig, "painter", &fox()).await;
    let output = rig.prediction(&id).await["output"].clone();
    assert!(output[1].as_str().unwrap().ends_with("/1-out-0.png"));
    assert_eq!(rig.output(&output[0]).await.body, PICTURE);
    assert_eq!(rig.output(&output[1]).await.body, [7; PICTURE.len()]);
}

#[cfg(feature = "page")]
#[tokio::test(start_paused = true)]
async fn the_page_links_to_a_recorded_file_that_no_browser_plays() {
    let mut recording = painted();
    recording["files"][0]["media_type"] = json!("model/gltf-binary");
    recording["files"][1]["media_type"] = json!("video/mp4");
    let folder = folder(&[recording]);
    let rig = Rig::with(replaying(&folder).time_scale(0.0));
    let id = made(&rig, "painter", &fox()).await;
    let html = crate::page::page(&rig, &format!("/emulator/predictions/{id}")).await;
    let url = |index: usize| format!("/emulator/outputs/{id}/out-{index}.png");
    assert!(html.contains(&format!("<a href=\"{}\">File 1</a>", url(0))), "{html}");
    assert!(html.contains(&format!("<video src=\"{}\"", url(1))), "{html}");
}

#[tokio::test(start_paused = true)]
async fn a_webhook_reports_what_was_recorded() {
    let folder = folder(&[painted()]);
    let receiver = Arc::new(Receiver::default());
    let rig = Rig::with(replaying(&folder).webhook_transport(receiver.clone()));
    let body = json!({"input": fox(), "webhook": "https://receiver.example/hook"});
    let path = "/replicate/v1/models/someone/painter/predictions";
    let id = rig.post(path, &body).await.json()["id"].as_str().unwrap().to_owned();
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    let got: Vec<Value> = receiver.got().iter().map(Got::json).collect();
    let counts = |one: &Value| one["output"].as_array().map(Vec::len);
    let told: Vec<_> = got.iter().map(|one| (one["logs"].as_str().unwrap(), counts(one))).collect();
    let expected = [
        ("", None),
        ("one\n", None),
        ("one\ntwo\n", Some(1)),
        ("one\ntwo\n", Some(1)),
        ("one\ntwo\n", Some(2)),
        ("one\ntwo\n", Some(2)),
    ];
    assert_eq!(told, expected);
    assert_eq!(got.last(), Some(&rig.prediction(&id).await));
}

#[cfg(feature = "state")]
#[tokio::test(start_paused = true)]
async fn a_recording_is_kept_once_for_all_predictions_that_replay_it() {
    let logs = "step\n".repeat(200_000);
    let life = json!([
        {"after_seconds": 0.0, "status": "starting"},
        {"after_seconds": 1.0, "status": "succeeded", "logs_appended": logs},
    ]);
    let prediction = json!({"status": "succeeded", "output": "a", "logs": logs});
    let folder = folder(&[ended("long", &fox(), &prediction, life)]);
    let stage = crate::state::Stage::new();
    for _ in 0..2 {
        let rig = Rig::with(stage.settings().replay(folder.path()));
        for _ in 0..20 {
            made(&rig, "long", &fox()).await;
        }
    }
    let size = stage.size();
    assert!(size < 8 * 1_000_000, "{size} bytes for 40 times a log of 1 MB");
    let rig = Rig::with(stage.settings());
    let listed = rig.get("/replicate/v1/predictions").await.json();
    let listed = listed["results"].as_array().expect("a list");
    let id = listed[39]["id"].as_str().expect("an id");
    pass(1_000).await;
    assert_eq!(rig.prediction(id).await["logs"], logs);
}

#[cfg(feature = "state")]
#[tokio::test(start_paused = true)]
async fn a_replayed_prediction_outlives_the_emulator_and_goes_on() {
    let (folder, stage) = (folder(&[painted()]), crate::state::Stage::new());
    let rig = Rig::with(stage.settings().replay(folder.path()));
    let ids = [made(&rig, "painter", &fox()).await, made(&rig, "painter", &fox()).await];
    pass(4_000).await;
    let before = rig.prediction(&ids[0]).await;
    drop(rig);
    // Not even with the folder given again.
    let rig = Rig::with(stage.settings());
    assert_eq!(rig.prediction(&ids[0]).await, before);
    pass(1_000).await;
    let output = rig.prediction(&ids[1]).await["output"].clone();
    assert_eq!(rig.output(&output[1]).await.body, PICTURE);
}

#[cfg(feature = "state")]
#[tokio::test(start_paused = true)]
async fn what_predictions_replay_is_shared_also_where_they_are_kept_and_goes_with_their_data() {
    let words = "word ".repeat(20_000);
    let mut recording = painted();
    recording["life"][1]["logs_appended"] = json!(words);
    recording["prediction"]["logs"] = json!(format!("{words}two\n"));
    let (folder, stage) = (folder(&[recording]), crate::state::Stage::new());
    let kept = async |rig: &Rig| {
        let stats = rig.get("/emulator/stats").await.json();
        stats["input_bytes_kept"].as_u64().expect("a number")
    };
    let rig = Rig::with(replaying(&folder));
    made(&rig, "painter", &fox()).await;
    assert!(kept(&rig).await < 1_000, "all share it");
    let rig = Rig::with(stage.settings().replay(folder.path()));
    let id = made(&rig, "painter", &fox()).await;
    assert!(kept(&rig).await < 1_000, "all rows share it");
    pass(3_700_000).await;
    assert_eq!(kept(&rig).await, 0);
    let removed = rig.prediction(&id).await;
    assert_eq!((&removed["lane"], &removed["output"]), (&json!("fast"), &Value::Null));
    drop(rig);
    assert_eq!(Rig::with(stage.settings()).prediction(&id).await, removed);
}
