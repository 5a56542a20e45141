//! How a recorder saves outputs, ends, and starts.

use crate::recorder_rig::{Got, RecorderRig, Reply, Scripted, UPSTREAM, builder, prediction};
use http::StatusCode;
use quickrouter_api::TransportErrorKind;
use quickrouter_emulator::Error;
use serde_json::{Value, json};
use std::fs;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A gateway whose predictions have succeeded with this output, whose files answer like this: given
/// the request and how many downloads there were before.
fn with_output(
    output: Value,
    download: impl Fn(&Got, usize) -> Reply + Send + Sync + 'static,
) -> Arc<Scripted> {
    let downloads = AtomicUsize::new(0);
    Scripted::new(move |got| {
        if got.url.starts_with(UPSTREAM) {
            return Reply::Json(201, prediction("succeeded", &json!({"output": output})));
        }
        download(got, downloads.fetch_add(1, Ordering::SeqCst))
    })
}

fn picture() -> Reply {
    Reply::Text(200, "image/png", b"a picture".to_vec())
}

const OUTPUT: &str = "https://files.example/out-0.png";

#[tokio::test(start_paused = true)]
async fn downloads_that_fail_at_first_are_repeated_and_redirects_are_followed() {
    let flaky = with_output(json!([OUTPUT]), |got, before| match before {
        0 => Reply::Json(404, json!({})),
        1 => Reply::Breaks(TransportErrorKind::Interrupted),
        2 => Reply::Text(200, "image/png", Vec::new()),
        3 => Reply::Text(200, "text/html", b"<html>soon</html>".to_vec()),
        _ if got.url == OUTPUT => Reply::With(302, ("location", "/moved/x.png"), json!({})),
        _ => picture(),
    });
    let rig = RecorderRig::new(flaky.clone());
    rig.create("a fox").await;
    let recording = rig.complete().await;
    assert_eq!(recording["files"][0]["original_name"], "out-0.png");
    let saved = fs::read(rig.folder.path().join("painter-p1.out-0.png")).unwrap();
    assert_eq!(saved, b"a picture");
    assert_eq!(flaky.got().last().unwrap().url, "https://files.example/moved/x.png");
}

#[tokio::test(start_paused = true)]
async fn an_address_in_mixed_case_is_downloaded() {
    let rig =
        RecorderRig::new(with_output(json!(["Http://files.example/x.png"]), |_, _| picture()));
    rig.create("a fox").await;
    rig.complete().await;
    assert_eq!(fs::read(rig.folder.path().join("painter-p1.x.png")).unwrap(), b"a picture");
}

