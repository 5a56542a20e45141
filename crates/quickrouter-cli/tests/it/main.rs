//! The command against a gateway that says odd things, and with places that cannot be written.

mod again;
mod auth;
#[cfg(unix)]
mod billed;
mod cache;
mod certificates;
mod completions;
mod configuration;
mod detach;
mod doctor;
mod dry_run;
mod explain;
mod given;
mod keys;
mod languages;
mod layers;
mod mcp;
mod money;
#[cfg(unix)]
mod paths;
mod proxies;
mod references;
mod rescue;
mod scripted;
mod served;
mod sidecar;
mod signals;
#[cfg(unix)]
mod terminal;
mod uploads;
mod wild;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use quickrouter::catalog::ModelInput;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The command in a folder of its own, with nothing of the caller's settings.
fn command(folder: &Path, base: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quickrouter"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("QUICKROUTER_") {
            command.env_remove(name);
        }
    }
    for (name, inner) in [
        ("HOME", "home"),
        ("XDG_CONFIG_HOME", "home/config"),
        ("XDG_CACHE_HOME", "home/cache"),
        ("XDG_STATE_HOME", "home/state"),
    ] {
        command.env(name, folder.join(inner));
    }
    command.env("LC_ALL", "C").env("NO_PROXY", "127.0.0.1");
    command.env("QUICKROUTER_BASE_URL", base).env("QUICKROUTER_API_KEY", "k");
    command
}

/// Columns without the blanks between them, whose number depends on the lengths of paths and ports.
fn narrow(text: &str) -> String {
    let line = |line: &str| {
        let (words, indent) = (line.trim_start(), line.len() - line.trim_start().len());
        let cells = words.split("  ").filter(|cell| !cell.is_empty()).map(str::trim);
        format!("{}{}", " ".repeat(indent), cells.collect::<Vec<_>>().join("  "))
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Answers a request line with a status and a body.
type Answers = fn(&str) -> (u16, Value);

/// A gateway of canned answers, which knows what it was asked, and a folder to work in.
struct Odd {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
    folder: TempDir,
}

impl Odd {
    fn new(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/replicate", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let log = asked.clone();
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                // A caller that breaks off is none of the server's business.
                let _ = serve(socket, &log, answers);
            }
        });
        Self { base, asked, folder: tempfile::tempdir().unwrap() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), &self.base, arguments)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// With a stdout whose reader has gone.
    fn unread(&self, arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        child.wait_with_output().unwrap().into()
    }

    /// With this on stdin.
    fn fed(&self, arguments: &[&str], stdin: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that refuses what it was given does not read it.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        child.wait_with_output().unwrap().into()
    }

    /// The input of the last create.
    fn input(&self) -> Value {
        let asked = self.asked.lock().unwrap();
        let last = asked.iter().rfind(|line| line.starts_with("POST")).expect("a create");
        let (_, body) = last.split_once('\n').unwrap();
        serde_json::from_str::<Value>(body).unwrap()["input"].take()
    }

    fn creates(&self) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|line| line.starts_with("POST") && !line.contains("/cancel")).count()
    }
}

