//! The command against answers that relays, storages and firewalls were reported to give: what is on
//! disk afterwards, and how it exits. The server is a few lines of its own, and not the emulator.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Ran, command};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
const ID: &str = "abc123";

/// What a request is answered with.
struct Reply {
    status: u16,
    media_type: &'static str,
    body: Vec<u8>,
}

fn reply(status: u16, media_type: &'static str, body: impl Into<Vec<u8>>) -> Reply {
    Reply { status, media_type, body: body.into() }
}

fn json_reply(status: u16, body: &Value) -> Reply {
    reply(status, "application/json", body.to_string())
}

/// Answers the request line by how often it has come before, knowing where the server is.
type Answers = fn(line: &str, before: usize, origin: &str) -> Reply;

struct Wild {
    origin: String,
    asked: Arc<Mutex<Vec<String>>>,
    folder: TempDir,
}

impl Wild {
    fn new(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (log, own) = (asked.clone(), origin.clone());
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let (log, own) = (log.clone(), own.clone());
                // A caller that breaks off is none of the server's business.
                thread::spawn(move || drop(serve(socket, &log, answers, &own)));
            }
        });
        Self { origin, asked, folder: tempfile::tempdir().unwrap() }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let base = format!("{}/replicate", self.origin);
        command(self.folder.path(), &base, arguments).output().unwrap().into()
    }

    /// The files in the folder, by name.
    /// What it saved, without what it remembers in its home folder.
    fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let files = entries.map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.filter(|path| !path.ends_with("home")).collect();
        files.sort();
        files
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn serve(
    socket: TcpStream,
    log: &Mutex<Vec<String>>,
    answers: Answers,
    origin: &str,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(socket);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? <= 2 {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
    }
    std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
    let line = first.trim().trim_end_matches(" HTTP/1.1").to_owned();
    let before = {
        let mut log = log.lock().unwrap();
        let before = log.iter().filter(|known| **known == line).count();
        log.push(line.clone());
        before
    };
    let Reply { status, media_type, body } = answers(&line, before, origin);
    let socket = reader.get_mut();
    write!(
        socket,
        "HTTP/1.1 {status} x\r\ncontent-type: {media_type}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    )?;
    socket.write_all(&body)
}

fn is_create(line: &str) -> bool {
    line.starts_with("POST") && !line.ends_with("/cancel")
}

#[test]
fn a_picture_beside_an_empty_field_is_saved() {
    let wild = Wild::new(|line, _, origin| match line {
        line if is_create(line) => {
            let item =
                json!({"url": format!("{origin}/u.png"), "b64_json": "", "revised_prompt": ""});
            json_reply(200, &json!({"data": [item], "created": 1_762_510_317}))
        }
        _ => reply(200, "image/png", PNG),
    });
    for files in [1, 2] {
        let ran = wild.run(&["generate", "a"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert_eq!(wild.files().len(), files, "each of one second is kept: {:?}", wild.files());
    }
    for file in wild.files() {
        assert_eq!(std::fs::read(&file).unwrap(), PNG, "{}", file.display());
    }
}

#[test]
fn blocked_items_exit_4_and_beside_good_ones_1() {
    let wild = Wild::new(|_, _, _| {
        let error = json!({"message": "blocked by moderation", "code": "moderation_blocked"});
        json_reply(200, &json!({"created": 5, "data": [{"error": error}]}))
    });
    let ran = wild.run(&["generate", "a"]);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert!(ran.stderr.contains("blocked by moderation (moderation_blocked)"), "{ran:?}");
    assert!(
        wild.files().iter().all(|file| file.extension().is_none_or(|own| own != "txt")),
        "{:?}",
        wild.files()
    );

    let wild = Wild::new(|line, _, origin| match line {
        line if is_create(line) => {
            let good = json!({"url": format!("{origin}/u.png")});
            json_reply(200, &json!({"created": 5, "data": [good, {"error": "blocked"}]}))
        }
        _ => reply(200, "image/png", PNG),
    });
    let ran = wild.run(&["generate", "a"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.stdout.lines().count(), 1, "the good one is named: {ran:?}");
}

#[test]
fn a_page_in_the_place_of_a_picture_exits_1_with_id_and_url() {
    let wild = Wild::new(|line, _, origin| match line {
        line if is_create(line) => {
            let output = [format!("{origin}/u.png")];
            json_reply(201, &json!({"id": ID, "status": "succeeded", "output": output}))
        }
        _ => reply(200, "image/png", "<html><title>Just a moment...</title></html>"),
    });
    let ran = wild.run(&["generate", "a"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains(ID) && ran.stderr.contains("/u.png"), "{ran:?}");
    assert!(wild.files().is_empty(), "{:?}", wild.files());
}

#[test]
fn what_is_not_understood_after_a_create_is_kept_whole_for_its_owner() {
    let wild = Wild::new(|line, _, origin| match line {
        line if is_create(line) => {
            let usage = json!({"note": "n".repeat(600)});
            let result = json!({"images": [{"url": format!("{origin}/u.png")}]});
            json_reply(200, &json!({"code": "success", "usage": usage, "result": result}))
        }
        _ => json_reply(404, &json!({"error": {"message": "Invalid URL"}})),
    });
    for arguments in [&["generate", "a"][..], &["generate", "a", "--json"]] {
        let ran = wild.run(arguments);
        assert_eq!(ran.code, Some(6), "{ran:?}");
        let named = |file: &PathBuf| ran.stderr.contains(name(file));
        let kept = wild.files().into_iter().find(named).expect("a file that is named");
        let whole: Value = serde_json::from_slice(&std::fs::read(&kept).unwrap()).unwrap();
        assert_eq!(whole["result"]["images"][0]["url"], format!("{}/u.png", wild.origin));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    assert_eq!(wild.files().len(), 2, "no response replaces another: {:?}", wild.files());
}

#[test]
fn every_dialect_of_done_is_waited_for_and_saved() {
    let wild = Wild::new(|line, before, origin| match (line, before) {
        (line, _) if is_create(line) => {
            json_reply(200, &json!({"code": "success", "data": {"id": 77, "status": "NOT_START"}}))
        }
        ("GET /u.png", _) => reply(200, "image/png", PNG),
        ("GET /replicate/v1/predictions/77", 0) => {
            reply(403, "text/html", "<html><title>Attention Required!</title></html>")
        }
        _ => {
            let output = format!("{origin}/u.png");
            json_reply(200, &json!({"id": 77, "status": "SUCCESS", "output": output}))
        }
    });
    let ran = wild.run(&["generate", "a"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(name(&wild.files()[0]), "77-0.png");
    let ran = wild.run(&["predictions", "save", "77", "--output", "again"]);
    assert_eq!((ran.code, ran.stdout.trim()), (Some(0), "again/77-0.png"), "{ran:?}");
}

#[test]
fn at_the_deadline_what_is_there_is_saved_before_a_cancel_is_asked_for() {
    let wild = Wild::new(|line, _, origin| match line {
        line if is_create(line) => json_reply(201, &json!({"id": ID, "status": "starting"})),
        "GET /u.png" => reply(200, "image/png", PNG),
        line if line.ends_with("/cancel") => {
            json_reply(200, &json!({"id": ID, "status": "canceled", "output": null}))
        }
        _ => {
            let output = [format!("{origin}/u.png")];
            json_reply(200, &json!({"id": ID, "status": "processing", "output": output}))
        }
    });
    let ran = wild.run(&["generate", "a", "--timeout", "2s"]);
    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert_eq!(ran.stdout.trim(), "./abc123-0.png", "{ran:?}");
    assert!(ran.stderr.contains("abc123-0.png") && ran.stderr.contains("canceled"), "{ran:?}");
    let asked = wild.asked();
    let at = |line: &str| asked.iter().position(|known| known.contains(line)).expect(line);
    assert!(at("GET /u.png") < at("/cancel"), "{asked:?}");
}

#[test]
fn what_ends_while_it_is_canceled_is_saved_as_a_success() {
    let wild = Wild::new(|line, _, origin| {
        let prediction = |status: &str, outputs: usize| {
            let output = vec![format!("{origin}/u.png"); outputs];
            json_reply(200, &json!({"id": ID, "status": status, "output": output}))
        };
        match line {
            line if is_create(line) => prediction("starting", 0),
            "GET /u.png" => reply(200, "image/png", PNG),
            line if line.ends_with("/cancel") => prediction("succeeded", 2),
            _ => prediction("processing", 1),
        }
    });
    let ran = wild.run(&["generate", "a", "--timeout", "2s"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let names: Vec<_> = wild.files().iter().map(|file| name(file).to_owned()).collect();
    assert_eq!(names, ["abc123-0.png", "abc123-1.png"], "{ran:?}");
}

#[test]
fn outputs_that_did_not_come_are_counted() {
    let wild = Wild::new(|line, _, origin| match line {
        line if is_create(line) => {
            let output = [format!("{origin}/u.png")];
            let logs = "NSFW content detected in image 2";
            json_reply(
                201,
                &json!({"id": ID, "status": "succeeded", "output": output, "logs": logs}),
            )
        }
        _ => reply(200, "image/png", PNG),
    });
    let ran = wild.run(&["generate", "a", "--num-outputs", "4"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("3 of 4 outputs are missing: NSFW content detected"), "{ran:?}");
}

#[test]
fn a_wait_that_is_given_up_says_how_to_go_on() {
    let wild = Wild::new(|_, _, _| json_reply(401, &json!({"detail": "Invalid token"})));
    let ran = wild.run(&["predictions", "wait", ID]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("may still run and be billed"), "{ran:?}");
    assert!(ran.stderr.contains("`quickrouter predictions wait abc123`"), "{ran:?}");
}

#[test]
fn content_that_cannot_be_decoded_is_in_a_file_and_not_on_the_terminal() {
    let wild = Wild::new(|_, _, _| {
        let content = "!".repeat(800_000);
        json_reply(200, &json!({"created": 5, "data": [{"b64_json": content}]}))
    });
    let ran = wild.run(&["generate", "a"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.len() < 2000, "{} bytes", ran.stderr.len());
    let [kept] = &wild.files()[..] else { panic!("{:?}", wild.files()) };
    assert!(std::fs::metadata(kept).unwrap().len() > 800_000);
    assert!(ran.stderr.contains(name(kept)), "{ran:?}");
}

#[test]
fn outputs_of_a_prediction_that_failed_are_saved_and_named() {
    let wild = Wild::new(|line, _, origin| match line {
        line if is_create(line) => {
            let output = [format!("{origin}/u.png")];
            json_reply(
                201,
                &json!({"id": ID, "status": "failed", "error": "E1001", "output": output}),
            )
        }
        _ => reply(200, "image/png", PNG),
    });
    let ran = wild.run(&["generate", "a"]);
    assert_eq!((ran.code, ran.stdout.trim()), (Some(4), "./abc123-0.png"), "{ran:?}");
    assert!(ran.stderr.contains("E1001") && ran.stderr.contains("abc123-0.png"), "{ran:?}");
}
