//! Saved files are complete, and nothing else is overwritten.

use std::path::Path;
use std::sync::Arc;

use futures_util::StreamExt;
use quickrouter::inputs::SdxlInput;
use quickrouter::transport::TransportErrorKind;
use quickrouter::{AnyInput, Client, Error, Output, Prediction, SaveOptions};
use serde_json::{Value, json};

use crate::scripted::{ID, Script, Step, answer, prediction, raw, succeeded};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n...";

/// Runs one save: the prediction's body, then what its downloads meet.
async fn save(
    body: Value,
    downloads: Vec<Step>,
    folder: &Path,
    options: SaveOptions,
) -> Result<Vec<String>, Error> {
    save_of(SdxlInput::builder().build().into(), body, downloads, folder, options).await
}

/// The same of any model.
async fn save_of(
    input: AnyInput,
    body: Value,
    downloads: Vec<Step>,
    folder: &Path,
    options: SaveOptions,
) -> Result<Vec<String>, Error> {
    let mut steps = vec![answer(200, &body)];
    steps.extend(downloads);
    let script = Script::new(steps);
    let client = script.client();
    let prediction = client.create(input).await.unwrap();
    let saved = client.save_with(&prediction, folder, &options.concurrency(1)).await?;
    Ok(saved.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect())
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A body that begins and breaks off.
fn cut() -> Step {
    Step::Doing(Arc::new(|| {
        let parts = [Ok(PNG), Err(std::io::Error::other("cut"))];
        reqwest::Body::wrap_stream(futures_util::stream::iter(parts))
    }))
}

fn out(index: u32) -> String {
    format!("https://replicate.delivery/x/out-{index}.png")
}

#[tokio::test]
async fn files_are_named_by_prediction_index_and_media_type() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("made/on/demand");
    let gif = "data:image/gif;base64,R0lG ODlh\nAQAB";
    let urls = [&out(0), &out(1), &out(2), "https://x.example/no-name", gif, "told beside"];
    let downloads = vec![
        raw(200, "image/png", PNG),
        raw(200, "image/webp; charset=x", &b"RIFF\0\0\0\0WEBP"[..]),
        raw(200, "application/octet-stream", PNG),
        raw(200, "", PNG),
    ];
    let saved = save(succeeded(&urls), downloads, &into, SaveOptions::new()).await.unwrap();
    assert_eq!(
        saved,
        ["abc123-0.png", "abc123-1.webp", "abc123-2.png", "abc123-3.png", "abc123-4.gif"]
    );
    assert_eq!(std::fs::read(into.join("abc123-0.png")).unwrap(), PNG);
    assert!(std::fs::read(into.join("abc123-4.gif")).unwrap().starts_with(b"GIF89a"));
    assert_eq!(files(&into), saved);
}

#[tokio::test]
async fn text_alone_is_saved_as_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut body = succeeded(&["once upon", " a time"]);
    body["model"] = json!("owner/llm");
    let input = AnyInput::new("owner/llm", json!({}));
    let saved = save_of(input, body, vec![], folder.path(), SaveOptions::new()).await.unwrap();
    assert_eq!(saved, ["abc123-0.txt"]);
    let text = std::fs::read_to_string(folder.path().join("abc123-0.txt")).unwrap();
    assert_eq!(text, "once upon a time");
}

#[tokio::test]
async fn line_breaks_between_pieces_of_text_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut body = succeeded(&["once", "\n\n", " ", "", "upon"]);
    body["model"] = json!("owner/llm");
    let input = AnyInput::new("owner/llm", json!({}));
    let saved = save_of(input, body, vec![], folder.path(), SaveOptions::new()).await.unwrap();
    let text = std::fs::read_to_string(folder.path().join(&saved[0])).unwrap();
    assert_eq!(text, "once\n\n upon");
    // The word may be one of a text's pieces.
    let mut body = succeeded(&["The ", "data:", " 5"]);
    body["model"] = json!("owner/llm");
    let input = AnyInput::new("owner/llm", json!({}));
    let options = SaveOptions::new().overwrite(true);
    save_of(input, body, vec![], folder.path(), options).await.unwrap();
    let text = std::fs::read_to_string(folder.path().join(&saved[0])).unwrap();
    assert_eq!(text, "The data: 5");
}

#[tokio::test]
async fn a_file_that_cannot_be_decoded_is_an_error_and_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let body = succeeded(&["data:image/png;base64,!!!"]);
    let error = save(body, vec![], folder.path(), SaveOptions::new()).await.unwrap_err();
    assert!(error.to_string().contains("cannot be decoded"), "{error}");
    assert!(
        !error.to_string().contains("!!!"),
        "content is in a file and not in a message: {error}"
    );
    let [kept] = &files(folder.path())[..] else { panic!("{:?}", files(folder.path())) };
    assert!(kept.starts_with("quickrouter-unread-"), "{kept}");
    assert!(error.to_string().contains(kept), "{error}");
    let kept = std::fs::read(folder.path().join(kept)).unwrap();
    let whole = succeeded(&["data:image/png;base64,!!!"]);
    assert_eq!(serde_json::from_slice::<Value>(&kept).unwrap(), whole);
}

