//! `serve --record`, in front of an emulator: what is paid for is sent once and kept.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};

use quickrouter::inputs::SdxlInput;
use quickrouter::{Client, Error};
use quickrouter_emulator::{Effect, Emulator, EmulatorBuilder, Fault, Personality, Recorder};
use serde_json::{Value, json};

use crate::command::{Ran, quickrouter};

const KEY: &str = "qr-0123456789abcdef";

fn input() -> SdxlInput {
    SdxlInput::builder().prompt("a fox").width(64).height(64).num_inference_steps(2).build()
}

/// A recorder of an emulator, and a client of that recorder.
async fn recorder(upstream: EmulatorBuilder) -> (Emulator, Recorder, Client, tempfile::TempDir) {
    let upstream = upstream.key(KEY).time_scale(0.0).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let recorder =
        Recorder::builder(folder.path(), upstream.base_url(), KEY).start().await.unwrap();
    let client = Client::builder().base_url(recorder.base_url()).api_key(recorder.key());
    (upstream, recorder, client.build().unwrap(), folder)
}

fn recordings(folder: &Path) -> Vec<Value> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let paths = paths.filter(|path| path.extension().is_some_and(|end| end == "json"));
    paths.map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn the_sdk_makes_and_saves_pictures_through_a_recorder_which_keeps_them() {
    let (upstream, recorder, client, folder) = recorder(Emulator::builder()).await;
    let finished = client.run(input()).await.unwrap();
    let pictures = tempfile::tempdir().unwrap();
    let saved = client.save(&finished, pictures.path()).await.unwrap();
    recorder.stop().await.unwrap();
    let recording = recordings(folder.path()).remove(0);
    assert_eq!(recording.get("incomplete"), None, "{recording:#}");
    let kept = folder.path().join(recording["files"][0]["name"].as_str().unwrap());
    assert!(std::fs::read(kept).unwrap() == std::fs::read(&saved[0]).unwrap());
    assert_eq!(upstream.creates_accepted(), 1);
    let keyless = upstream.requests();
    assert!(keyless.iter().all(|exchange| exchange.had_key));
}

