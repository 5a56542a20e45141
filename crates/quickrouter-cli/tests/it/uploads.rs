//! Files that do not fit into an input: uploaded last, before the create, and told of.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Answers, Odd, Ran, failed};

/// Keeps files, and fails what is created of them.
fn relays(line: &str) -> (u16, Value) {
    if line.contains("/v1/files") {
        return (201, json!({"id": "f1", "urls": {"get": "https://files.example/f1"}}));
    }
    failed(line)
}

/// Takes a file and says nothing.
fn silent(_: &str) -> (u16, Value) {
    thread::sleep(Duration::from_secs(600));
    (500, Value::Null)
}

/// A gateway, and a folder with a file that is too large for an input.
fn with_a_large_file(answers: Answers) -> Odd {
    let odd = Odd::new(answers);
    let large = std::fs::File::create(odd.folder.path().join("large.png")).unwrap();
    large.set_len(quickrouter::catalog::limits::INLINE_FILE_BYTES * 5 / 2).unwrap();
    odd
}

const LARGE: &[&str] = &["generate", "a", "--image", "large.png"];

impl Odd {
    /// The first lines of what it was asked.
    fn lines(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let line = |asked: &String| asked.lines().next().unwrap_or_default().to_owned();
        asked.iter().map(line).collect()
    }
}

#[test]
fn a_large_file_is_uploaded_and_its_url_is_what_the_create_has() {
    let odd = with_a_large_file(relays);
    let ran = odd.run(&[LARGE, &["--mask", "large.png"]].concat());
    assert_eq!(ran.code, Some(4), "{ran:?}");
    let (upload, create) =
        ("POST /replicate/v1/files HTTP/1.1", "POST /replicate/v1/predictions HTTP/1.1");
    assert_eq!(odd.lines(), [upload, upload, create]);
    let create = odd.asked.lock().unwrap()[2].clone();
    let (_, body) = create.split_once('\n').unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let url = "https://files.example/f1";
    assert_eq!(body["input"], json!({"image": url, "mask": url, "prompt": "a"}));
    let told: Vec<_> = ran.stderr.lines().take(2).collect();
    let expected =
        ["--image", "--mask"].map(|flag| format!("uploading {flag} large.png (2.50 MiB)"));
    assert_eq!(told, expected, "{ran:?}");
    assert!(!odd.run(&[LARGE, &["-q"]].concat()).stderr.contains("uploading"));
}

#[test]
fn everything_else_is_checked_before_anything_is_uploaded() {
    let odd = with_a_large_file(relays);
    std::fs::write(odd.folder.path().join("file"), "").unwrap();
    let refused: [&[&str]; 7] = [
        &["--num-outputs", "5"],
        &["--scheduler", "EULER"],
        &["--input", r#"{"widht": 8}"#],
        &["--prompt", "b"],
        &["--mask", "missing.png"],
        &["--output", "file/pictures"],
        &["--cancel-after", "1s"],
    ];
    for arguments in refused {
        let ran = odd.run(&[LARGE, arguments].concat());
        assert_eq!(ran.code, Some(2), "{arguments:?}: {ran:?}");
        assert!(!ran.stderr.contains("upload"), "{arguments:?}: {ran:?}");
    }
    let mut without_key = odd.command(LARGE);
    let ran = Ran::from(without_key.env_remove("QUICKROUTER_API_KEY").output().unwrap());
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(odd.lines(), [""; 0]);
}

#[test]
fn what_the_model_would_ignore_is_told_once_and_before_the_upload() {
    let odd = with_a_large_file(relays);
    let ran = odd.run(&["generate", "a", "--mask", "large.png"]);
    assert_eq!(ran.stderr.matches("mask is ignored without image").count(), 1, "{ran:?}");
    assert!(ran.stderr.find("warning:") < ran.stderr.find("uploading"), "{ran:?}");
}

#[test]
fn a_gateway_without_uploads_says_what_to_do_and_nothing_is_created() {
    let odd = with_a_large_file(|line| {
        if line.contains("/v1/files") {
            return (404, json!({"error": {"message": "Invalid URL (POST /v1/files)"}}));
        }
        failed(line)
    });
    let ran = odd.run(&[LARGE, &["--json"]].concat());
    assert_eq!((ran.code, odd.lines().len()), (Some(3), 1), "{ran:?}");
    for part in ["--image ", "does not relay uploads", "https URL", "nothing was created"] {
        assert!(ran.stderr.contains(part), "{part}: {ran:?}");
    }
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&document["error"]["exit_code"], &document["prediction"]),
        (&json!(3), &json!(null))
    );
}

#[test]
fn an_upload_ends_with_the_deadline() {
    let odd = with_a_large_file(silent);
    let ran = odd.run(&[LARGE, &["--timeout", "1s"]].concat());
    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert!(
        ran.stderr.contains("--image") && ran.stderr.contains("nothing was created"),
        "{ran:?}"
    );
}

#[test]
fn the_emulator_of_the_command_gets_the_file_and_nobody_else() {
    let odd = with_a_large_file(relays);
    let ran = odd.run(&[LARGE, &["--emulator"]].concat());
    assert!(ran.stderr.contains("uploading"), "{ran:?}");
    assert_eq!(odd.lines(), [""; 0]);
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let mut kill = std::process::Command::new("kill");
    assert!(kill.args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn an_interrupt_while_it_is_uploaded_ends_at_once() {
    let odd = with_a_large_file(silent);
    let mut command = odd.command(LARGE);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut told = String::new();
    stderr.read_line(&mut told).unwrap();
    assert!(told.starts_with("uploading"), "{told}");
    let start = Instant::now();
    interrupt(&child);
    stderr.read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{told}");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(told.ends_with("large.png was uploaded\n  nothing was created\n"), "{told}");
}
