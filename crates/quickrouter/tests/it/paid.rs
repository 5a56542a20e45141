//! What was paid for is saved, and only that is a success: answers that relays, storages and CDNs were
//! reported to give.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use quickrouter::{AnyInput, Error, SdxlInput, Status};
use serde_json::{Value, json};

use crate::scripted::{ID, Script, Step, answer, prediction, raw, succeeded};

/// Enough of a picture to be known for one.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
const U: &str = "https://files.example/out-0.png";

fn png() -> Step {
    raw(200, "image/png", PNG)
}

/// Runs SDXL: the answer to the create, then what its downloads meet. Returns the files by name with
/// their content, and what went wrong.
async fn run(
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
async fn saved(created: Value, downloads: Vec<Step>) -> (String, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let shown = created.to_string();
    let (mut files, ended, _) = run(created, downloads, folder.path()).await;
    ended.unwrap_or_else(|error| panic!("{shown}: {error}"));
    assert_eq!(files.len(), 1, "{shown}: {files:?}");
    files.remove(0)
}

/// The error of a run that saves no output.
async fn failed(created: Value, downloads: Vec<Step>) -> Error {
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
async fn an_output_that_is_not_there_yet_is_fetched_again_for_some_seconds() {
    for status in [404, 403] {
        let start = tokio::time::Instant::now();
        let steps = vec![raw(status, "", ""), raw(status, "", ""), png()];
        assert_eq!(saved(succeeded(&[U]), steps).await.1, PNG, "{status}");
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
        let error = failed(succeeded(&[U]), vec![raw(status, "", ""); 5]).await;
        assert!(error.to_string().contains(&format!("HTTP {status}")), "{error}");
    }
    let mut old = succeeded(&[U]);
    old["completed_at"] = json!("2001-01-01T00:00:00Z");
    failed(old, vec![raw(404, "", "")]).await;
}

/// A body that breaks off after `content`.
fn broken(content: &'static [u8]) -> reqwest::Body {
    let parts = [Ok(content), Err(std::io::Error::other("reset by the script"))];
    reqwest::Body::wrap_stream(futures_util::stream::iter(parts))
}

/// The first half of the picture, with these headers, then a break.
fn half(headers: &[(&'static str, &str)]) -> Step {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Step::Breaking { headers, body: Arc::new(|| broken(&PNG[..12])) }
}

/// A 206 from byte 12 on.
fn rest(range: &str) -> Step {
    raw(206, "image/png", &PNG[12..]).with("content-range", range).with("etag", "\"v1\"")
}

/// The headers `range` and `if-range` of every download.
async fn ranges(steps: Vec<Step>) -> (Vec<u8>, Vec<(Option<String>, Option<String>)>) {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::new(std::iter::once(answer(200, &succeeded(&[U]))).chain(steps));
    let client = script.client();
    let finished = client.run(SdxlInput::builder().build()).await.unwrap();
    let files = client.save(&finished, folder.path()).await.unwrap();
    let header = |sent: &crate::scripted::Sent, name: &str| {
        sent.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let sent = script.sent();
    let asked = sent[1..].iter().map(|sent| (header(sent, "range"), header(sent, "if-range")));
    (std::fs::read(&files[0]).unwrap(), asked.collect())
}

#[tokio::test(start_paused = true)]
async fn a_download_that_breaks_goes_on_where_it_broke() {
    let length = PNG.len();
    let fits = format!("bytes 12-{}/{length}", length - 1);
    let tag = ("etag", "\"v1\"");
    let (content, asked) = ranges(vec![half(&[tag]), rest(&fits)]).await;
    assert_eq!(content, PNG);
    let resumed = (Some("bytes=12-".to_owned()), Some("\"v1\"".to_owned()));
    assert_eq!(asked, [(None, None), resumed.clone()]);
    // Interrupted before an answer, what is there is still good.
    let steps =
        vec![half(&[tag]), Step::Fails(quickrouter::transport::Kind::Interrupted), rest(&fits)];
    let (content, asked) = ranges(steps).await;
    assert_eq!((content, &asked[2]), (PNG.to_vec(), &resumed));
}

#[tokio::test(start_paused = true)]
async fn a_part_that_does_not_fit_is_not_taken() {
    let length = PNG.len();
    let tag = ("etag", "\"v1\"");
    let fits = format!("bytes 12-{}/{length}", length - 1);
    for odd in [
        rest("bytes 10-20/33"),
        raw(206, "image/png", &PNG[12..]),
        raw(206, "image/png", &PNG[12..]).with("content-range", &fits).with("etag", "\"v2\""),
        raw(206, "image/png", &PNG[12..])
            .with("content-range", &fits)
            .with("content-encoding", "br"),
        raw(416, "", ""),
    ] {
        let (content, asked) = ranges(vec![half(&[tag]), odd.clone(), png()]).await;
        assert_eq!(content, PNG, "{odd:?}");
        assert_eq!(asked[2], (None, None), "from its start: {odd:?}");
    }
    let (content, _) = ranges(vec![half(&[tag]), png()]).await;
    assert_eq!(content, PNG, "a 200 begins from the start");
    for headers in [&[][..], &[("etag", "W/\"v1\"")], &[tag, ("content-encoding", "br")]] {
        let (content, asked) = ranges(vec![half(headers), png()]).await;
        assert_eq!((content, &asked[1]), (PNG.to_vec(), &(None, None)), "{headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn successes_and_redirects_of_every_kind_are_taken() {
    let length = PNG.len();
    let whole = format!("bytes 0-{}/{length}", length - 1);
    for step in
        [raw(206, "image/png", PNG).with("content-range", &whole), raw(203, "image/png", PNG)]
    {
        assert_eq!(saved(succeeded(&[U]), vec![step]).await.1, PNG);
    }
    let moved = raw(302, "", "").with("location", "/图片/out 0.png?n=é");
    let folder = tempfile::tempdir().unwrap();
    let (files, ended, urls) = run(succeeded(&[U]), vec![moved, png()], folder.path()).await;
    ended.unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(urls[1], "https://files.example/%E5%9B%BE%E7%89%87/out%200.png?n=%C3%A9");
    let partial = raw(206, "image/png", &PNG[..12])
        .with("content-range", &format!("bytes 0-11/{length}"))
        .with("etag", "\"v1\"");
    let (content, asked) =
        ranges(vec![partial, rest(&format!("bytes 12-{}/{length}", length - 1))]).await;
    assert_eq!(content, PNG, "the part of it that came is no whole");
    assert_eq!(asked[1].0.as_deref(), Some("bytes=12-"));
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
        assert_eq!((missing.asked, missing.missing), (4, 3));
        let reason = body["logs"].is_string().then_some("NSFW content detected in image 1");
        assert_eq!(missing.reason.as_deref(), reason);
        assert!(missing.to_string().starts_with("3 of 4 did not come"), "{missing}");
    }
    let script = Script::new([answer(200, &succeeded(&[U, U, U, U]))]);
    assert_eq!(script.client().run(input()).await.unwrap().missing_outputs(), None);
    // Of one that was created elsewhere, its own input says how many were asked for.
    one["input"] = json!({"num_outputs": 2});
    let script = Script::new([answer(200, &one)]);
    let id = quickrouter::PredictionId::new(ID).unwrap();
    assert_eq!(script.client().get(&id).await.unwrap().missing_outputs().unwrap().missing, 1);
}

#[tokio::test(start_paused = true)]
async fn a_prediction_inside_an_envelope_is_waited_for_like_any_other() {
    let own = prediction("starting");
    for created in [
        json!({"code": "success", "message": "", "data": own}),
        json!({"prediction": own}),
        json!({"success": true, "result": own}),
        json!([own]),
        json!({"data": [own]}),
    ] {
        let polled = json!({"code": "success", "data": succeeded(&[U])});
        let script = Script::new([answer(200, &created), answer(200, &polled)]);
        let finished = script.client().run(SdxlInput::builder().build()).await.unwrap();
        assert_eq!(finished.status(), &Status::Succeeded, "{created}");
        assert_eq!(script.calls()[1], "GET /v1/predictions/abc123", "{created}");
    }
    let script = Script::new([
        answer(200, &json!({"id": 4711, "status": "NOT_START", "created_at": 0})),
        answer(200, &json!({"id": 4711, "status": "SUCCESS", "output": [U]})),
    ]);
    let finished = script.client().run(SdxlInput::builder().build()).await.unwrap();
    assert_eq!(finished.id().unwrap().as_str(), "4711");
    assert_eq!(script.calls()[1], "GET /v1/predictions/4711");
}

#[tokio::test(start_paused = true)]
async fn an_id_without_a_prediction_is_asked_for() {
    for created in [
        json!({"code": 1, "description": "submitted", "result": ID}),
        json!({"code": "success", "data": {"task_id": ID}}),
        json!({"id": ID}),
    ] {
        let script = Script::new([
            answer(200, &created),
            answer(200, &prediction("processing")),
            answer(200, &succeeded(&[U])),
        ]);
        let finished = script.client().run(SdxlInput::builder().build()).await.unwrap();
        assert_eq!(finished.status(), &Status::Succeeded, "{created}");
        assert_eq!(script.creates(), 1);
    }
    let broken = Step::Cut { body: r#"{"code": "success", "data": {"id": "abc123", "stat"# };
    let script = Script::new([broken, answer(200, &succeeded(&[U]))]);
    assert_eq!(script.client().run(SdxlInput::builder().build()).await.unwrap().outputs().len(), 1);
}
