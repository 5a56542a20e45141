//! `rescue`: what succeeded lately and is not in the folder.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::served::{Served, id_of};
use crate::{Odd, Ran};

#[test]
fn what_is_missing_is_saved_and_what_is_there_is_left() {
    let served = Served::new(&[]);
    let there = served.line(&["generate", "there", "-q", "--output", "p"]);
    let two = served.line(&["generate", "two", "--num-outputs", "2", "--detach", "-q"]);
    let renamed = served.line(&["generate", "renamed", "--sidecar", "-q", "--output", "p"]);
    served.run(&["predictions", "save", "--output", "p", &two]);
    let content = std::fs::read(served.path(&there)).unwrap();
    for (from, to) in [("", "fox.png"), (".json", "fox.png.json")] {
        std::fs::rename(served.path(&format!("{renamed}{from}")), served.path("p").join(to))
            .unwrap();
    }
    std::fs::remove_file(served.path(&format!("p/{two}-1.png"))).unwrap();
    std::fs::write(served.path(&there), "edited").unwrap();
    let ran = served.run(&["rescue", "--output", "p", "--sidecar"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stdout, format!("p/{two}-1.png\n"), "{ran:?}");
    assert_eq!(std::fs::read(served.path(&there)).unwrap(), b"edited", "nothing is overwritten");
    assert!(served.path(&format!("p/{two}-1.png.json")).exists());
    let ran = served.run(&["rescue", "--output", "p"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    let ran = served.run(&["rescue", "--output", "other", "--json", "-q"]);
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let states: Vec<_> =
        document["predictions"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["saved", "saved", "saved"], "{ran:?}");
    let saved =
        served.path("other").join(format!("{}-0.png", id_of(&there).trim_start_matches("p/")));
    assert_eq!(std::fs::read(saved).unwrap(), content);
}

/// A time before now, as gateways write it.
fn ago(minutes: u64) -> String {
    // Whatever the tests take, it is the same in all answers.
    static NOW: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);
    humantime::format_rfc3339_millis(*NOW - Duration::from_secs(60 * minutes)).to_string()
}

fn entry(id: &str, status: &str, minutes: u64, output: &Value) -> Value {
    let completed = if status == "processing" { Value::Null } else { json!(ago(minutes)) };
    json!({"id": id, "status": status, "created_at": ago(minutes + 1), "completed_at": completed, "output": output})
}

fn picture() -> Value {
    json!(["data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"])
}

fn pages(line: &str) -> (u16, Value) {
    let mut removed = entry("removed", "succeeded", 20, &Value::Null);
    removed["data_removed"] = true.into();
    let first = json!([
        entry("running", "processing", 1, &Value::Null),
        entry("failed", "failed", 2, &Value::Null),
        entry("broken", "succeeded", 3, &json!(["http://127.0.0.1:9/a.png?x"])),
        {"odd": 1},
        entry("unlisted", "succeeded", 4, &Value::Null),
    ]);
    let second = json!([
        entry("unlisted", "succeeded", 4, &Value::Null),
        removed,
        entry("long", "succeeded", 50, &picture()),
        entry("old", "succeeded", 70, &picture()),
        entry("older", "succeeded", 120, &picture()),
    ]);
    let page = |results: Value, next: Value| (200, json!({"results": results, "next": next}));
    let path = line.split(' ').nth(1).unwrap_or_default();
    match path {
        path if path.contains("cursor=two") => page(second, json!("http://x/?cursor=three")),
        path if path.contains("cursor=") => (500, json!({"detail": "too far back"})),
        path if path.ends_with("/unlisted") => (200, entry("unlisted", "succeeded", 4, &picture())),
        path if path.ends_with("/v1/predictions") => page(first, json!("http://x/?cursor=two")),
        _ => (404, json!({"detail": "not found"})),
    }
}

fn rescue(odd: &Odd, arguments: &[&str]) -> Ran {
    odd.run(&[&["rescue"], arguments].concat())
}

#[test]
fn all_pages_are_looked_through_and_no_failure_stops_the_others() {
    let odd = Odd::new(pages);
    let mut command = odd.command(&["rescue", "--json"]);
    // A download that cannot be made is tried until the deadline.
    let ran = Ran::from(command.env("QUICKROUTER_TIMEOUT", "1s").output().unwrap());
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let states = document["predictions"].as_array().unwrap().iter();
    let states: Vec<_> =
        states.map(|one| (one["id"].as_str(), one["state"].as_str().unwrap())).collect();
    assert_eq!(
        states,
        [
            (Some("running"), "left"),
            (Some("failed"), "left"),
            (Some("broken"), "failed"),
            (None, "failed"),
            (Some("unlisted"), "saved"),
            (Some("removed"), "failed"),
            (Some("long"), "saved"),
        ]
    );
    for named in ["running is processing", "broken", "removed", "have been deleted"] {
        assert!(ran.stderr.contains(named), "{named}: {ran:?}");
    }
    for (name, exists) in [("unlisted-0.png", true), ("long-0.png", true), ("old-0.png", false)] {
        assert_eq!(odd.folder.path().join(name).exists(), exists, "{name}");
    }
    let asked = odd.asked.lock().unwrap();
    assert!(!asked.iter().any(|line| line.contains("cursor=three")), "{asked:?}");
}

#[test]
fn how_far_back_it_looks_can_be_said() {
    let odd = Odd::new(|line| {
        let (status, mut page) = pages(line);
        if let Some(results) = page["results"].as_array_mut() {
            results.retain(|one| ["long", "old", "older"].iter().any(|id| one["id"] == *id));
        }
        (status, page)
    });
    assert_eq!(rescue(&odd, &["--since", "10m"]).stdout, "");
    assert_eq!(rescue(&odd, &["--since", "80m"]).stdout, "./long-0.png\n./old-0.png\n");
    assert_eq!(rescue(&odd, &["--since", "80m"]).stdout, "");
}

#[test]
fn an_entry_whose_time_was_never_set_does_not_end_the_list() {
    let odd = Odd::new(|line| {
        let mut unset = entry("unset", "succeeded", 1, &picture());
        unset["created_at"] = json!("1970-01-01T00:00:00Z");
        unset["completed_at"] = json!("1970-01-01T08:00:00+08:00");
        let results = json!([unset, entry("next", "succeeded", 5, &picture())]);
        match line.split(' ').nth(1) {
            Some(path) if path.ends_with("/v1/predictions") => (200, json!({"results": results})),
            _ => (404, json!({"detail": "not found"})),
        }
    });
    assert_eq!(rescue(&odd, &[]).stdout, "./unset-0.png\n./next-0.png\n");
}

#[test]
fn a_gateway_without_a_list_is_told_of() {
    let odd = Odd::new(|_| (404, json!({"detail": "no such route"})));
    let ran = rescue(&odd, &[]);
    assert!(ran.code == Some(3) && ran.stderr.contains("no such route"), "{ran:?}");
    assert_eq!(odd.creates(), 0);
}
