//! What is read, refused and found.

use crate::model::timing::Timing;
use crate::recording::closest::Asked;
use crate::recording::draft::Draft;
use crate::recording::folder::Recordings;
use crate::recording::format::{RecordedResponse, RecordedState};
use crate::recording::key::canonical_input;
use crate::recording::read::{is_file_name, parse};
use crate::recording::redact::Redaction;
use crate::recording::scrub::{Place, scrub};
use crate::recording::write::write_recording;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

fn sample() -> Value {
    json!({
        "format": 1,
        "recorded_at": "2026-01-02T03:04:05.000000Z",
        "upstream": "https://gateway.example",
        "request": {
            "route": "by-version",
            "model": "owner/painter",
            "version": "0123abcd",
            "input": {"prompt": "a fox", "steps": 25},
        },
        "response": {"status": 201, "after_seconds": 0.2},
        "prediction": {"id": "p1", "status": "succeeded", "output": [{"$file": "p1.out-0.png"}]},
        "life": [
            {"after_seconds": 0.2, "status": "starting"},
            {"after_seconds": 1.0, "status": "processing", "logs_appended": "one\n"},
            {"after_seconds": 2.5, "status": "succeeded", "logs_appended": "two\n",
             "output": [{"$file": "p1.out-0.png"}]},
        ],
        "files": [{
            "name": "p1.out-0.png", "original_name": "out-0.png", "media_type": "image/png",
            "bytes": 3, "sha256": "00", "output": ["/0"],
        }],
        "removed": [{"at": "/prediction/urls", "what": "urls"}],
    })
}

fn folder(recordings: &[(&str, &Value)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, recording) in recordings {
        fs::write(folder.path().join(name), recording.to_string()).expect("written");
    }
    fs::write(folder.path().join("p1.out-0.png"), "png").expect("written");
    folder
}

fn refusal(recording: &Value) -> String {
    let folder = folder(&[("p1.json", recording)]);
    let error =
        Recordings::load(folder.path(), &Timing::default()).expect_err("refused").to_string();
    error.replace(&folder.path().display().to_string(), "DIR")
}

/// Replaces the value at this pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut changed = sample();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = changed.pointer_mut(parent).expect("its place");
    match parent {
        Value::Object(object) => drop(object.insert(name.to_owned(), value)),
        other => other[name.parse::<usize>().expect("an index")] = value,
    }
    changed
}

#[test]
fn a_recording_is_found_by_its_version_and_its_input_however_they_are_written() {
    let folder = folder(&[("p1.json", &sample())]);
    let recordings = Recordings::load(folder.path(), &Timing::default()).expect("recordings");
    let find = |asked: &Asked, input: Value| {
        let canonical = canonical_input(input.as_object().expect("an object"), &|_| None);
        recordings.find(asked, &canonical).is_some()
    };
    let asked = Asked::by_version("0123abcd");
    assert!(find(&asked, json!({"prompt": "a fox", "steps": 25})));
    assert!(find(&asked, json!({"steps": 25.0, "prompt": "a fox"})));
    assert!(!find(&asked, json!({"prompt": "a fox", "steps": 25.5})));
    assert!(!find(&asked, json!({"prompt": "a fox"})));
    let input = || sample()["request"]["input"].clone();
    for same in ["owner/painter:0123abcd", "Owner/Painter"] {
        assert!(find(&Asked::by_version(same), input()), "{same}");
    }
    assert!(find(&Asked::by_model("owner/painter"), input()));
    for other in ["owner/painter:ffff", "ffff", "owner/other"] {
        assert!(!find(&Asked::by_version(other), input()), "{other}");
    }
}