#[tokio::test(start_paused = true)]
async fn a_download_that_never_ends_is_given_up_at_the_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let drip = Step::Doing(Arc::new(|| {
        reqwest::Body::wrap_stream(futures_util::stream::unfold((), |()| async {
            tokio::time::sleep(std::time::Duration::from_secs(20)).await;
            Some((Ok::<_, std::io::Error>("."), ()))
        }))
    }));
    let start = tokio::time::Instant::now();
    let error = save(succeeded(&[&out(0)]), vec![drip], folder.path(), SaveOptions::new())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("not complete after 600s"), "{error}");
    assert_eq!(start.elapsed().as_secs(), 600);
    assert_eq!(files(folder.path()), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn no_retry_after_of_a_download_is_too_odd() {
    for (text, fetched) in [("1e19", false), ("0", true), ("-1", true)] {
        let folder = tempfile::tempdir().unwrap();
        let busy = answer(429, &json!({})).with("retry-after", text);
        let downloads = vec![busy, raw(200, "image/png", PNG)];
        let saved = save(succeeded(&[&out(0)]), downloads, folder.path(), SaveOptions::new()).await;
        assert_eq!(saved.is_ok(), fetched, "{text}: {saved:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_saved_file_may_be_read_like_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    save(
        succeeded(&[&out(0)]),
        vec![raw(200, "image/png", PNG)],
        folder.path(),
        SaveOptions::new(),
    )
    .await
    .unwrap();
    std::fs::write(folder.path().join("other"), "").unwrap();
    let mode =
        |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("abc123-0.png"), mode("other"));
}

#[tokio::test]
async fn an_existing_file_is_an_error_unless_overwriting_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("abc123-0.png");
    std::fs::write(&file, "mine").unwrap();
    let downloads = || vec![raw(200, "image/png", PNG)];
    let error = save(succeeded(&[&out(0)]), downloads(), folder.path(), SaveOptions::new())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("already exists"), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    save(succeeded(&[&out(0)]), downloads(), folder.path(), SaveOptions::new().overwrite(true))
        .await
        .unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), PNG);
    assert_eq!(files(folder.path()), ["abc123-0.png"]);
}

#[tokio::test]
async fn an_existing_file_is_found_before_the_download() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("abc123-0.png"), "mine").unwrap();
    let body = succeeded(&[&out(0)]);
    // Were the body read to its end, it would break off and be fetched again.
    let error = save(body, vec![cut()], folder.path(), SaveOptions::new()).await.unwrap_err();
    assert!(error.to_string().contains("already exists"), "{error}");
}

#[tokio::test]
async fn a_file_that_appears_during_the_download_is_not_overwritten_either() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("abc123-0.png");
    let appears = file.clone();
    let downloads = vec![Step::Doing(Arc::new(move || {
        let file = appears.clone();
        let parts = futures_util::stream::iter(0..3).map(move |part| {
            if part == 1 {
                std::fs::write(&file, "mine").unwrap();
            }
            Ok::<_, std::io::Error>(PNG)
        });
        reqwest::Body::wrap_stream(parts)
    }))];
    let body = succeeded(&[&out(0)]);
    let error = save(body, downloads, folder.path(), SaveOptions::new()).await.unwrap_err();
    assert!(error.to_string().contains("already exists"), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    assert_eq!(files(folder.path()), ["abc123-0.png"]);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_breaks_off_is_fetched_again_and_leaves_no_file_if_it_never_comes() {
    let folder = tempfile::tempdir().unwrap();
    let downloads = vec![
        answer(500, &json!({})),
        Step::Fails(TransportErrorKind::Interrupted),
        raw(200, "image/png", ""),
        raw(200, "image/png", PNG),
    ];
    save(succeeded(&[&out(0)]), downloads, folder.path(), SaveOptions::new()).await.unwrap();
    assert_eq!(files(folder.path()), ["abc123-0.png"]);

    let folder = tempfile::tempdir().unwrap();
    let error = save(succeeded(&[&out(0)]), vec![cut(); 5], folder.path(), SaveOptions::new())
        .await
        .unwrap_err();
    assert_eq!(error.prediction_id().unwrap().as_str(), ID);
    assert!(error.to_string().contains(&out(0)), "{error}");
    assert_eq!(files(folder.path()), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_download_that_stands_still_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let start = tokio::time::Instant::now();
    let silence = vec![Step::Silence; 5];
    let error =
        save(succeeded(&[&out(0)]), silence, folder.path(), SaveOptions::new()).await.unwrap_err();
    assert!(error.to_string().contains("no byte for 30s"), "{error}");
    assert_eq!(start.elapsed().as_secs(), 5 * 30 + 7, "five attempts with their pauses");
}

#[tokio::test]
async fn what_was_saved_stays_when_another_fails() {
    let folder = tempfile::tempdir().unwrap();
    let downloads =
        vec![raw(200, "image/png", PNG), answer(410, &json!({})), raw(200, "image/png", PNG)];
    let error =
        save(succeeded(&[&out(0), &out(1), &out(2)]), downloads, folder.path(), SaveOptions::new())
            .await
            .unwrap_err();
    let Error::Output(trouble) = &error else { panic!("{error}") };
    assert_eq!(trouble.failed[0].url.as_deref(), Some(out(1).as_str()));
    assert_eq!(trouble.saved.len(), 2);
    assert_eq!(files(folder.path()), ["abc123-0.png", "abc123-2.png"]);
}

#[tokio::test]
async fn no_name_from_outside_leads_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    let mut body = succeeded(&[
        "https://x.example/../../../etc/passwd.p%2Fng",
        "https://x.example/a.%2e%2e%2fevil",
    ]);
    body["id"] = json!("../../evil/ü");
    let downloads = vec![raw(200, "../../png", PNG), raw(200, "", &b"\0\x01"[..])];
    let saved = save(body, downloads, &inner, SaveOptions::new()).await.unwrap();
    insta::assert_snapshot!(saved.join("\n"));
    assert_eq!(files(folder.path()), ["inner"]);
}

#[tokio::test]
async fn an_answer_without_an_id_is_named_by_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let body = json!({"created": 1_589_478_378, "data": [{"url": "https://x.example/a", "revised_prompt": "a b"}, {"b64_json": "iVBORw0KGgo="}]});
    let jpeg = raw(200, "image/jpeg", &b"\xff\xd8\xff\xe0"[..]);
    let saved = save(body, vec![jpeg], folder.path(), SaveOptions::new()).await.unwrap();
    assert_eq!(saved, ["quickrouter-1589478378-0.jpg", "quickrouter-1589478378-1.png"]);
}

