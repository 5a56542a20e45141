//! `serve`, `models` and the tools of a shell.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use crate::command::{Ran, Stage, files, outside, quickrouter};
#[cfg(unix)]
use crate::interrupts::{interrupt, until};

/// A running `quickrouter serve`, stopped when dropped.
pub(crate) struct Serve {
    pub(crate) child: Child,
    exports: Vec<String>,
}

impl Serve {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = std::env::temp_dir();
        let mut command = quickrouter(&folder);
        command.arg("serve").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let exports = stdout.lines().take(2).map(Result::unwrap).collect();
        Self { child, exports }
    }

    pub(crate) fn value(&self, name: &str) -> String {
        let prefix = format!("export {name}=");
        let line = self.exports.iter().find_map(|line| line.strip_prefix(&prefix));
        line.unwrap_or_else(|| panic!("no {name} in {:?}", self.exports))
            .trim_matches('\'')
            .to_owned()
    }
}

#[cfg(unix)]
impl Serve {
    /// All that it says on stderr, up to its end.
    pub(crate) fn stderr(&mut self) -> String {
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        stderr
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_first_two_lines_of_serve_are_ready_for_a_shell() {
    let serve = Serve::start(&["--port", "0", "--key", "it's-a-key"]);
    let script = format!(
        "{}\nprintf '%s|%s' \"$QUICKROUTER_BASE_URL\" \"$QUICKROUTER_API_KEY\"",
        serve.exports.join("\n")
    );
    let shell = Command::new("sh").args(["-c", &script]).output().unwrap();
    let told = String::from_utf8(shell.stdout).unwrap();
    let (base, key) = told.split_once('|').unwrap();
    assert!(base.starts_with("http://127.0.0.1:") && base.ends_with("/replicate"), "{base}");
    assert_eq!(key, "it's-a-key");
}

#[cfg(unix)]
#[tokio::test]
async fn serve_serves_until_it_is_interrupted() {
    let mut serve = Serve::start(&[]);
    let (base, key) = (serve.value("QUICKROUTER_BASE_URL"), serve.value("QUICKROUTER_API_KEY"));
    let folder = tempfile::tempdir().unwrap();
    let mut command = quickrouter(folder.path());
    command.args([
        "generate",
        "a",
        "--width",
        "64",
        "--height",
        "64",
        "--num-inference-steps",
        "1",
    ]);
    command.env("QUICKROUTER_BASE_URL", &base).env("QUICKROUTER_API_KEY", &key);
    let ran = Ran::of(command).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(files(folder.path()).len(), 1);
    interrupt(&serve.child, "-INT");
    let status = serve.child.wait().unwrap();
    let stderr = serve.stderr();
    assert_eq!(status.code(), Some(0), "{stderr}");
}

/// Sends a create and waits until it is being dealt with.
#[cfg(unix)]
async fn under_way(serve: &Serve) -> std::net::TcpStream {
    use std::io::Write as _;
    let address = serve.value("QUICKROUTER_BASE_URL").replace("http://", "");
    let address = address.trim_end_matches("/replicate");
    let mut held = std::net::TcpStream::connect(address).unwrap();
    let body = r#"{"version": "stability-ai/sdxl", "input": {}}"#;
    let length = body.len();
    let start = "POST /replicate/v1/predictions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer k\r\n";
    write!(held, "{start}Content-Length: {length}\r\n\r\n{body}").unwrap();
    let stats = async || {
        outside().get(format!("http://{address}/emulator/stats")).send().await?.text().await
    };
    until(async || stats().await.unwrap().contains("\"requests\":1")).await;
    held
}

#[cfg(unix)]
#[tokio::test]
async fn a_create_that_is_accepted_while_serve_stops_is_counted() {
    let late = r#"{"on": {"route": "create"}, "do": {"delay_before": 1.5}}"#;
    let mut serve = Serve::start(&["--fault", late]);
    let held = under_way(&serve).await;
    interrupt(&serve.child, "-INT");
    let stderr = serve.stderr();
    let answered = BufReader::new(held).lines().next().unwrap().unwrap();
    assert_eq!(answered, "HTTP/1.1 201 Created");
    assert!(stderr.contains("1 create was accepted"), "{stderr}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_interrupt_does_not_wait_for_what_is_under_way() {
    use std::time::{Duration, Instant};
    let late = r#"{"on": {"route": "create"}, "do": {"delay_before": 60}}"#;
    let mut serve = Serve::start(&["--fault", late]);
    let _held = under_way(&serve).await;
    let begun = Instant::now();
    interrupt(&serve.child, "-INT");
    let stderr = BufReader::new(serve.child.stderr.take().unwrap());
    assert!(stderr.lines().any(|line| line.unwrap().contains("stopping")));
    tokio::time::sleep(Duration::from_millis(500)).await;
    interrupt(&serve.child, "-INT");
    assert_eq!(serve.child.wait().unwrap().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn serve_can_be_like_a_relay_and_meet_faults() {
    let folder = tempfile::tempdir().unwrap();
    let faults = folder.path().join("faults.json");
    let reset = r#"{"faults": [{"on": {"route": "create", "nth": 1}, "do": "reset_after"}]}"#;
    std::fs::write(&faults, reset).unwrap();
    let serve = Serve::start(&[
        "--personality",
        "gateway",
        "--time-scale",
        "0",
        "--faults",
        faults.to_str().unwrap(),
        "--fault",
        r#"{"on": {"route": "create", "nth": 2}, "do": {"answer": {"code": "model_not_found"}}}"#,
    ]);
    let mut codes = Vec::new();
    for _ in 0..3 {
        let mut command = quickrouter(folder.path());
        command.args(["generate", "a", "--width", "64", "--height", "64", "--output", "made"]);
        command.env("QUICKROUTER_BASE_URL", serve.value("QUICKROUTER_BASE_URL"));
        command.env("QUICKROUTER_API_KEY", serve.value("QUICKROUTER_API_KEY"));
        codes.push(Ran::of(command).await.code);
    }
    assert_eq!(codes, [Some(6), Some(3), Some(0)], "unknown, refused, made");
    assert_eq!(files(&folder.path().join("made")).len(), 1);
}

#[tokio::test]
async fn faults_that_are_not_in_order_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("faults.json"), "{\"faults\": 7}").unwrap();
    for (arguments, told) in [
        (["--fault", r#"{"do": "explode"}"#], "unknown variant `explode`"),
        (["--faults", "faults.json"], "--faults faults.json"),
        (["--faults", "nowhere.json"], "cannot be read"),
        (["--time-scale", "-1"], "not -1"),
    ] {
        let mut command = quickrouter(folder.path());
        command.arg("serve").args(arguments);
        let ran = Ran::of(command).await;
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(told), "{ran:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn on_localhost_the_command_serves_others_and_warns_of_nothing() {
    let mut serve =
        Serve::start(&["--host", "localhost", "--time-scale", "0", "--cors", "--key", "k"]);
    let base = serve.value("QUICKROUTER_BASE_URL");
    assert!(base.starts_with("http://localhost:"), "{base}");
    let folder = tempfile::tempdir().unwrap();
    let mut command = quickrouter(folder.path());
    command.args(["generate", "a", "--width", "64", "--height", "64"]);
    command.env("QUICKROUTER_BASE_URL", &base).env("QUICKROUTER_API_KEY", "k");
    let ran = Ran::of(command).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    interrupt(&serve.child, "-INT");
    assert!(!serve.stderr().contains("warning"));
}

#[cfg(unix)]
#[tokio::test]
async fn what_opens_the_emulator_to_others_is_warned_of() {
    for (arguments, told) in
        [(&["--host", "0.0.0.0"][..], "from other machines"), (&["--cors"], "--cors without --key")]
    {
        let mut serve = Serve::start(arguments);
        interrupt(&serve.child, "-INT");
        let stderr = serve.stderr();
        assert!(stderr.contains("warning") && stderr.contains(told), "{stderr}");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let mut command = quickrouter(folder.path());
    command.args(["serve", "--port", &port]);
    let ran = Ran::of(command).await;
    assert_ne!(ran.code, Some(0));
    assert!(ran.stderr.contains(&port), "{ran:?}");
}

#[tokio::test]
async fn models_lists_every_model_of_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = quickrouter(folder.path());
    command.arg("models");
    let ran = Ran::of(command).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for model in quickrouter::catalog::models() {
        assert!(ran.stdout.contains(model.name), "{}", model.name);
    }
}

#[tokio::test]
async fn a_reader_that_hangs_up_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = quickrouter(folder.path());
    command.args(["models", "sdxl"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output =
        tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn predictions_are_listed_waited_for_canceled_and_saved() {
    let stage = Stage::new().await;
    for prompt in ["a", "b"] {
        stage.run(&["generate", prompt, "--width", "64", "--height", "64"]).await;
    }
    let ran = stage.run(&["predictions", "list"]).await;
    assert_eq!((ran.code, ran.lines().len()), (Some(0), 2), "{ran:?}");
    let id = ran.lines()[0].split_whitespace().next().unwrap().to_owned();
    for action in ["get", "wait", "cancel"] {
        let ran = stage.run(&["predictions", action, &id, "--json"]).await;
        assert_eq!(ran.code, Some(0), "{action}: {ran:?}");
        let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(document["id"], id.as_str());
    }
    let ran = stage.run(&["predictions", "save", &id, "--output", "elsewhere"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(files(&stage.folder.path().join("elsewhere")).len(), 1);
}