#[test]
fn a_version_matches_what_names_none_and_deployments_only_themselves() {
    let mut by_model = with("/request/route", json!("by-model"));
    by_model["request"].as_object_mut().unwrap().remove("version");
    let mut deployed = with("/request/route", json!("by-deployment"));
    deployed["request"]["model"] = json!("owner/deployed");
    let folder = folder(&[("a.json", &by_model), ("b.json", &deployed)]);
    let recordings = Recordings::load(folder.path(), &Timing::default()).expect("recordings");
    let input = canonical_input(sample()["request"]["input"].as_object().unwrap(), &|_| None);
    assert!(recordings.find(&Asked::by_version("owner/painter:ffff"), &input).is_some());
    assert!(recordings.find(&Asked::by_version("0123abcd"), &input).is_none());
    assert!(recordings.find(&Asked::by_model("owner/deployed"), &input).is_none());
    assert!(recordings.find(&Asked::by_deployment("owner/deployed"), &input).is_some());
}

#[test]
fn equal_recordings_answer_in_turn_and_incomplete_ones_do_not() {
    let newer = with("/recorded_at", json!("2026-01-03T00:00:00.000000Z"));
    let mut newer = newer;
    newer["prediction"]["error"] = json!("newer");
    let broken = with("/incomplete", json!(["/prediction/output/0: 404 Not Found"]));
    let mut endless = with("/prediction/status", json!("processing"));
    endless["life"][2]["status"] = json!("processing");
    let folder = folder(&[
        ("a.json", &newer),
        ("b.json", &sample()),
        ("c.json", &broken),
        ("d.json", &endless),
    ]);
    let recordings = Recordings::load(folder.path(), &Timing::default()).expect("recordings");
    assert_eq!((recordings.len(), recordings.incomplete()), (2, 2));
    let input = canonical_input(sample()["request"]["input"].as_object().unwrap(), &|_| None);
    let asked = Asked::by_version("0123abcd");
    let errors = [(); 5].map(|()| recordings.find(&asked, &input).expect("one").error());
    assert_eq!(errors, ["", "newer", "", "newer", ""]);
}

#[test]
fn the_closest_recording_says_which_inputs_differ() {
    let mut other = with("/request/input", json!({"prompt": "a cat", "steps": 3}));
    other["request"]["version"] = json!("ffff");
    let folder = folder(&[("a.json", &sample()), ("b.json", &other)]);
    let recordings = Recordings::load(folder.path(), &Timing::default()).expect("recordings");
    let asked = json!({"prompt": "a dog", "seed": 7, "steps": 25});
    let asked = canonical_input(asked.as_object().unwrap(), &|_| None);
    let closest = recordings.closest(&Asked::by_version("0123abcd"), &asked).expect("one");
    assert_eq!(closest.name, "a.json");
    let differences = [
        r#"input.prompt: recorded "a fox", asked "a dog""#,
        "input.seed: recorded nothing, asked 7",
    ];
    assert_eq!(closest.differences, differences);
    let elsewhere = recordings.closest(&Asked::by_model("a/b"), &asked).expect("one");
    assert_eq!(elsewhere.differences[0], "recorded owner/painter:0123abcd, asked a/b");
    let many: Value = (0..20).map(|n| (format!("n{n:02}"), json!("x".repeat(5000)))).collect();
    let many = recordings.closest(&Asked::by_model("a/b"), &many).expect("one").differences;
    assert_eq!(many.len(), 10);
    assert!(many.iter().all(|text| text.len() < 200), "{many:?}");
    assert_eq!(many[9], "and 14 more inputs");
}

