//! Exit codes: what happened, for scripts.

use std::time::Duration;

use httpmock::MockServer;
use quickrouter_emulator::Emulator;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::command::{Ran, Stage, files, quickrouter};

/// A gateway of canned answers, to play the odd one.
struct Odd {
    server: MockServer,
    folder: TempDir,
}

impl Odd {
    async fn new() -> Self {
        Self { server: MockServer::start_async().await, folder: tempfile::tempdir().unwrap() }
    }

    async fn on(&self, method: &'static str, path: &str, status: u16, body: Value) {
        let path = format!("/replicate{path}");
        self.server
            .mock_async(|when, then| {
                when.method(method).path(path);
                then.status(status).json_body(body);
            })
            .await;
    }

    async fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = quickrouter(self.folder.path());
        command
            .args(arguments)
            .env("QUICKROUTER_BASE_URL", self.server.url("/replicate"))
            .env("QUICKROUTER_API_KEY", "k");
        Ran::of(command).await
    }
}

fn prediction(status: &str) -> Value {
    json!({"id": "abc123", "status": status, "logs": "", "output": null})
}

const GENERATE: &[&str] = &["generate", "a"];

#[tokio::test]
async fn one_when_nothing_could_be_reached() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/replicate", listener.local_addr().unwrap());
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let mut command = quickrouter(folder.path());
    command.args(GENERATE).env("QUICKROUTER_BASE_URL", base).env("QUICKROUTER_API_KEY", "k");
    command.args(["--timeout", "2s"]);
    let ran = Ran::of(command).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("was not sent"), "{}", ran.stderr);
}

#[tokio::test]
async fn one_when_outputs_are_absent_or_cannot_be_fetched_and_the_way_to_try_again_is_named() {
    let odd = Odd::new().await;
    odd.on("POST", "/v1/predictions", 201, prediction("succeeded")).await;
    let ran = odd.run(GENERATE).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("abc123"), "{}", ran.stderr);

    let odd = Odd::new().await;
    let mut gone = prediction("succeeded");
    gone["output"] = json!([odd.server.url("/out-0.png")]);
    odd.on("POST", "/v1/predictions", 201, gone).await;
    let ran = odd.run(GENERATE).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("quickrouter predictions save abc123"), "{}", ran.stderr);
    assert_eq!(files(odd.folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn two_when_arguments_or_settings_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused: [&[&str]; 8] = [
        &["generate"],
        &["generate", "a", "--widht", "7"],
        &["generate", "a", "--timeout", "soon"],
        &["run", "no-such-model", "--width", "7"],
        &["run", "sdxl", "--input", "{"],
        &["run", "sdxl", "--input", "@missing.json"],
        &["generate", "a", "--key-file", "missing"],
        &["predictions", "get", ".."],
    ];
    for arguments in refused {
        let mut command = quickrouter(folder.path());
        command.args(arguments);
        if !arguments.contains(&"--key-file") {
            command.env("QUICKROUTER_API_KEY", "k");
        }
        let ran = Ran::of(command).await;
        assert_eq!(ran.code, Some(2), "{arguments:?}: {ran:?}");
        assert!(!ran.stderr.is_empty() && ran.stdout.is_empty(), "{arguments:?}: {ran:?}");
    }
    let mut command = quickrouter(folder.path());
    command.args(GENERATE);
    let ran = Ran::of(command).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("QUICKROUTER_API_KEY"), "{}", ran.stderr);
}

#[tokio::test]
async fn three_when_the_gateway_refuses() {
    let refusals = [
        (401, json!({"error": {"message": "无效的令牌", "code": ""}})),
        (403, json!({"error": {"message": "额度不足", "code": "insufficient_user_quota"}})),
        (422, json!({"detail": "no such version", "status": 422})),
        (429, json!({"detail": "slow down", "retry_after": 9999})),
        (503, json!({"error": {"message": "无可用渠道", "code": "model_not_found"}})),
    ];
    for (status, body) in refusals {
        let odd = Odd::new().await;
        odd.on("POST", "/v1/predictions", status, body.clone()).await;
        let ran = odd.run(GENERATE).await;
        assert_eq!(ran.code, Some(3), "{status} {body}: {ran:?}");
        assert!(ran.stderr.contains(&status.to_string()), "{}", ran.stderr);
    }
}

