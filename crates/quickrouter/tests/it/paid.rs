//! What was paid for is saved, and only that is a success: responses that relays, storage and CDNs
//! are reported to give.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use quickrouter::inputs::SdxlInput;
use quickrouter::{AnyInput, Error};
use serde_json::{Value, json};

use crate::scripted::{ID, Script, Step, answer, prediction, raw, succeeded};

/// Enough of a picture to be known for one.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
pub(crate) const U: &str = "https://files.example/out-0.png";

pub(crate) fn png() -> Step {
    raw(200, "image/png", PNG)
}

/// Runs SDXL: the answer to the create, then what its downloads meet. Returns the files by name with
/// their content, and what went wrong.
pub(crate) async fn run(
    created: Value,
    downloads: Vec<Step>,
    folder: &Path,
) -> (Vec<(String, Vec<u8>)>, Result<(), Error>, Vec<String>) {
    run_model(SdxlInput::builder().build().into(), created, downloads, folder).await
}

async fn run_model(
    input: AnyInput,
    created: Value,
    downloads: Vec<Step>,
    folder: &Path,
) -> (Vec<(String, Vec<u8>)>, Result<(), Error>, Vec<String>) {
    let script = Script::new(std::iter::once(answer(200, &created)).chain(downloads));
    let client = script.client();
    let ended = async {
        let finished = client.run(input).await?;
        client.save(&finished, folder).await.map(drop)
    };
    let ended = ended.await;
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (name(&path), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    let urls = script.sent()[1..].iter().map(|sent| sent.url.clone()).collect();
    (files, ended, urls)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The name and the content of the only file of a run that went well.
pub(crate) async fn saved(created: Value, downloads: Vec<Step>) -> (String, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let shown = created.to_string();
    let (mut files, ended, _) = run(created, downloads, folder.path()).await;
    ended.unwrap_or_else(|error| panic!("{shown}: {error}"));
    assert_eq!(files.len(), 1, "{shown}: {files:?}");
    files.remove(0)
}

/// The error of a run that saves no output.
pub(crate) async fn failed(created: Value, downloads: Vec<Step>) -> Error {
    let folder = tempfile::tempdir().unwrap();
    let shown = created.to_string();
    let (files, ended, _) = run(created, downloads, folder.path()).await;
    let unread = |(name, _): &(String, Vec<u8>)| name.starts_with("quickrouter-unread-");
    assert!(files.iter().all(unread), "{shown}: {files:?}");
    ended.expect_err(&shown)
}

#[tokio::test(start_paused = true)]
async fn an_empty_field_is_an_absent_one() {
    let b64 = STANDARD.encode(PNG);
    for item in [
        json!({"url": U, "b64_json": "", "revised_prompt": ""}),
        json!({"url": U, "b64_json": null}),
        json!({"url": format!(" {U}\n"), "b64_json": " "}),
        json!({"url": "", "b64_json": b64, "revised_prompt": ""}),
        json!({"url": U, "error": {"message": "", "code": ""}}),
        json!({"url": U, "error": ""}),
    ] {
        let created = json!({"data": [item], "created": 1_762_510_317});
        let downloads = if item["url"] == "" { vec![] } else { vec![png()] };
        let (name, content) = saved(created, downloads).await;
        assert_eq!((name.as_str(), &content[..]), ("quickrouter-1762510317-0.png", PNG), "{item}");
    }
    for (key, empty) in [("error", json!("")), ("model", json!("")), ("error", json!({}))] {
        let mut created = succeeded(&[U]);
        created[key] = empty;
        assert_eq!(saved(created, vec![png()]).await.1, PNG);
    }
    for flag in [json!(false), json!(0)] {
        let created = json!({"created": 5, "data": [{"url": U, "error": flag}]});
        assert_eq!(saved(created, vec![png()]).await.1, PNG);
        let mut created = succeeded(&[]);
        created["output"] = json!({"path": "/v1/files/x.png", "error": flag});
        assert_eq!(saved(created, vec![png()]).await.1, PNG);
    }
    let mut elsewhere = prediction("succeeded");
    (elsewhere["output"], elsewhere["data"]) = (json!(""), json!([{"url": U, "b64_json": ""}]));
    assert_eq!(saved(elsewhere, vec![png()]).await.1, PNG);
}

#[tokio::test(start_paused = true)]
async fn an_output_of_nothing_is_no_output() {
    for nothing in [json!(""), json!(null), json!([]), json!([""]), json!([null, " "]), json!({})] {
        let mut created = prediction("succeeded");
        created["output"] = nothing.clone();
        let error = failed(created, vec![]).await;
        assert!(error.to_string().contains("has no outputs"), "{nothing}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn content_is_decoded_however_it_is_written() {
    let (b64, safe) = (STANDARD.encode(PNG), URL_SAFE_NO_PAD.encode(JPEG));
    for (output, extension, content) in [
        (format!("data:image/png;base64,{b64}"), "png", PNG),
        (format!("data:image/png;BASE64,{b64}"), "png", PNG),
        (format!("data:image/png; base64,{b64}"), "png", PNG),
        (format!("data:application/octet-stream;base64,{b64}"), "png", PNG),
        (format!("data:image/png;base64,{safe}"), "jpg", JPEG),
        (format!("data:image/png,{b64}"), "png", PNG),
        (b64.clone(), "png", PNG),
        (safe.clone(), "jpg", JPEG),
    ] {
        let (name, saved_content) = saved(succeeded(&[&output]), vec![]).await;
        assert_eq!(name, format!("{ID}-0.{extension}"), "{output}");
        assert_eq!(saved_content, content, "{output}");
        let created = json!({"created": 5, "data": [{"b64_json": output}]});
        assert_eq!(saved(created, vec![]).await.1, content, "b64_json: {output}");
    }
    let (_, content) = saved(json!({"created": 5, "data": [{"b64_json": U}]}), vec![png()]).await;
    assert_eq!(content, PNG, "an address in the field for content");
}

#[tokio::test(start_paused = true)]
async fn content_that_cannot_be_decoded_is_an_error_and_goes_into_a_file() {
    let long = "!".repeat(2000);
    for output in [
        format!("data:image/png;base64,{long}"),
        "data:image/png;base64,".to_owned(),
        format!("data:image/png;base64,{}", STANDARD.encode("<html>an error page</html>")),
    ] {
        let error = failed(succeeded(&[&output]), vec![]).await;
        assert!(!error.to_string().contains(&long), "{error}");
        let Error::Output(outputs) = error else { panic!("{error}") };
        assert!(outputs.unread.is_some(), "{outputs:?}");
    }
    let error = failed(json!({"created": 5, "data": [{"b64_json": "%%%"}]}), vec![]).await;
    assert!(error.to_string().contains("quickrouter-unread-"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_address_without_a_scheme_belongs_to_the_base_url() {
    let origin = "https://api.quickrouter.ai";
    for (output, url) in [
        ("/v1/files/x.png", format!("{origin}/v1/files/x.png")),
        ("//cdn.example/x.png", "https://cdn.example/x.png".to_owned()),
        ("cdn.example/x.png", "https://cdn.example/x.png".to_owned()),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (files, ended, urls) = run(succeeded(&[output]), vec![png()], folder.path()).await;
        ended.unwrap_or_else(|error| panic!("{output}: {error}"));
        assert_eq!((files.len(), urls), (1, vec![url]), "{output}");
    }
    for output in [json!(0.5), json!(true), json!([0]), json!({"seed": 1})] {
        let mut created = prediction("succeeded");
        created["output"] = output;
        failed(created, vec![]).await;
    }
    for output in ["host/x.png", "x.png", "s3://bucket/x.png", "a red door on a hill"] {
        let error = failed(succeeded(&[output]), vec![]).await;
        assert!(error.to_string().contains(output), "{error}");
    }
    let error = failed(succeeded(&[U, "x.png"]), vec![raw(410, "", "")]).await;
    assert!(
        error.to_string().contains("x.png"),
        "one that cannot be fetched beside others: {error}"
    );
}

#[tokio::test(start_paused = true)]
async fn items_that_are_errors_fail() {
    let blocked =
        json!({"error": {"message": "blocked by moderation", "code": "moderation_blocked"}});
    for created in [
        json!({"created": 5, "data": [blocked]}),
        json!({"created": 5, "data": [{"url": "", "b64_json": "", "error": "blocked by moderation"}]}),
        json!({"id": ID, "status": "succeeded", "output": [blocked]}),
        json!({"created": 5, "data": [{"error_code": 1301, "error_msg": "blocked by moderation"}]}),
        json!({"created": 5, "data": [{"code": "content_policy_violation", "message": "blocked by moderation"}]}),
        json!({"created": 5, "data": [{"type": "error", "message": "blocked by moderation"}]}),
        json!({"created": 5, "data": [{"error": true, "message": "blocked by moderation"}]}),
        json!({"created": 5, "data": [{"errors": ["blocked by moderation"]}]}),
        json!({"created": 5, "data": [{"finish_reason": "blocked by moderation", "b64_json": ""}]}),
    ] {
        let error = failed(created.clone(), vec![]).await;
        assert!(matches!(error, Error::PredictionFailed(_)), "{created}: {error}");
        assert!(error.to_string().contains("blocked by moderation"), "{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let created = json!({"created": 5, "data": [blocked, {"url": U}]});
    let (files, ended, _) = run(created, vec![png()], folder.path()).await;
    let error = ended.unwrap_err().to_string();
    assert!(error.contains("blocked by moderation (moderation_blocked)"), "{error}");
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[0], "quickrouter-5-1.png", "the good one is saved: {names:?}");
}

#[tokio::test(start_paused = true)]
async fn a_page_in_the_place_of_a_picture_is_fetched_again_and_never_saved() {
    let rubbish = || {
        [
            raw(200, "text/html", "<!doctype html><title>Just a moment...</title>"),
            raw(200, "image/png", "<html><body>Sign in</body></html>"),
            raw(200, "application/json", r#"{"code": 404, "msg": "file expired"}"#),
            raw(200, "image/png", r#"{"error": "expired"}"#),
            raw(
                200,
                "application/xml",
                "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
            ),
            raw(200, "text/plain", "rate limited"),
            raw(200, "image/png", ""),
        ]
    };
    for step in rubbish() {
        let (_, content) = saved(succeeded(&[U]), vec![step.clone(), png()]).await;
        assert_eq!(content, PNG, "{step:?}");
        let error = failed(succeeded(&[U]), vec![step.clone(); 5]).await;
        assert!(error.to_string().contains(U) && error.to_string().contains(ID), "{error}");
    }
    // The contract knows no more than the URL of an unknown model's picture.
    let folder = tempfile::tempdir().unwrap();
    let mut created = succeeded(&[U]);
    created["model"] = json!("owner/name");
    let input = AnyInput::new("owner/name", json!({}));
    let steps = vec![rubbish()[0].clone(); 5];
    let (files, ended, _) = run_model(input, created, steps, folder.path()).await;
    assert!(ended.is_err() && files.is_empty(), "{files:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_picture_by_its_name_is_saved_as_what_it_is() {
    for (url, media_type, content, name) in [
        ("https://x.example/a.html", "text/html", "<html></html>", "abc123-0.html"),
        ("https://x.example/a.json", "application/json", "{}", "abc123-0.json"),
        ("https://x.example/subtitles.srt", "text/plain", "1\n00:00:01,000", "abc123-0.srt"),
        ("https://x.example/a.svg", "image/svg+xml", "<svg></svg>", "abc123-0.svg"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut created = succeeded(&[url]);
        created["model"] = json!("owner/name");
        let input = AnyInput::new("owner/name", json!({}));
        let steps = vec![raw(200, media_type, content)];
        let (files, ended, _) = run_model(input, created, steps, folder.path()).await;
        ended.unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(files, [(name.to_owned(), content.as_bytes().to_vec())]);
    }
}

#[tokio::test(start_paused = true)]
async fn answers_of_one_second_without_an_id_are_both_saved() {
    let folder = tempfile::tempdir().unwrap();
    let created = || json!({"created": 5, "data": [{"b64_json": STANDARD.encode(PNG)}]});
    for _ in 0..3 {
        let (_, ended, _) = run(created(), vec![], folder.path()).await;
        ended.unwrap();
    }
    let (files, ended, _) =
        run(json!({"created": 5, "data": [{"url": U}]}), vec![png()], folder.path()).await;
    ended.unwrap();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "quickrouter-5-0-2.png",
            "quickrouter-5-0-3.png",
            "quickrouter-5-0-4.png",
            "quickrouter-5-0.png"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn outputs_that_did_not_come_are_counted_with_the_models_reason() {
    let input = || SdxlInput::builder().num_outputs(4).build();
    let mut one = succeeded(&[U]);
    one["logs"] = json!("Using seed: 7\nNSFW content detected in image 1\nmore\n");
    for body in [one.clone(), json!({"created": 5, "data": [{"url": U}]})] {
        let script = Script::new([answer(200, &body)]);
        let finished = script.client().run(input()).await.unwrap();
        let missing = finished.missing_outputs().unwrap();
        assert_eq!((missing.requested, missing.missing), (4, 3));
        let reason = body["logs"].is_string().then_some("NSFW content detected in image 1");
        assert_eq!(missing.reason.as_deref(), reason);
        assert!(missing.to_string().starts_with("3 of 4 outputs are missing"), "{missing}");
    }
    let script = Script::new([answer(200, &succeeded(&[U, U, U, U]))]);
    assert_eq!(script.client().run(input()).await.unwrap().missing_outputs(), None);
    // Of one that was created elsewhere, its own input says how many were asked for.
    one["input"] = json!({"num_outputs": 2});
    let script = Script::new([answer(200, &one)]);
    let id = quickrouter::PredictionId::new(ID).unwrap();
    assert_eq!(script.client().get(&id).await.unwrap().missing_outputs().unwrap().missing, 1);
}