#[test]
fn what_is_not_a_recording_is_refused_with_its_place() {
    let refused = [
        refusal(&with("/format", json!(2))),
        refusal(&json!({"a": 1})),
        refusal(&json!([])),
        refusal(&with("/surprise", json!(1))),
        refusal(&with("/request/route", json!("by-luck"))),
        refusal(&with("/life/1/after_seconds", json!("soon"))),
        refusal(&with("/life/1/after_seconds", json!(0.1))),
        refusal(&with("/life/1/after_seconds", json!(1e12))),
        refusal(&with("/life", json!([]))),
        refusal(&with("/prediction/status", json!("failed"))),
        refusal(&with("/files/0/name", json!("../out-0.png"))),
        refusal(&with("/files/0/name", json!("a/out-0.png"))),
        refusal(&with("/files/0/name", json!(".."))),
        refusal(&with("/files/0/original_name", json!(""))),
        refusal(&with("/files/0/media_type", json!("image/png\r\nset-cookie: a"))),
        refusal(&with("/files/0/bytes", json!(4))),
        refusal(&with("/files/0/bytes", json!(-1))),
        refusal(&with("/prediction/output", json!({"a": [{"$file": "other.png"}]}))),
        refusal(&with("/life/2/output", json!({"$file": 7}))),
        refusal(&with("/life/2/output", json!({"$file": "p1.out-0.png", "n": 1}))),
        refusal(&with("/request/input", json!({"$serde_json::private::RawValue": "1"}))),
    ];
    insta::assert_snapshot!(refused.join("\n"));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let folder = folder(&[("p1.json", &sample())]);
    let secret = tempfile::NamedTempFile::new().expect("a file");
    fs::write(secret.path(), "png").expect("written");
    let link = |name: &str| {
        let link = folder.path().join(name);
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(secret.path(), link).expect("a link");
        Recordings::load(folder.path(), &Timing::default()).expect_err("refused").to_string()
    };
    assert!(link("p1.out-0.png").ends_with("its file p1.out-0.png is not a regular one"));
    assert!(link("p1.json").ends_with("it is not a regular file; links are not followed"));
}

#[test]
fn a_recording_is_written_as_it_is_read_and_its_states_add_up() {
    let folder = folder(&[("p1.json", &sample())]);
    let first = parse(sample().to_string().as_bytes()).expect("a recording");
    write_recording(&folder.path().join("p1.json"), &first).expect("written");
    let text = fs::read_to_string(folder.path().join("p1.json")).expect("a file");
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), sample());
    assert!(!folder.path().join(".p1.json.partial").exists());
    let state = first.last_state();
    assert_eq!((state.status.as_str(), state.logs.as_str()), ("succeeded", "one\ntwo\n"));
    assert_eq!(state.output, Some(json!([{"$file": "p1.out-0.png"}])));
    assert!((first.seconds() - 2.5).abs() < f64::EPSILON);
}

#[test]
fn changes_between_states_lead_from_one_to_the_next() {
    let state = |logs: &str, output: Value| RecordedState {
        status: "processing".into(),
        logs: logs.into(),
        output: (!output.is_null()).then_some(output),
    };
    let states = [
        state("", Value::Null),
        state("a", json!(["x"])),
        state("ab", json!(["x", "y"])),
        state("c", json!({"other": 1})),
        state("c", json!("text")),
    ];
    let mut last = RecordedState::default();
    for next in states {
        let change = last.change_to(&next, 1.0).expect("a change");
        last.apply(&change);
        assert_eq!(last, next);
        assert!(last.change_to(&next, 2.0).is_none());
    }
    let appended = state("", json!(["x"])).change_to(&state("", json!(["x", "y"])), 0.0).unwrap();
    assert_eq!(appended.output_appended, Some(vec![json!("y")]));
}

#[test]
fn signed_urls_match_by_what_does_not_sign_them() {
    let canonical = |url: &str| {
        let input = json!({"image": url});
        canonical_input(input.as_object().unwrap(), &|_| None)["image"].clone()
    };
    let signed = "https://b.s3.amazonaws.com/a.png?X-Amz-Date=1&X-Amz-Signature=abc";
    assert_eq!(canonical(signed), "https://b.s3.amazonaws.com/a.png?removed");
    assert_eq!(canonical(signed), canonical(&signed.replace("abc", "other")));
    let page = |id: u8| canonical(&format!("https://x.example/a?id={id}&token=t{id}"));
    assert_ne!(page(1), page(2));
    assert_eq!(page(1), canonical("https://x.example/a?id=1"));
    for url in [signed, "https://x.example/a?id=1", "https://me:secret@x.example/a"] {
        let once = canonical(url);
        assert_eq!(canonical(once.as_str().unwrap()), once);
    }
    assert_eq!(canonical("https://me:secret@x.example/a?"), "https://x.example/a?");
}

