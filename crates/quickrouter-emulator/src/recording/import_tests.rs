//! Exchanges of others become recordings.

use crate::model::timing::Timing;
use crate::recording::closest::Asked;
use crate::recording::folder::Recordings;
use crate::recording::format::Recording;
use crate::recording::import::{Import, import_exchanges};
use crate::recording::key::canonical_input;
use serde_json::{Value, json};
use std::fs;

/// A prediction as an API of Replicate's family shows it.
fn prediction(status: &str, logs: &str, more: &Value) -> Value {
    let mut prediction = json!({
        "id": "p1",
        "model": "owner/painter",
        "version": "0123abcd",
        "input": {"prompt": "a fox"},
        "status": status,
        "logs": logs,
        "error": null,
        "created_at": "2026-01-02T03:04:05.000Z",
        "urls": {
            "get": "https://gateway.example/v1/predictions/p1",
            "web": "https://gateway.example/somebody/p1",
        },
        "source": "api",
    });
    let fields = prediction.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    prediction
}

fn exchange(method: &str, path: &str, request: &Value, status: u16, body: &Value) -> Value {
    json!({
        "method": method,
        "uri": format!("https://gateway.example/v1{path}"),
        "request_headers": {"Prefer": ["wait=1"]},
        "request_body": request,
        "status": status,
        "headers": {},
        "body": body,
    })
}

fn exchanges() -> Value {
    let asked = json!({"version": "owner/painter:0123abcd", "input": {"prompt": "a fox"}});
    let started = json!({"started_at": "2026-01-02T03:04:06.000Z"});
    let ended = json!({
        "started_at": "2026-01-02T03:04:06.000Z",
        "completed_at": "2026-01-02T03:04:10.000Z",
        "output": ["https://files.example/out-0.png?X-Amz-Signature=abc"],
    });
    let logs = "one\nmailto:me@example.com\n";
    let get = |body: &Value| exchange("GET", "/predictions/p1", &json!(""), 200, body);
    let by_model = exchange(
        "POST",
        "/models/owner/writer/predictions",
        &json!({"input": {"prompt": "a poem"}}),
        201,
        &json!({"id": "p2", "status": "starting", "created_at": "2026-01-02T03:04:05.000Z"}),
    );
    let refused = exchange("POST", "/predictions", &asked, 401, &json!({"detail": "no"}));
    json!([
        exchange("POST", "/predictions", &asked, 201, &prediction("starting", "", &json!({}))),
        get(&prediction("processing", "one\n", &started)),
        get(&prediction("succeeded", logs, &ended)),
        by_model,
        refused,
        exchange(
            "GET",
            "/predictions/p9",
            &json!(""),
            200,
            &json!({"id": "p9", "status": "failed"})
        ),
    ])
}

fn imported(exchanges: &str) -> (tempfile::TempDir, Result<Import, String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("exchanges.txt");
    fs::write(&file, exchanges).expect("written");
    let import = import_exchanges(&[file], &folder.path().join("out"));
    let shown = folder.path().display().to_string();
    (folder, import.map_err(|error| error.to_string().replace(&shown, "DIR")))
}

#[test]
fn exchanges_become_recordings_with_the_times_of_the_prediction_itself() {
    let (folder, import) = imported(&exchanges().to_string());
    let import = import.expect("recordings");
    let names = import.written.iter().map(|path| path.file_name().unwrap().to_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["painter-p1.json", "writer-p2.json"]);
    assert!(
        import.incomplete[0].ends_with("writer-p2.json: the exchanges end at the status starting")
    );
    let skipped = import.skipped.join("\n");
    let shown = folder.path().display().to_string();
    insta::assert_snapshot!("skipped", skipped.replace(&shown, "DIR"));
    let text = fs::read_to_string(&import.written[0]).expect("a file");
    insta::assert_snapshot!("imported", text);
    let recordings =
        Recordings::load(&folder.path().join("out"), &Timing::default()).expect("recordings");
    assert_eq!((recordings.len(), recordings.incomplete()), (1, 1));
    let asked = canonical_input(json!({"prompt": "a fox"}).as_object().unwrap(), &|_| None);
    assert!(recordings.find(&Asked::by_version("0123abcd"), &asked).is_some());
}

#[test]
fn what_is_no_list_of_exchanges_is_refused_with_its_place() {
    for (text, why) in [
        ("<html>", "it is not JSON: expected value at line 1 column 1"),
        ("{}", "it is not a list of exchanges"),
        (r#"[{"method": "GET"}]"#, "[0]: missing field `uri`"),
        (
            r#"[{"method": "GET", "uri": "a", "status": "ok"}]"#,
            "[0].status: invalid type: string \"ok\", expected u16",
        ),
    ] {
        let (_folder, import) = imported(text);
        assert_eq!(import.unwrap_err(), format!("the recording DIR/exchanges.txt: {why}"));
    }
}

#[test]
fn an_import_overwrites_nothing() {
    let (folder, import) = imported(&exchanges().to_string());
    let path = &import.expect("recordings").written[0];
    fs::write(path, "mine").expect("written");
    let again =
        import_exchanges(&[folder.path().join("exchanges.txt")], &folder.path().join("out"));
    let again = again.expect("nothing");
    assert!(again.written.is_empty());
    assert!(again.skipped.iter().any(|why| why.contains("is there already")), "{again:?}");
    assert_eq!(fs::read_to_string(path).expect("a file"), "mine");
}

#[test]
fn a_key_that_came_in_two_parts_is_in_no_part_of_the_life() {
    let token = format!("r8_{}", "x".repeat(37));
    let (start, _) = token.split_at(20);
    let asked = json!({"version": "0123abcd", "input": {}});
    let get = |status: &str, logs: &str| {
        let body = prediction(status, logs, &json!({}));
        exchange("GET", "/predictions/p1", &json!(""), 200, &body)
    };
    let all = json!([
        exchange("POST", "/predictions", &asked, 201, &prediction("starting", "", &json!({}))),
        get("processing", &format!("logged in with {start}")),
        get("succeeded", &format!("logged in with {token}\n")),
    ]);
    let (_folder, import) = imported(&all.to_string());
    let text = fs::read_to_string(&import.expect("recordings").written[0]).expect("a file");
    assert!(!text.contains("r8_"), "{text}");
    let recording: Recording = serde_json::from_str(&text).expect("a recording");
    assert_eq!(recording.last_state().logs, "logged in with [token removed]\n");
}

#[test]
fn what_is_skipped_is_named_without_what_signs_its_address() {
    let signed = "/predictions?X-Amz-Signature=abc&token=def";
    let refused = exchange("GET", signed, &json!(""), 403, &json!({}));
    let (_folder, import) = imported(&json!([refused]).to_string());
    let skipped = import.expect("nothing").skipped.join("\n");
    let named = "GET https://gateway.example/v1/predictions?removed (403): it did not succeed";
    assert!(skipped.ends_with(named), "{skipped}");
}
