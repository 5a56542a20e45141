//! Whatever a gateway answers, the folder can be read afterwards, and has all that was paid for.

use crate::recorder_rig::{Got, RecorderRig, Reply, Scripted, UPSTREAM, builder, prediction};
use quickrouter_api::Transport;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::sync::Arc;

fn is_create(got: &Got) -> bool {
    got.method == "POST"
}

/// A gateway whose prediction ends like this.
fn ending(end: Value) -> Arc<Scripted> {
    Scripted::new(move |got| {
        if is_create(got) {
            Reply::Json(201, prediction("starting", &json!({"id": end["id"]})))
        } else if got.url.contains("files.example") {
            Reply::Text(200, "application/json", got.url.clone().into_bytes())
        } else {
            Reply::Json(200, end.clone())
        }
    })
}

fn names(rig: &RecorderRig) -> Vec<String> {
    let entries = fs::read_dir(rig.folder.path()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// Another recorder takes the folder.
fn reopened(rig: RecorderRig) -> RecorderRig {
    let nothing: Arc<dyn Transport> = Scripted::new(|_| Reply::Json(404, json!({})));
    rig.restarted(nothing)
}

#[tokio::test(start_paused = true)]
async fn outputs_are_no_recordings_and_no_two_have_one_name() {
    let outputs = [
        "json", "out.json", "OUT.json", "2-x.png", "a/x.png", "b/x.png", "c/X.PNG", ".hidden", "..",
    ];
    let mut urls: Vec<String> =
        outputs.iter().map(|name| format!("https://files.example/{name}")).collect();
    urls.push(format!("https://files.example/{}.png", "y".repeat(300)));
    let id = "z".repeat(300);
    let upstream = ending(prediction("succeeded", &json!({"output": urls, "id": id})));
    let rig = RecorderRig::new(upstream);
    rig.create("a fox").await;
    let recording = rig.complete().await;
    let files = recording["files"].as_array().unwrap();
    assert_eq!(files.len(), urls.len());
    let different: HashSet<String> =
        files.iter().map(|file| file["name"].as_str().unwrap().to_lowercase()).collect();
    assert_eq!(different.len(), urls.len(), "{different:#?}");
    assert!(files.iter().all(|file| file["name"].as_str().unwrap().len() <= 200));
    assert_eq!(files[1]["original_name"], "out.json");
    let rig = reopened(rig);
    assert_eq!(rig.recordings().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_the_format_has_no_place_for_is_kept_whole_and_named() {
    let deep = (0..126).fold(json!("end"), |inner, _| json!([inner]));
    let rig = RecorderRig::new(ending(prediction("succeeded", &json!({"output": deep}))));
    rig.create("a fox").await;
    let recording = rig.incomplete("all of it is in painter-p1.json.whole").await;
    assert_eq!(recording["prediction"]["id"], "p1");
    assert_cannot_be_replayed(&rig);
    let whole = fs::read_to_string(rig.folder.path().join("painter-p1.json.whole")).unwrap();
    assert!(whole.contains("\"status\": \"succeeded\""));
    reopened(rig);
}

#[tokio::test(start_paused = true)]
async fn an_output_with_a_name_that_the_format_reserves_is_kept_and_not_replayed() {
    let output = json!({"$file": "nowhere"});
    let rig = RecorderRig::new(ending(prediction("succeeded", &json!({"output": output}))));
    rig.create("a fox").await;
    let recording = rig.incomplete("a name that the format reserves, $file").await;
    assert_eq!(recording["prediction"]["output"], output);
    assert_cannot_be_replayed(&rig);
    reopened(rig);
}

fn assert_cannot_be_replayed(rig: &RecorderRig) {
    let notices = rig.notices();
    assert!(notices.iter().any(|text| text.contains("cannot be replayed")), "{notices:#?}");
}

#[tokio::test(start_paused = true)]
async fn an_id_that_comes_twice_overwrites_no_recording() {
    let rig = RecorderRig::new(ending(prediction("succeeded", &json!({"output": "text"}))));
    rig.create("a fox").await;
    rig.create("a cat").await;
    rig.recorded(|recording| recording["request"]["input"]["prompt"] == "a cat").await;
    let recordings = rig.recordings();
    assert_eq!(recordings.len(), 2, "{:?}", names(&rig));
    let notices = rig.notices();
    assert!(notices.iter().any(|text| text.contains("prediction p1 once more")), "{notices:#?}");
}

#[tokio::test(start_paused = true)]
async fn ids_that_differ_in_what_a_name_cannot_have_are_two_recordings() {
    let upstream = Scripted::new(|got| {
        let cat = String::from_utf8_lossy(&got.body).contains("a cat");
        let id = if cat || got.url.ends_with("a%3Fb") { "a?b" } else { "a/b" };
        Reply::Json(201, prediction("succeeded", &json!({"output": "text", "id": id})))
    });
    let rig = RecorderRig::new(upstream);
    rig.create("a fox").await;
    rig.create("a cat").await;
    rig.complete().await;
    assert_eq!(rig.recordings().len(), 2, "{:?}", names(&rig));
}

#[tokio::test(start_paused = true)]
async fn a_folder_takes_one_recorder_at_a_time() {
    let rig = RecorderRig::new(ending(prediction("succeeded", &json!({}))));
    let second = builder(rig.folder.path(), UPSTREAM)
        .transport(ending(prediction("succeeded", &json!({}))))
        .in_memory();
    let refused = second.unwrap_err().to_string();
    assert!(refused.contains("another recorder uses it"), "{refused}");
    reopened(rig);
}

#[tokio::test(start_paused = true)]
async fn an_output_that_is_there_is_saved_though_the_prediction_has_not_ended() {
    let urls = json!(["https://files.example/out.png"]);
    let rig = RecorderRig::new(ending(prediction("processing", &json!({"output": urls}))));
    rig.create("a fox").await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    rig.gateway.stop().await;
    let recording = rig.incomplete("last seen processing").await;
    assert_eq!(recording["files"].as_array().unwrap().len(), 1);
}
