//! What the command keeps between runs, at a gateway that is not on this machine by its name: the
//! requests reach it through a proxy.

use std::path::Path;
use std::process::Output;

use serde_json::json;

use crate::{Answers, Odd};

const ANSWERS: Answers = |line| {
    let over = line.starts_with("GET");
    let prediction = json!({
        "id": "abc123",
        "status": if over { "succeeded" } else { "starting" },
        "model": "owner/name",
        "version": "v1",
        "input": {"prompt": "a secret garden"},
        "output": if over { json!("done") } else { json!(null) },
        "created_at": "2026-11-27T10:00:00.000Z",
        "started_at": "2026-11-27T10:00:00.500Z",
        "completed_at": if over { json!("2026-11-27T10:00:02.000Z") } else { json!(null) },
    });
    (if over { 200 } else { 201 }, prediction)
};

/// A run through the proxy, with its cache below this folder.
fn run(gateway: &Odd, cache: &Path, arguments: &[&str], off: Option<&str>) -> Output {
    let mut command = gateway.command(arguments);
    let origin = gateway.base.trim_end_matches("/replicate");
    command
        .env("QUICKROUTER_BASE_URL", "http://gateway.example/replicate")
        .env("QUICKROUTER_ALLOW_HTTP", "true")
        .env_remove("HTTP_PROXY")
        .env_remove("REQUEST_METHOD")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env("http_proxy", origin)
        .env("HOME", cache)
        .env("XDG_CACHE_HOME", cache)
        .env("LOCALAPPDATA", cache);
    if let Some(off) = off {
        command.env("QUICKROUTER_NO_CACHE", off);
    }
    command.output().unwrap()
}

/// Every file below a folder, with what it holds.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            all.push((entry.file_name().to_string_lossy().into_owned(), text));
        }
    }
    all.sort();
    all
}

const WAIT: [&str; 3] = ["predictions", "wait", "abc123"];

#[test]
fn what_predictions_took_is_kept_without_prompt_id_or_key() {
    let (gateway, cache) = (Odd::new(ANSWERS), tempfile::tempdir().unwrap());
    for _ in 0..2 {
        let done = run(&gateway, cache.path(), &WAIT, Some("0"));
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let files = files(cache.path());
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["durations.json", "durations.json.lock"]);
    assert_eq!(
        files[0].1,
        r#"{"version":1,"durations":[{"base_url":"http://gateway.example/replicate","model":"owner/name","version":"v1","steps":null,"seconds":[{"total":2.0,"run":1.5,"tail":null},{"total":2.0,"run":1.5,"tail":null}]}]}"#
    );
}

#[test]
fn nothing_is_kept_where_it_is_switched_off_or_the_gateway_is_this_machine() {
    let (gateway, cache) = (Odd::new(ANSWERS), tempfile::tempdir().unwrap());
    assert!(run(&gateway, cache.path(), &WAIT, Some("1")).status.success());
    assert_eq!(files(cache.path()), []);
    let mut local = gateway.command(&WAIT);
    let local =
        local.env("HOME", cache.path()).env("XDG_CACHE_HOME", cache.path()).output().unwrap();
    assert!(local.status.success(), "{}", String::from_utf8_lossy(&local.stderr));
    assert_eq!(files(cache.path()), []);
}

#[test]
fn a_command_that_does_not_wait_neither_reads_nor_writes() {
    let (gateway, cache) = (Odd::new(ANSWERS), tempfile::tempdir().unwrap());
    assert!(run(&gateway, cache.path(), &["predictions", "get", "abc123"], None).status.success());
    assert_eq!(files(cache.path()), []);
}

#[test]
fn a_cache_that_cannot_be_written_is_no_trouble() {
    let (gateway, folder) = (Odd::new(ANSWERS), tempfile::tempdir().unwrap());
    let file = folder.path().join("a file");
    std::fs::write(&file, "").unwrap();
    let done = run(&gateway, &file, &WAIT, None);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(!String::from_utf8_lossy(&done.stderr).contains("durations"));
}