#[tokio::test]
async fn four_when_the_prediction_does_not_succeed() {
    for end in ["failed", "canceled", "aborted"] {
        let odd = Odd::new().await;
        odd.on("POST", "/v1/predictions", 201, prediction("starting")).await;
        let mut over = prediction(end);
        over["error"] = json!("E1001 out of memory");
        odd.on("GET", "/v1/predictions/abc123", 200, over).await;
        let ran = odd.run(GENERATE).await;
        assert_eq!(ran.code, Some(4), "{end}: {ran:?}");
        assert!(ran.stderr.contains("abc123") && ran.stderr.contains("E1001"), "{}", ran.stderr);
        let ran = odd.run(&["predictions", "wait", "abc123"]).await;
        assert_eq!(ran.code, Some(4), "{end}: {ran:?}");
        let ran = odd.run(&["predictions", "get", "abc123"]).await;
        assert_eq!(ran.code, Some(0), "get, whatever the status: {ran:?}");
    }
}

#[tokio::test]
async fn five_when_the_deadline_passes_and_a_cancel_is_asked_for() {
    let slow = Emulator::builder().time_scale(0.1).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut command = quickrouter(folder.path());
    command.args(GENERATE).args(["--timeout", "3s"]);
    command.env("QUICKROUTER_BASE_URL", slow.base_url()).env("QUICKROUTER_API_KEY", slow.key());
    let ran = Ran::of(command).await;
    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert!(ran.stderr.contains("canceled"), "{}", ran.stderr);
}

#[tokio::test]
async fn six_when_a_create_was_sent_and_its_outcome_is_unknown() {
    let unknown = [
        (500, json!({"error": {"message": "x", "code": "do_request_failed"}})),
        (502, json!("")),
        (200, json!({"ok": 1})),
    ];
    for (status, body) in unknown {
        let odd = Odd::new().await;
        odd.on("POST", "/v1/predictions", status, body).await;
        let ran = odd.run(GENERATE).await;
        assert_eq!(ran.code, Some(6), "{status}: {ran:?}");
        assert!(ran.stderr.contains("outcome is unknown"), "{}", ran.stderr);
        // Its list is not relayed, so nobody is sent there.
        assert!(!ran.stderr.contains("predictions list"), "{}", ran.stderr);
    }
    let odd = Odd::new().await;
    odd.server
        .mock_async(|when, then| {
            when.method("POST");
            then.status(201).delay(Duration::from_secs(20)).json_body(prediction("starting"));
        })
        .await;
    let ran = odd.run(&["generate", "a", "--timeout", "500ms"]).await;
    assert_eq!(ran.code, Some(6), "6 wins over 5: {ran:?}");
}

#[tokio::test]
async fn several_ids_are_all_tried_when_one_fails() {
    let stage = Stage::new().await;
    let ran = stage.run(&["generate", "a", "--width", "64", "--height", "64"]).await;
    assert_eq!(ran.code, Some(0));
    let id = stage.files()[0].rsplit_once('-').unwrap().0.to_owned();
    let ran = stage.run(&["predictions", "get", "nothing", &id]).await;
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stdout.contains(&id) && ran.stderr.contains("nothing"), "{ran:?}");
}

#[tokio::test]
async fn a_failure_after_the_create_is_told_in_json_too() {
    let odd = Odd::new().await;
    odd.on("POST", "/v1/predictions", 201, prediction("failed")).await;
    let ran = odd.run(&["generate", "a", "--json"]).await;
    assert_eq!(ran.code, Some(4), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["error"]["prediction_id"], "abc123");
    assert_eq!(document["prediction"]["status"], "failed");
}