#[tokio::test]
async fn the_sdk_takes_a_recorders_refusal_as_an_unknown_outcome() {
    // A relay without a list, so that nothing can be found.
    let lost = Fault::new(Effect::ResetAfter).on("create").nth(1);
    let builder = Emulator::builder().personality(Personality::Gateway).fault(lost);
    let (upstream, recorder, client, _folder) = recorder(builder).await;
    for _ in 0..2 {
        match client.create(input()).await {
            Err(Error::OutcomeUnknown(unknown)) => assert_eq!(unknown.status, Some(422)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(upstream.creates_accepted(), 1);
    let url = format!("{}/emulator/unknown/1", recorder.origin());
    let allowed = crate::command::outside().delete(url).send().await.unwrap();
    assert_eq!(allowed.status(), 204);
    client.create(input()).await.unwrap();
    assert_eq!(upstream.creates_accepted(), 2);
}

#[tokio::test]
async fn a_create_whose_response_is_lost_is_found_in_the_list_and_answered() {
    let lost = Fault::new(Effect::ResetAfter).on("create").nth(1);
    let (upstream, recorder, client, folder) = recorder(Emulator::builder().fault(lost)).await;
    client.run(input()).await.unwrap();
    recorder.stop().await.unwrap();
    assert_eq!(upstream.creates_accepted(), 1);
    assert_eq!(recordings(folder.path())[0].get("incomplete"), None);
}

/// A running `serve --record`, with its exports.
struct Record {
    child: Child,
    exports: Vec<String>,
}

impl Record {
    fn start(folder: &Path, upstream: &str, arguments: &[&str]) -> Self {
        let mut command = quickrouter(folder);
        command.args(["serve", "--record", "kept", "--upstream", upstream]).args(arguments);
        command.env("QUICKROUTER_API_KEY", KEY);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let exports = stdout.lines().take(2).map(Result::unwrap).collect();
        Self { child, exports }
    }

    fn value(&self, name: &str) -> String {
        let prefix = format!("export {name}=");
        let line = self.exports.iter().find_map(|line| line.strip_prefix(&prefix));
        line.unwrap_or_else(|| panic!("no {name}: {:?}", self.exports)).to_owned()
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn serve_records_until_it_is_interrupted_and_says_what_it_costs_but_not_the_key() {
    let upstream = Emulator::builder().key(KEY).time_scale(0.0).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    // Costs are said even to the quiet.
    let mut record = Record::start(folder.path(), &upstream.base_url(), &["--quiet"]);
    let mut command = quickrouter(folder.path());
    command.args(["generate", "a fox", "--width", "64", "--height", "64"]);
    command.env("QUICKROUTER_BASE_URL", record.value("QUICKROUTER_BASE_URL"));
    command.env("QUICKROUTER_API_KEY", record.value("QUICKROUTER_API_KEY"));
    let ran = Ran::of(command).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    crate::interrupts::interrupt(&record.child, "-INT");
    let status = tokio::task::block_in_place(|| record.child.wait().unwrap());
    let mut stderr = String::new();
    record.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(status.code(), Some(0), "{stderr}");
    let shown = stderr.replace(&upstream.base_url(), "UPSTREAM");
    insta::assert_snapshot!(shown);
    assert!(!format!("{stderr}{:?}", record.exports).contains(KEY));
    assert_eq!(recordings(&folder.path().join("kept")).len(), 1);
}

#[tokio::test]
async fn settings_that_would_show_a_key_or_let_others_in_are_refused_before_anything_is_sent() {
    let upstream = Emulator::builder().key(KEY).start().await.unwrap();
    let base = upstream.base_url();
    let mut said = Vec::new();
    for (arguments, key) in [
        (vec!["--upstream", &base, "--host", "0.0.0.0"], KEY),
        (vec!["--upstream", "http://gateway.example"], KEY),
        (vec!["--upstream", "https://gateway.example/v1"], KEY),
        (vec!["--upstream", &base], ""),
        (vec!["--upstream", &base], "Bearer qr-0123456789abcdef"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = quickrouter(folder.path());
        command.args(["serve", "--record", "kept"]).args(&arguments);
        command.env("QUICKROUTER_API_KEY", key);
        let ran = Ran::of(command).await;
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stdout.is_empty() && !ran.stderr.contains(KEY), "{ran:?}");
        said.push(ran.stderr);
    }
    insta::assert_snapshot!(said.concat());
    assert!(upstream.requests().is_empty());
}

#[tokio::test]
async fn exchanges_are_imported_and_what_is_in_no_recording_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let exchange = |status: u16, body: Value| {
        json!({
            "method": "POST",
            "uri": "https://gateway.example/v1/predictions",
            "request_body": {"version": "0123abcd", "input": {"prompt": "a fox"}},
            "status": status,
            "body": body,
        })
    };
    let made =
        json!({"id": "p1", "model": "owner/painter", "status": "succeeded", "output": "text"});
    let all = json!([exchange(201, made), exchange(401, json!({"detail": "no"}))]);
    std::fs::write(folder.path().join("exchanges.json"), all.to_string()).unwrap();
    let import = async || {
        let mut command = quickrouter(folder.path());
        command.args(["recordings", "import", "exchanges.json", "--output", "kept"]);
        Ran::of(command).await
    };
    let ran = import().await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "kept/painter-p1.json\n"), "{ran:?}");
    insta::assert_snapshot!(ran.stderr);
    assert_eq!(import().await.stdout, "", "nothing is overwritten");
    let recording = recordings(&folder.path().join("kept")).remove(0);
    assert_eq!(recording["prediction"]["output"], "text");
}
