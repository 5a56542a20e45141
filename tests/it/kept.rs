//! `serve --state`: what outlives the process, also one that is killed.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use crate::command::{Ran, outside, quickrouter};
use crate::serving::Serve;

const CLIENTS: usize = 8;
const ROUNDS: u64 = 5;

fn serve(folder: &Path) -> Serve {
    Serve::start(&["--state", folder.to_str().unwrap()])
}

fn base(serve: &Serve) -> String {
    serve.value("QUICKROUTER_BASE_URL")
}

async fn get(url: &str) -> Value {
    let answer = outside().get(url).bearer_auth("k").send().await.unwrap();
    assert!(answer.status().is_success(), "{url}: {answer:?}");
    answer.json().await.unwrap()
}

/// Creates one prediction after another until the emulator is gone; each prompt is used once.
async fn create(client: Client, url: String, name: String, answered: Arc<Mutex<Vec<String>>>) {
    for number in 0.. {
        let body = json!({
            "version": "stability-ai/sdxl",
            "input": {"prompt": format!("{name}/{number}")},
            "webhook": "http://127.0.0.1:1/hook",
            "webhook_events_filter": ["completed"],
        });
        let sent = client.post(&url).bearer_auth("k").json(&body).send().await;
        let Ok(answer) = sent else { return };
        assert_eq!(answer.status(), 201);
        let Ok(prediction) = answer.json::<Value>().await else { return };
        answered.lock().unwrap().push(prediction["id"].as_str().unwrap().to_owned());
    }
}

/// All predictions, by the pages of their list.
async fn listed(base: &str) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), json!(format!("{base}/v1/predictions")));
    while let Some(url) = next.as_str() {
        let mut page = get(url).await;
        all.append(page["results"].as_array_mut().unwrap());
        next = page["next"].take();
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_emulator_has_every_answered_create_after_a_restart_and_none_twice() {
    let folder = tempfile::tempdir().unwrap();
    let answered = Arc::new(Mutex::new(Vec::new()));
    for round in 0..ROUNDS {
        let mut running = serve(folder.path());
        let url = format!("{}/v1/predictions", base(&running));
        let before = answered.lock().unwrap().len();
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let name = format!("{round}/{client}");
                tokio::spawn(create(outside(), url.clone(), name, Arc::clone(&answered)))
            })
            .collect();
        while answered.lock().unwrap().len() < before + 20 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(round * 13)).await;
        running.child.kill().unwrap();
        running.child.wait().unwrap();
        for client in clients {
            client.await.unwrap();
        }
        let again = serve(folder.path());
        let (base, answered) = (base(&again), answered.lock().unwrap().clone());
        let all = listed(&base).await;
        let ids: BTreeSet<&str> = all.iter().map(|one| one["id"].as_str().unwrap()).collect();
        let prompts: BTreeSet<String> =
            all.iter().map(|one| one["input"]["prompt"].to_string()).collect();
        assert_eq!((ids.len(), prompts.len()), (all.len(), all.len()), "none is there twice");
        let lost: Vec<_> = answered.iter().filter(|id| !ids.contains(id.as_str())).collect();
        assert!(lost.is_empty(), "{lost:?} of {}", answered.len());
        // At most one create of each client was not answered.
        let rounds = usize::try_from(round + 1).unwrap();
        assert!(all.len() <= answered.len() + CLIENTS * rounds);
        let stats = get(&base.replace("/replicate", "/emulator/stats")).await;
        assert_eq!(stats["creates_accepted"], all.len());
        assert_eq!(stats["predictions_kept"], all.len());
    }
}

#[tokio::test]
async fn a_second_emulator_and_an_unusable_folder_are_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let _running = serve(&kept);
    std::fs::write(folder.path().join("file"), "").unwrap();
    let garbage = folder.path().join("garbage");
    std::fs::create_dir(&garbage).unwrap();
    std::fs::write(garbage.join("emulator.redb"), "garbage").unwrap();
    for (state, told) in [
        ("kept", "kept/emulator.redb: another process uses it"),
        ("file", "file: the folder cannot be created"),
        ("file/below", "file/below: the folder cannot be created"),
        ("garbage", "garbage/emulator.redb: it is damaged, or not a database of the emulator"),
        // Of the systems this runs on, only Linux has a folder that takes no file, from anyone.
        #[cfg(target_os = "linux")]
        ("/proc", "/proc/emulator.redb: it cannot be opened for reading and writing"),
    ] {
        let mut command = quickrouter(folder.path());
        command.args(["serve", "--state", state]);
        let ran = Ran::of(command).await;
        assert!(ran.code == Some(1) && ran.stderr.contains(told), "{state}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    }
}
