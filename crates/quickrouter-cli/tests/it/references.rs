//! `--image @ID` and `@last`: an earlier output as an input.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::served::{Served, id_of};
use crate::{Odd, Ran};

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ";

#[test]
fn the_output_of_one_prediction_feeds_the_next() {
    let served = Served::new(&[]);
    let first = served.line(&["generate", "a fox", "-q"]);
    let first = id_of(&first);
    let second = served.line(&["generate", "a fox at night", "--image", "@last", "-q"]);
    let image = served.input(id_of(&second))["image"].as_str().unwrap().to_owned();
    assert!(image.contains(first) && image.ends_with("out-0.png"), "{image}");
    let two = served.run(&["generate", "two", "--num-outputs", "2", "-q"]).stdout;
    let two = id_of(two.lines().next().unwrap());
    for reference in [format!("@{two}/1"), format!("@{two}[1]"), "@last/1".to_owned()] {
        // Each is the last one itself afterwards.
        let id = served.line(&["generate", "x", "--image", &reference, "--detach", "-q"]);
        let image = served.input(&id)["image"].as_str().unwrap().to_owned();
        assert!(image.contains(two) && image.ends_with("out-1.png"), "{reference}: {image}");
        let again = served.line(&["run", "sdxl", "--num-outputs", "2", "--detach", "-q", "two"]);
        assert_ne!(again, two);
        if reference.starts_with(&format!("@{two}[")) {
            break;
        }
    }
    // `./@last` is a file.
    std::fs::write(served.path("@last"), STANDARD.decode(PNG).unwrap()).unwrap();
    let id = served.line(&["generate", "x", "--image", "./@last", "--detach", "-q"]);
    assert_eq!(served.input(&id)["image"], format!("data:image/png;base64,{PNG}"));
}

#[test]
fn what_is_remembered_is_the_id_alone_and_the_list_stands_in_for_it() {
    let served = Served::new(&[]);
    let first = served.line(&["generate", "a secret garden", "--detach", "-q"]);
    let home = served.home.path();
    let kept = ["quickrouter/last-predictions.json", ".cache/quickrouter/last-predictions.json"];
    let kept = kept.iter().map(|name| home.join(name)).find(|path| path.exists()).unwrap();
    let text = std::fs::read_to_string(&kept).unwrap();
    assert!(text.contains(&first) && !text.contains("secret"), "{text}");
    std::fs::write(&kept, "[[[").unwrap();
    let ran = served.run(&["generate", "x", "--image", "@last", "--detach"]);
    assert!(ran.stderr.contains(&format!("@last is prediction {first}")), "{ran:?}");
    let mut command = served.command(&["generate", "x", "--detach", "-q"]);
    let unkept = Ran::from(command.env("QUICKROUTER_NO_CACHE", "1").output().unwrap());
    assert!(!std::fs::read_to_string(&kept).unwrap().contains(unkept.stdout.trim()));
}

#[test]
fn an_output_that_the_gateway_cannot_reach_is_downloaded_and_sent() {
    // Its outputs lie at another origin of this machine.
    let served = Served::new(&["--personality", "gateway"]);
    let first = served.line(&["generate", "a fox", "--width", "64", "--height", "64", "-q"]);
    let id = served.line(&["generate", "x", "--image", "@last", "--detach", "-q"]);
    let content = STANDARD.encode(std::fs::read(served.path(&first)).unwrap());
    assert_eq!(served.input(&id)["image"], format!("data:image/png;base64,{content}"));
}

