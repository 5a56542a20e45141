//! What was recorded of a gateway, replayed to the SDK and over plain requests.

use std::fs;
use std::path::Path;

use futures_util::StreamExt as _;
use quickrouter::inputs::SdxlInput;
use quickrouter::{AnyInput, Client, Prediction};
use quickrouter_emulator::{Emulator, Recorder};
use serde_json::{Value, json};

use crate::command::outside;
use crate::serving::Serve;

fn client(base: String, key: &str) -> Client {
    Client::builder().base_url(base).api_key(key).build().unwrap()
}

/// A picture model, a language model, and one that nobody knows; with the files of their outputs.
async fn made(client: &Client) -> Vec<(Prediction, Vec<Vec<u8>>)> {
    let sdxl = SdxlInput::builder().prompt("a red door").width(64).height(64);
    let sdxl = client.run(sdxl.num_outputs(2).num_inference_steps(3).build()).await.unwrap();
    let words = json!({"prompt": "say it", "max_tokens": 30});
    let words = client.run(AnyInput::new("someone/writer", words)).await.unwrap();
    let film = json!({"prompt": "a film", "num_frames": 3});
    let film = client.run(AnyInput::new("someone/film", film)).await.unwrap();
    let mut all = Vec::new();
    for prediction in [sdxl, words, film] {
        let folder = tempfile::tempdir().unwrap();
        let texts = prediction.outputs().is_empty();
        let paths =
            if texts { Vec::new() } else { client.save(&prediction, folder.path()).await.unwrap() };
        let files = paths.iter().map(|path| fs::read(path).unwrap()).collect();
        all.push((prediction, files));
    }
    all
}

/// What a prediction says, but for its id, its times and where its files are.
fn said(prediction: &Prediction) -> Value {
    let mut json = prediction.raw().clone();
    let object = json.as_object_mut().unwrap();
    for own in ["id", "urls", "created_at", "started_at", "completed_at"] {
        assert!(object.remove(own).is_some(), "no {own}");
    }
    let file = |output: &mut Value| {
        let name = output.as_str().and_then(|text| text.strip_prefix("http://"));
        if let Some((_, name)) = name.and_then(|text| text.rsplit_once('/')) {
            *output = name.into();
        }
    };
    match object.get_mut("output").unwrap() {
        Value::Array(items) => items.iter_mut().for_each(file),
        one => file(one),
    }
    json
}

#[tokio::test]
async fn a_replay_of_a_recorded_emulator_has_the_same_outputs_for_the_sdk() {
    let folder = tempfile::tempdir().unwrap();
    let upstream = Emulator::builder().any_model(true).time_scale(20.0).start().await.unwrap();
    let recorder = Recorder::builder(folder.path(), upstream.base_url(), upstream.key());
    let recorder = recorder.start().await.unwrap();
    let before = made(&client(recorder.base_url(), recorder.key())).await;
    recorder.stop().await.unwrap();
    assert_eq!(upstream.creates_accepted(), 3);
    let builder = Emulator::builder().replay(folder.path()).time_scale(0.0);
    let replaying = builder.start().await.unwrap();
    assert_eq!(replaying.gateway().recordings(), 3);
    let client = client(replaying.base_url(), replaying.key());
    for _ in 0..2 {
        for ((first, files), (after, again)) in before.iter().zip(made(&client).await) {
            assert_eq!(said(&after), said(first));
            assert_eq!(&again, files);
        }
    }
    let drawn = client.create(SdxlInput::builder().prompt("a blue door").build()).await;
    let refused = drawn.unwrap_err().to_string();
    assert!(refused.contains("There is no recording of this create"), "{refused}");
}

