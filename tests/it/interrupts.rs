//! Ctrl-C: nothing that is paid for runs on unasked, and no id is lost.

#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use quickrouter_emulator::Emulator;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::command::{Ran, quickrouter};

fn spawn(base: &str) -> (Child, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = quickrouter(folder.path());
    command
        .args(["generate", "a"])
        .env("QUICKROUTER_BASE_URL", base)
        .env("QUICKROUTER_API_KEY", "k");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    (command.spawn().unwrap(), folder)
}

pub(crate) fn interrupt(child: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

async fn end(child: Child) -> Ran {
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap();
    Ran::from(output.unwrap())
}

pub(crate) async fn until(mut done: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !done().await {
        assert!(start.elapsed() < Duration::from_secs(30), "it never came to it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_interrupted_prediction_is_canceled_and_named() {
    for signal in ["-INT", "-TERM"] {
        let slow = Emulator::builder().time_scale(0.1).start().await.unwrap();
        let (child, _folder) = spawn(&slow.base_url());
        until(async || slow.creates_accepted() == 1).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        interrupt(&child, signal);
        let ran = end(child).await;
        assert_eq!(ran.code, Some(130), "{signal}: {ran:?}");
        let client =
            quickrouter::Client::builder().base_url(slow.base_url()).api_key("k").build().unwrap();
        let listed: Vec<_> = futures_util::StreamExt::collect(client.list()).await;
        let prediction = listed[0].as_ref().unwrap();
        assert_eq!(prediction.status().as_str(), "canceled", "{ran:?}");
        assert!(ran.stderr.contains(prediction.id().unwrap().as_str()), "{}", ran.stderr);
    }
}

/// Accepts a create and answers it after a while; then a cancel, at once.
async fn slow_to_answer(
    after: Duration,
) -> (String, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/replicate", listener.local_addr().unwrap());
    let seen = std::sync::Arc::<std::sync::atomic::AtomicUsize>::default();
    let count = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let count = count.clone();
            tokio::spawn(async move {
                let mut request = [0; 8192];
                let read = socket.read(&mut request).await.unwrap_or(0);
                count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                let cancel = String::from_utf8_lossy(&request[..read]).contains("/cancel");
                if !cancel {
                    tokio::time::sleep(after).await;
                }
                let status = if cancel { "canceled" } else { "starting" };
                let body = format!("{{\"id\":\"late-id\",\"status\":\"{status}\"}}");
                let head = format!(
                    "HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                let _ = socket.write_all((head + &body).as_bytes()).await;
            });
        }
    });
    (base, seen)
}

#[tokio::test]
async fn while_the_create_is_unanswered_the_first_interrupt_waits_for_its_id() {
    let (base, seen) = slow_to_answer(Duration::from_secs(2)).await;
    let (child, _folder) = spawn(&base);
    until(async || seen.load(std::sync::atomic::Ordering::SeqCst) == 1).await;
    interrupt(&child, "-INT");
    let ran = end(child).await;
    assert_eq!(ran.code, Some(130), "{ran:?}");
    assert!(ran.stderr.contains("late-id"), "{}", ran.stderr);
    assert!(seen.load(std::sync::atomic::Ordering::SeqCst) >= 2, "a cancel was asked for");
}

#[tokio::test]
async fn a_second_interrupt_leaves_at_once() {
    let (base, seen) = slow_to_answer(Duration::from_secs(60)).await;
    let (mut child, _folder) = spawn(&base);
    until(async || seen.load(std::sync::atomic::Ordering::SeqCst) == 1).await;
    interrupt(&child, "-INT");
    // Two signals at once may count as one, so the second waits until the first is told.
    let stderr = child.stderr.take().unwrap();
    let (mut child, told) = tokio::task::spawn_blocking(move || {
        let mut lines = BufReader::new(stderr).lines().map(Result::unwrap);
        let told = lines.any(|line| line.contains("interrupt again"));
        (child, told)
    })
    .await
    .unwrap();
    assert!(told);
    let start = Instant::now();
    interrupt(&child, "-INT");
    let status = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn an_interrupt_between_two_attempts_sends_no_other_create() {
    let server = httpmock::MockServer::start_async().await;
    let create = server
        .mock_async(|when, then| {
            when.method("POST").path("/replicate/v1/predictions");
            then.status(429).header("retry-after", "30").body("{}");
        })
        .await;
    let (child, _folder) = spawn(&server.url("/replicate"));
    let start = Instant::now();
    while create.calls_async().await == 0 {
        assert!(start.elapsed() < Duration::from_secs(30), "it was never sent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    interrupt(&child, "-INT");
    let ran = end(child).await;
    assert_eq!(ran.code, Some(130), "{ran:?}");
    assert!(ran.stderr.contains("429"), "it says that nothing was accepted: {}", ran.stderr);
    assert!(start.elapsed() < Duration::from_secs(20), "it does not wait for an answer");
    assert_eq!(create.calls_async().await, 1);
}
