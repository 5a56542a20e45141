//! A signal that is ignored when the command starts stays ignored.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Odd, Ran};

static DONE: AtomicBool = AtomicBool::new(false);

/// A prediction that runs until it may be done.
fn running(line: &str) -> (u16, Value) {
    let png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==";
    let body = match line {
        _ if line.contains("/cancel") => json!({"id": "p1", "status": "canceled"}),
        _ if line.starts_with("POST") => json!({"id": "p1", "status": "starting"}),
        _ if DONE.load(Ordering::SeqCst) => {
            json!({"id": "p1", "status": "succeeded", "output": [png]})
        }
        _ => json!({"id": "p1", "status": "processing"}),
    };
    (200, body)
}

/// The same command, started by a shell that ignores a signal.
fn ignoring(signal: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("trap '' {signal}; exec \"$0\" \"$@\""));
    shell.arg(command.get_program()).args(command.get_args());
    shell.current_dir(command.get_current_dir().unwrap()).stdin(Stdio::null());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

fn started(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn send(signal: &str, child: &Child) {
    let mut kill = Command::new("kill");
    assert!(kill.args(["-s", signal, &child.id().to_string()]).status().unwrap().success());
}

/// Waits for the first look at the prediction.
fn looked_at(odd: &Odd) {
    let start = Instant::now();
    while !odd.asked.lock().unwrap().iter().any(|line| line.starts_with("GET")) {
        assert!(start.elapsed() < Duration::from_secs(30), "it is never looked at");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn canceled(odd: &Odd) -> bool {
    odd.asked.lock().unwrap().iter().any(|line| line.contains("/cancel"))
}

#[test]
fn an_ignored_signal_is_left_alone_and_others_interrupt() {
    let (run, wait) = (["run", "some/model", "--input", "{}"], ["predictions", "wait", "p1"]);
    let cases: [(&str, &[&str]); 5] = [
        ("HUP", &["generate", "a"]),
        ("INT", &["generate", "a"]),
        ("TERM", &["generate", "a"]),
        ("INT", &run),
        ("HUP", &wait),
    ];
    for (signal, arguments) in cases {
        DONE.store(false, Ordering::SeqCst);
        let odd = Odd::new(running);
        let child = started(ignoring(signal, &odd.command(arguments)));
        looked_at(&odd);
        send(signal, &child);
        std::thread::sleep(Duration::from_millis(300));
        DONE.store(true, Ordering::SeqCst);
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!(ran.code, Some(0), "{signal} {arguments:?}: {ran:?}");
        assert!(!canceled(&odd), "{signal} {arguments:?}");
        let saved = std::fs::read_dir(odd.folder.path()).unwrap().map(Result::unwrap);
        let saved = saved.filter(|entry| entry.file_name() != "home").count();
        assert_eq!(saved, usize::from(arguments[0] != "predictions"), "{ran:?}");

        DONE.store(false, Ordering::SeqCst);
        let odd = Odd::new(running);
        // Another one is ignored, so this one is not.
        let other = if signal == "HUP" { "INT" } else { "HUP" };
        let child = started(ignoring(other, &odd.command(arguments)));
        looked_at(&odd);
        send(signal, &child);
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!(ran.code, Some(130), "{signal} {arguments:?}: {ran:?}");
        assert_eq!(canceled(&odd), arguments[0] != "predictions", "{signal} {arguments:?}");
    }
}

#[test]
fn an_emulator_goes_on_serving_when_its_terminal_closes() {
    let odd = Odd::new(running);
    let mut child = started(ignoring("HUP", &odd.command(&["serve"])));
    let mut first = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut first).unwrap();
    assert!(first.starts_with("export "), "{first}");
    send("HUP", &child);
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "it still serves");
    send("TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