#[test]
fn an_output_inside_the_response_or_near_its_end_is_sent_as_a_file() {
    let odd = Odd::new(|line| {
        if line.starts_with("GET") {
            let output = format!("data:image/png;base64,{PNG}");
            return (200, json!({"id": "p1", "status": "succeeded", "output": [output]}));
        }
        (201, json!({"id": "p2", "status": "starting"}))
    });
    let ran = odd.run(&["generate", "x", "--image", "@p1", "--detach"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(odd.input()["image"], format!("data:image/png;base64,{PNG}"));
}

#[test]
fn an_output_too_large_for_an_input_is_uploaded_before_the_create() {
    let odd = Odd::new(|line| {
        if line.starts_with("GET") {
            let mut picture = STANDARD.decode(PNG).unwrap();
            picture.resize(3 << 20, 0);
            let output = format!("data:image/png;base64,{}", STANDARD.encode(picture));
            return (200, json!({"id": "p1", "status": "succeeded", "output": [output]}));
        }
        if line.contains("/v1/files") {
            return (201, json!({"id": "f1", "urls": {"get": "https://files.example/f1"}}));
        }
        (201, json!({"id": "p2", "status": "starting"}))
    });
    let ran = odd.run(&["generate", "x", "--image", "@p1", "--detach"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("(3.00 MiB)"), "{ran:?}");
    assert_eq!(odd.input()["image"], "https://files.example/f1");
    assert_eq!(odd.asked.lock().unwrap().len(), 3);
}

/// What is passed for an output at the gateway's own origin that ended so many minutes ago.
fn passed(minutes: u64) -> String {
    static MINUTES: AtomicU64 = AtomicU64::new(0);
    static ORIGIN: Mutex<String> = Mutex::new(String::new());
    MINUTES.store(minutes, Ordering::SeqCst);
    let odd = Odd::new(|line| {
        if line.contains("/u.json") {
            return (200, json!({"not": "a picture: it was downloaded"}));
        }
        if line.starts_with("GET") {
            let end = SystemTime::now() - Duration::from_secs(60 * MINUTES.load(Ordering::SeqCst));
            let end = humantime::format_rfc3339_millis(end).to_string();
            let output = format!("{}/u.json", ORIGIN.lock().unwrap());
            let made =
                json!({"id": "p1", "status": "succeeded", "output": output, "completed_at": end});
            return (200, made);
        }
        (201, json!({"id": "p2", "status": "starting"}))
    });
    *ORIGIN.lock().unwrap() = odd.base.replace("/replicate", "");
    let ran = odd.run(&["generate", "x", "--image", "@p1", "--detach"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let asked = odd.asked.lock().unwrap();
    assert!(asked.iter().filter(|line| line.contains("/u.json")).count() < 2, "{asked:?}");
    drop(asked);
    odd.input()["image"].as_str().unwrap().to_owned()
}

#[test]
fn a_url_is_passed_only_while_it_lives_long_enough() {
    for (minutes, is_url) in [(1, true), (35, true), (45, false), (59, false)] {
        let image = passed(minutes);
        assert_eq!(image.ends_with("/u.json"), is_url, "{minutes}: {image}");
        assert_eq!(image.starts_with("data:"), !is_url, "{minutes}: {image}");
    }
}

/// Refused before anything is paid for, with this in the message.
fn refused(prediction: Value, reference: &str, why: &str) {
    static ANSWER: Mutex<Value> = Mutex::new(Value::Null);
    *ANSWER.lock().unwrap() = prediction;
    let odd = Odd::new(|_| (200, ANSWER.lock().unwrap().clone()));
    let ran = odd.run(&["generate", "x", "--image", reference]);
    assert!(ran.code.is_some_and(|code| code != 0), "{ran:?}");
    assert!(ran.stderr.contains(why) && ran.stderr.contains("nothing was created"), "{ran:?}");
    assert_eq!(odd.creates(), 0);
}

#[test]
fn a_reference_to_nothing_usable_costs_nothing() {
    let of = |status: &str, output: Value| json!({"id": "p1", "status": status, "output": output});
    let url = json!(["https://example.com/a.png"]);
    refused(of("processing", url.clone()), "@p1", "p1 is processing");
    refused(of("failed", Value::Null), "@p1", "p1");
    refused(of("succeeded", Value::Null), "@p1", "has no outputs");
    refused(of("succeeded", url), "@p1/3", "no file as output 3; it has 1");
    refused(of("succeeded", json!("a poem")), "@p1", "no output that is a file");
    let mut removed = of("succeeded", json!(["https://example.com/a.png"]));
    removed["data_removed"] = true.into();
    refused(removed, "@p1", "has deleted them");
    refused(json!({"results": [], "next": null}), "@last", "no last prediction");
    let odd = Odd::new(|_| (404, json!({"detail": "not found"})));
    let ran = odd.run(&["generate", "x", "--image", "@nothing"]);
    assert!(ran.code == Some(3) && ran.stderr.contains("--image @nothing"), "{ran:?}");
    for arguments in [&["--image", "@a.png"][..], &["--image", "@last", "--emulator"]] {
        let ran = odd.run(&[&["generate", "x"], arguments].concat());
        assert_eq!(ran.code, Some(2), "{ran:?}");
    }
    assert_eq!(odd.asked.lock().unwrap().len(), 1);
}
