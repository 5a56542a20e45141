//! `serve --state`: what outlives the process, also one that is killed.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::command::{Ran, outside, quickrouter};
use crate::interrupts::until;
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

/// Takes one request; returns its `webhook-id` and its connection.
async fn delivery(receiver: &TcpListener) -> (String, BufReader<TcpStream>) {
    let (connection, _) = receiver.accept().await.unwrap();
    let mut connection = BufReader::new(connection);
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        connection.read_line(&mut line).await.unwrap();
        match line.trim_end().split_once(": ") {
            Some(("webhook-id", value)) => value.clone_into(&mut id),
            Some(("content-length", value)) => length = value.parse().unwrap(),
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    connection.read_exact(&mut vec![0; length]).await.unwrap();
    (id, connection)
}

async fn respond(mut connection: BufReader<TcpStream>) {
    let response = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    connection.write_all(response).await.unwrap();
    connection.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_delivery_that_was_not_answered_when_the_emulator_was_killed_is_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let receiver = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut running =
        Serve::start(&["--time-scale", "100", "--state", folder.path().to_str().unwrap()]);
    let body = json!({
        "version": "stability-ai/sdxl",
        "input": {"prompt": "a"},
        "webhook": format!("http://{}/hook", receiver.local_addr().unwrap()),
        "webhook_events_filter": ["start", "completed"],
    });
    let url = format!("{}/v1/predictions", base(&running));
    let answer = outside().post(&url).bearer_auth("k").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let (start, connection) = delivery(&receiver).await;
    respond(connection).await;
    let (completed, unanswered) = delivery(&receiver).await;
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    drop(unanswered);

    let again = serve(folder.path());
    let (resent, connection) = delivery(&receiver).await;
    respond(connection).await;
    assert!(resent == completed && resent != start);
    let deliveries = format!("{}/webhooks", base(&again).replace("/replicate", "/emulator"));
    until(async || {
        let all = get(&deliveries).await;
        let all = all["deliveries"].as_array().unwrap();
        all.len() == 2 && all.iter().all(|one| one["state"] == "delivered")
    })
    .await;
    let more = tokio::time::timeout(Duration::from_millis(500), receiver.accept()).await;
    assert!(more.is_err(), "what was delivered is not sent again");
}