#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// Reads one request, notes its first line and its body, and then answers it: who has the answer can
/// rely on the note.
fn serve(socket: TcpStream, log: &Mutex<Vec<String>>, answers: Answers) -> std::io::Result<()> {
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
    let mut content = vec![0; length];
    reader.read_exact(&mut content)?;
    log.lock().unwrap().push(format!("{first}{}", String::from_utf8_lossy(&content)));
    let (status, body) = answers(&first);
    // A text is no JSON, but a page.
    let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn failed(_: &str) -> (u16, Value) {
    (201, json!({"id": "p1", "status": "failed", "error": "E1001"}))
}

#[test]
fn what_a_server_says_is_shown_on_one_line_and_not_obeyed() {
    const ID: &str = "p\u{1b}[2J\u{9b}1m\nerror: forged\r\u{202e}";
    let odd = Odd::new(|_| {
        let text = |name: &str| ID.replacen('p', name, 1);
        let (model, error) = (text("model"), text("why"));
        (200, json!({"id": ID, "status": text("odd"), "model": model, "error": error}))
    });
    for arguments in [
        &["predictions", "get", ID][..],
        &["predictions", "wait", ID, "--timeout", "2s"],
        &["generate", "a", "--timeout", "2s"],
        &["generate", "a", "--timeout", "2s", "-v"],
    ] {
        let ran = odd.run(arguments);
        let shown = format!("{}{}", ran.stdout, ran.stderr);
        assert!(shown.contains("odd\u{fffd}[2J\u{fffd}1m"), "{ran:?}");
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{ran:?}");
        assert!(!shown.contains('\u{202e}'), "nothing turns the order of what is read: {ran:?}");
        assert!(!shown.contains("\nerror: forged"), "{ran:?}");
    }
}

#[test]
fn a_reader_that_has_gone_hides_no_failure() {
    let odd = Odd::new(failed);
    assert_eq!(odd.unread(&["generate", "a", "--json"]).code, Some(4));
    assert_eq!(odd.unread(&["predictions", "wait", "p1"]).code, Some(4));
    assert_eq!(odd.unread(&["predictions", "get", "p1"]).code, Some(0), "nothing failed");
    let unknown = Odd::new(|_| (500, json!({})));
    assert_eq!(unknown.unread(&["generate", "a", "--json"]).code, Some(6));
    let one_unknown =
        Odd::new(|line| if line.contains("nothing") { (404, json!({})) } else { failed(line) });
    assert_eq!(one_unknown.unread(&["predictions", "get", "nothing", "p1"]).code, Some(3));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_hides_no_failure() {
    let odd = Odd::new(|_| (500, json!({})));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = odd.command(&["generate", "a", "--json"]).stdout(full).output().unwrap();
    let ran = Ran::from(output);
    assert_eq!(ran.code, Some(6), "{ran:?}");
    assert!(ran.stderr.contains("stdout cannot be written"), "{ran:?}");
}

#[test]
fn a_folder_that_cannot_be_written_is_refused_before_a_create() {
    let odd = Odd::new(failed);
    std::fs::write(odd.folder.path().join("file"), "").unwrap();
    for command in [&["generate", "a"][..], &["run", "some/model", "--input", "{}"]] {
        let ran = odd.run(&[command, &["--output", "file/pictures"]].concat());
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains("file/pictures"), "{ran:?}");
    }
    assert_eq!(odd.creates(), 0);
}

#[test]
fn refused_input_leaves_no_folder_behind() {
    let odd = Odd::new(failed);
    let ran = odd.run(&["generate", "a", "--num-outputs", "0", "--output", "new"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(!odd.folder.path().join("new").exists());
}

#[test]
fn a_list_goes_on_after_an_entry_that_cannot_be_read() {
    let odd = Odd::new(|_| {
        let entry = |id: &str| json!({"id": id, "status": "succeeded"});
        (200, json!({"results": [entry("p1"), {"odd": 1}, entry("p2")]}))
    });
    let ran = odd.run(&["predictions", "list"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.stdout.lines().count(), 2, "{ran:?}");
    assert!(ran.stdout.contains("p2") && ran.stderr.contains("it has no id"), "{ran:?}");
}

#[test]
fn outputs_without_an_id_are_named_when_they_are_not_saved() {
    let odd = Odd::new(|_| {
        (200, json!({"created": 2, "data": [{"url": "http://127.0.0.1:9/gone.png"}]}))
    });
    let ran = odd.run(&["generate", "a", "--timeout", "2s"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.lines().any(|line| line == "http://127.0.0.1:9/gone.png"), "{ran:?}");
    assert!(ran.stderr.contains("quickrouter-unread-"), "{ran:?}");
    let ran = odd.unread(&["generate", "a", "--timeout", "2s", "--json"]);
    assert!(ran.stderr.lines().any(|line| line == "http://127.0.0.1:9/gone.png"), "{ran:?}");
}

#[test]
fn a_warning_is_told_once_in_the_language_of_the_locale() {
    let odd = Odd::new(failed);
    let rules = quickrouter::inputs::SdxlInput::model().rules();
    let rule = rules.iter().find(|rule| rule.field == "lora_scale").unwrap();
    for (locale, told, untold) in
        [("C", &rule.message, &rule.message_zh), ("zh_CN.UTF-8", &rule.message_zh, &rule.message)]
    {
        let mut command = odd.command(&["generate", "a", "--lora-scale", "0.5", "-v"]);
        let ran = Ran::from(command.env("LC_ALL", locale).output().unwrap());
        assert_eq!(ran.stderr.matches(told.as_str()).count(), 1, "{ran:?}");
        assert!(!ran.stderr.contains(untold.as_str()), "{ran:?}");
    }
}