#[tokio::test]
async fn a_prediction_without_outputs_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let mut removed = prediction("succeeded");
    removed["data_removed"] = json!(true);
    let mut shown = Vec::new();
    for body in [prediction("succeeded"), prediction("processing"), removed] {
        shown.push(
            save(body, vec![], folder.path(), SaveOptions::new()).await.unwrap_err().to_string(),
        );
    }
    insta::assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = save(succeeded(&[&out(0)]), vec![], &file.join("sub"), SaveOptions::new())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("cannot be made"), "{error}");
}

#[tokio::test]
async fn a_file_becomes_a_data_uri_if_it_is_small_enough() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    std::fs::write(&small, PNG).unwrap();
    assert!(
        quickrouter::files::data_uri(&small)
            .await
            .unwrap()
            .starts_with("data:image/png;base64,iVBORw0KGgo")
    );
    let large = folder.path().join("large");
    std::fs::write(&large, vec![0; 1_048_577]).unwrap();
    let error = quickrouter::files::data_uri(&large).await.unwrap_err();
    assert!(
        error.to_string().contains("has 1048577 bytes, but an input takes at most 1048576"),
        "{error}"
    );
    for missing in [folder.path().join("nothing"), folder.path().to_owned()] {
        let error = quickrouter::files::data_uri(&missing).await.unwrap_err();
        let Error::File(wrong) = &error else { panic!("{error}") };
        assert_eq!(wrong.path, missing);
        assert_eq!(error.to_string(), format!("file {}: {}", missing.display(), wrong.reason));
        let io_error = wrong.io_error.as_ref().map(|error| error.kind());
        let not_found = (!missing.exists()).then_some(std::io::ErrorKind::NotFound);
        assert_eq!(io_error, not_found, "{error}");
    }
}

#[test]
fn names_are_known_before_anything_is_fetched() {
    let client = Client::builder().api_key("k").base_url("https://g.example/replicate").build();
    let client = client.unwrap();
    let prediction = json!({
        "id": "a/b",
        "status": "succeeded",
        "model": "stability-ai/sdxl",
        "output": ["/v1/files/x.png", "https://cdn.example/y.png"],
    });
    let outputs = client.named_outputs(&Prediction::from_json(prediction).unwrap());
    let named: Vec<_> = outputs.iter().map(|one| (one.stem.as_str(), &one.output)).collect();
    let url = |url: &str| Output::Url(url.to_owned());
    let (first, second) =
        (url("https://g.example/v1/files/x.png"), url("https://cdn.example/y.png"));
    assert_eq!(named, [("a%2Fb-0", &first), ("a%2Fb-1", &second)]);
    for (url, reaches) in [
        ("https://g.example/v1/files/x.png", true),
        ("https://cdn.example/y.png", true),
        ("http://127.0.0.1:1/y.png", false),
        ("https://nas.local/y.png", false),
        ("data:image/png;base64,AA==", false),
    ] {
        assert_eq!(client.gateway_reaches(url), reaches, "{url}");
    }
}