#[test]
fn keys_and_addresses_are_removed_where_they_are_not_part_of_what_was_asked_or_made() {
    let cases = [
        format!("r8_{}", "a".repeat(37)),
        format!("use sk-{} now", "b".repeat(40)),
        format!("Authorization: Bearer {}", "c".repeat(30)),
        "ask someone@example.com".to_owned(),
        "(see https://x.example/a?q=cats).".to_owned(),
        "https://x.example/a?sv=1&sp=r&sig=zzz#top".to_owned(),
        "a task-list, risk-averse; r8_short, bearer of news, 50%|###| 1/2".to_owned(),
        format!("data:image/png;base64,AKIA{}", "A".repeat(16)),
    ];
    let mut shown = Vec::new();
    for place in [Place::Input, Place::Output, Place::Elsewhere] {
        for text in &cases {
            let mut found = BTreeSet::new();
            let scrubbed = scrub(text, place, &mut found).into_owned();
            assert_eq!(scrub(&scrubbed, place, &mut BTreeSet::new()), scrubbed, "twice");
            shown.push(format!("{place:?}: {scrubbed} {found:?}"));
        }
    }
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn an_uploaded_file_is_compared_by_its_content() {
    let input = json!({"image": "http://127.0.0.1:1/replicate/v1/files/abc", "n": 1});
    let upload = |text: &str| text.ends_with("/files/abc").then(|| "00ff".to_owned());
    let canonical = canonical_input(input.as_object().unwrap(), &upload);
    assert_eq!(canonical, json!({"image": {"$upload": "sha256:00ff"}, "n": 1}));
    let again = canonical_input(canonical.as_object().unwrap(), &|_| None);
    assert_eq!(again, canonical);
}

#[test]
fn only_plain_names_are_file_names() {
    for name in ["a", "out-0.png", "A_b.1"] {
        assert!(is_file_name(name), "{name:?}");
    }
    for name in ["", ".", "..", ".a", "a/b", "a\\b", "a b", "é", "a\0", &"a".repeat(201)] {
        assert!(!is_file_name(name), "{name:?}");
    }
}

#[test]
fn an_input_that_is_no_object_is_kept_without_what_is_secret() {
    let token = format!("r8_{}", "x".repeat(37));
    let mut prediction =
        serde_json::Map::from_iter([("input".to_owned(), json!([token, "a fox"]))]);
    let mut redaction = Redaction::new(&[], &|_| None);
    redaction.prediction(&mut prediction);
    assert_eq!(prediction["input"], json!(["[token removed]", "a fox"]));
    assert_eq!(redaction.into_removed()[0].at, "/prediction/input/0");
}

#[test]
fn logs_that_are_rewritten_without_end_leave_only_their_last_state() {
    let request = serde_json::from_value(json!({"route": "by-version", "input": {}}));
    let response = RecordedResponse { status: 201, after_seconds: 0.0 };
    let (at, upstream) = ("2026-01-02T03:04:05Z".to_owned(), "https://gateway.example".to_owned());
    let mut draft = Draft::new(at, upstream, request.expect("a request"), response);
    let mut observe = |first: char, after: f64| {
        let output = format!("data:{first}") + &" ".repeat(24 * 1024 * 1024);
        let state = json!({"id": "p1", "status": "processing", "output": output});
        draft.observe(state.as_object().expect("an object"), after);
        draft.shortened()
    };
    assert_eq!((observe('a', 1.0), observe('b', 2.0)), (None, None));
    let why = observe('c', 3.0).expect("too much");
    assert!(why.contains("more than 67108864 bytes"), "{why}");
    let recording = draft.recording(&[], vec![why], Redaction::new(&[], &|_| None));
    assert_eq!(recording.life.len(), 1);
    let output = recording.last_state().output.expect("an output");
    assert!(output.as_str().expect("a text").starts_with("data:c "));
}