#[tokio::test(start_paused = true)]
async fn outputs_that_cannot_be_saved_are_named_and_the_rest_is_kept() {
    type Row = (&'static str, fn() -> Reply, &'static str);
    let rows: [Row; 7] = [
        (OUTPUT, || Reply::Json(404, json!({})), "HTTP 404 Not Found (6 attempts)"),
        (OUTPUT, || Reply::Json(410, json!({})), "HTTP 410 Gone"),
        (
            OUTPUT,
            || Reply::Text(200, "image/png", vec![7; 65]),
            "larger than the limit of 64 bytes",
        ),
        (OUTPUT, || Reply::With(302, ("location", OUTPUT), json!({})), "more than 5 redirects"),
        (
            OUTPUT,
            || Reply::With(302, ("location", "http://files.example/"), json!({})),
            "a redirect from https to http",
        ),
        (
            OUTPUT,
            || Reply::With(302, ("location", "https://127.0.0.1/"), json!({})),
            "at an address of this machine",
        ),
        ("http://169.254.169.254/latest?token=abc", picture, "at an address of this machine"),
    ];
    for (url, reply, why) in rows {
        let good = "https://good.example/out-1.png";
        let upstream =
            with_output(
                json!([url, good]),
                move |got, _| {
                    if got.url == good { picture() } else { reply() }
                },
            );
        let folder = tempfile::tempdir().unwrap();
        let rig =
            RecorderRig::in_folder(folder, UPSTREAM, upstream.clone(), |it| it.max_file_bytes(64));
        rig.create("a fox").await;
        let recording = rig.incomplete(why).await;
        assert_eq!(recording["files"].as_array().unwrap().len(), 1, "{why}");
        assert_eq!(recording["prediction"]["output"][1], json!({"$file": "painter-p1.out-1.png"}));
        assert!(rig.notices().iter().any(|text| text.contains(why)), "{:?}", rig.notices());
        assert!(!recording.to_string().contains("token=abc"));
        let hidden =
            fs::read_dir(rig.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(
            !hidden.into_iter().any(|name| name.to_string_lossy().ends_with(".partial")),
            "{why}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn outputs_of_any_shape_are_recorded_with_their_files_beside_them() {
    let long = format!("data:image/png;base64,{}", "AAAA".repeat(100));
    let output = json!({
        "image": OUTPUT,
        "again": [OUTPUT, "https://other.example/out-0.png?X-Amz-Signature=abc"],
        "inline": long,
        "short": "data:text/plain,a",
        "text": "see https://a.example/b?token=abc and me@example.com",
        "score": 0.5,
    });
    let rig = RecorderRig::new(with_output(output, |_, _| picture()));
    rig.create("a fox").await;
    let recording = rig.complete().await;
    let shown = json!({"output": recording["prediction"]["output"], "files": recording["files"],
        "removed": recording["removed"]});
    insta::assert_snapshot!(format!("{shown:#}"));
    let inline = fs::read(rig.folder.path().join("painter-p1.output-2")).unwrap();
    assert_eq!(inline, vec![0; 300]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_prediction_is_recorded_and_a_text_in_pieces_is_recorded_as_it_grew() {
    let polls = AtomicUsize::new(0);
    let upstream = Scripted::new(move |got| match got.method.as_str() {
        "POST" => Reply::Json(201, prediction("starting", &json!({}))),
        _ => match polls.fetch_add(1, Ordering::SeqCst) {
            0 => Reply::Json(200, prediction("processing", &json!({"output": ["a"]}))),
            1 => Reply::Json(502, json!({})),
            2 => Reply::Json(200, json!({"id": "another", "status": "failed"})),
            3 => Reply::Json(200, prediction("processing", &json!({"output": ["a", " b"]}))),
            _ => {
                let more = json!({"output": ["a", " b"], "error": "out of memory"});
                Reply::Json(200, prediction("failed", &more))
            }
        },
    });
    let rig = RecorderRig::new(upstream);
    rig.create("a fox").await;
    let recording = rig.complete().await;
    assert_eq!(recording["prediction"]["error"], "out of memory");
    let life = recording["life"].as_array().unwrap();
    let statuses: Vec<_> = life.iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["starting", "processing", "processing", "failed"]);
    assert_eq!((&life[1]["output"], &life[2]["output_appended"]), (&json!(["a"]), &json!([" b"])));
}

#[tokio::test(start_paused = true)]
async fn a_recorder_that_stops_writes_what_it_has_and_says_what_is_incomplete() {
    let upstream = Scripted::new(|got| match got.method.as_str() {
        "POST" => Reply::Json(201, prediction("starting", &json!({}))),
        _ => Reply::Json(200, prediction("processing", &json!({"logs": "one\n"}))),
    });
    let rig = RecorderRig::new(upstream);
    rig.create("a fox").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    rig.gateway.stop().await;
    let recording = rig.incomplete("it was last seen processing").await;
    assert_eq!(recording["life"].as_array().unwrap().len(), 2);
    let notices = rig.notices().join("\n");
    assert!(
        notices.contains("DIR/painter-p1.json cannot be replayed: it was last seen processing")
    );
}

#[tokio::test(start_paused = true)]
async fn a_prediction_that_ends_in_the_moment_that_a_stopping_recorder_gives_is_complete() {
    let start = tokio::time::Instant::now();
    let upstream = Scripted::new(move |got| match got.method.as_str() {
        "POST" => Reply::Json(201, prediction("starting", &json!({}))),
        _ if start.elapsed() < Duration::from_secs(8) => {
            Reply::Json(200, prediction("processing", &json!({})))
        }
        _ => Reply::Json(200, prediction("succeeded", &json!({"output": "text"}))),
    });
    let rig = RecorderRig::new(upstream);
    rig.create("a fox").await;
    rig.gateway.stop().await;
    assert_eq!(rig.complete().await["prediction"]["status"], "succeeded");
}

#[tokio::test(start_paused = true)]
async fn data_that_is_removed_before_the_end_was_seen_makes_no_recording_to_replay() {
    let upstream = Scripted::new(|got| match got.method.as_str() {
        "POST" => Reply::Json(201, prediction("starting", &json!({}))),
        _ => Reply::Json(200, prediction("succeeded", &json!({"data_removed": true, "input": {}}))),
    });
    let rig = RecorderRig::new(upstream);
    rig.create("a fox").await;
    let recording = rig.incomplete("its data was removed").await;
    assert_eq!(recording["request"]["input"]["prompt"], "a fox");
}

#[tokio::test]
async fn only_loopback_and_a_proper_gateway_and_a_folder_of_recordings_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let open = builder(path, UPSTREAM).host(Ipv4Addr::UNSPECIFIED).start().await.unwrap_err();
    assert!(matches!(open, Error::NotLoopback { .. }));
    let mut said = vec![open.to_string()];
    for upstream in [
        "gateway",
        "ftp://gateway.example",
        "http://gateway.example",
        "https://me:secret@gateway.example",
        "https://gateway.example/?a=b",
        "https://gateway.example/replicate/v1",
    ] {
        said.push(builder(path, upstream).in_memory().unwrap_err().to_string());
    }
    for key in ["", "a key", "schlüssel"] {
        let keyed = quickrouter_emulator::Recorder::builder(path, UPSTREAM, key);
        assert!(matches!(keyed.in_memory().unwrap_err(), Error::Key), "{key:?}");
    }
    fs::write(path.join("package.json"), "{}").unwrap();
    said.push(builder(path, UPSTREAM).in_memory().unwrap_err().to_string());
    fs::remove_file(path.join("package.json")).unwrap();
    fs::write(path.join("unknown-creates.jsonl"), "{\"number\": 1}\n").unwrap();
    said.push(builder(path, UPSTREAM).in_memory().unwrap_err().to_string());
    insta::assert_snapshot!(said.join("\n").replace(&path.display().to_string(), "DIR"));
}

#[tokio::test]
async fn a_recorder_on_a_socket_draws_a_key_for_each_run() {
    let upstream = quickrouter_emulator::Emulator::start().await.unwrap();
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let [one, two] =
        folders.each_ref().map(|folder| builder(folder.path(), &upstream.base_url()).start());
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    assert_ne!(one.key(), two.key());
    assert!(one.key().len() >= 40, "{}", one.key());
    let client = quickrouter_api::direct_client().unwrap();
    let url = format!("{}/v1/predictions", one.base_url());
    for (key, status) in [(one.key(), StatusCode::OK), (two.key(), StatusCode::UNAUTHORIZED)] {
        assert_eq!(client.get(&url).bearer_auth(key).send().await.unwrap().status(), status);
    }
    one.stop().await.unwrap();
    assert!(client.get(&url).send().await.is_err());
}