/// A recording of a prediction with a large output.
fn large(folder: &Path) {
    const BYTES: usize = 5 * 1024 * 1024;
    fs::write(folder.join("large.out-0.bin"), vec![7; BYTES]).unwrap();
    let output = json!([{"$file": "large.out-0.bin"}]);
    let recording = json!({
        "format": 1,
        "recorded_at": "2026-01-02T03:04:05Z",
        "upstream": "https://gateway.example",
        "request": {"route": "by-model", "model": "someone/painter", "input": {"prompt": "a fox"}},
        "response": {"status": 201, "after_seconds": 0.5},
        "prediction": {"id": "p", "status": "succeeded", "logs": "x".repeat(20_000),
            "output": output},
        "life": [
            {"after_seconds": 0.5, "status": "starting"},
            {"after_seconds": 9.0, "status": "succeeded", "logs_appended": "x".repeat(20_000),
             "output": output},
        ],
        "files": [{"name": "large.out-0.bin", "original_name": "out-0.bin", "bytes": BYTES,
            "media_type": "application/octet-stream", "sha256": "00", "output": ["/0"]}],
        "removed": [],
    });
    fs::write(folder.join("large.json"), recording.to_string()).unwrap();
}

/// The memory that a process holds, in MiB.
fn resident(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
    let kilobytes: usize = line.trim().trim_end_matches(" kB").parse().unwrap();
    kilobytes / 1024
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_replays_in_one_process_take_bounded_memory() {
    const REPLAYS: usize = 10_000;
    // A hundredth of them reads 5 MiB, which makes 500 MiB; all that is kept of the predictions, their
    // logs included, makes 200 MiB.
    const MOST: usize = 120;
    let folder = tempfile::tempdir().unwrap();
    large(folder.path());
    let directory = folder.path().to_str().unwrap();
    let serve = Serve::start(&["--replay", directory, "--time-scale", "0"]);
    let (base, process) = (serve.value("QUICKROUTER_BASE_URL"), serve.child.id());
    let http = outside();
    let replay = |index: usize| {
        let (http, base) = (http.clone(), base.clone());
        async move {
            let url = format!("{base}/v1/models/someone/painter/predictions");
            let body = r#"{"input":{"prompt":"a fox"}}"#;
            let create = http.post(url).bearer_auth("k").body(body);
            let created = create.send().await.unwrap().bytes().await.unwrap();
            let created: Value = serde_json::from_slice(&created).unwrap();
            let get = http.get(created["urls"]["get"].as_str().unwrap()).bearer_auth("k");
            let got = get.send().await.unwrap().bytes().await.unwrap();
            let got: Value = serde_json::from_slice(&got).unwrap();
            assert_eq!(got["status"], "succeeded");
            if index.is_multiple_of(100) {
                let output = http.get(got["output"][0].as_str().unwrap()).send().await.unwrap();
                assert_eq!(output.bytes().await.unwrap().len(), 5 * 1024 * 1024);
            }
        }
    };
    futures_util::stream::iter(0..100).for_each_concurrent(8, replay).await;
    let before = resident(process);
    futures_util::stream::iter(100..REPLAYS).for_each_concurrent(8, replay).await;
    let after = resident(process);
    let stats = http.get(base.replace("/replicate", "/emulator/stats")).send().await.unwrap();
    let stats: Value = serde_json::from_slice(&stats.bytes().await.unwrap()).unwrap();
    assert_eq!(stats["creates_accepted"], REPLAYS);
    assert_eq!(stats["predictions_kept"], REPLAYS, "and all are still there");
    assert!(after < before + MOST, "from {before} MiB to {after} MiB");
}

#[cfg(unix)]
#[tokio::test]
async fn serve_says_what_it_replays_and_what_it_skips() {
    use crate::interrupts::interrupt;
    let folder = tempfile::tempdir().unwrap();
    large(folder.path());
    let whole = fs::read_to_string(folder.path().join("large.json")).unwrap();
    let mut broken: Value = serde_json::from_str(&whole).unwrap();
    broken["incomplete"] = json!(["the recorder was stopped"]);
    fs::write(folder.path().join("broken.json"), broken.to_string()).unwrap();
    let directory = folder.path().to_str().unwrap();
    let mut serve = Serve::start(&["--replay", directory, "--else-draw"]);
    interrupt(&serve.child, "-INT");
    let said = serve.stderr();
    assert!(said.contains(&format!("replaying 1 recording of {directory}")), "{said}");
    assert!(said.contains("skipped") && said.contains("incomplete: 1"), "{said}");
}
