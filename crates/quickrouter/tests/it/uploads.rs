//! Files for inputs: what is sent, and what is not.

use std::fmt::Write;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::{BoxFuture, FutureExt};
use http_body_util::BodyExt;
use quickrouter::catalog::limits;
use quickrouter::inputs::SdxlInput;
use quickrouter::transport::{Transport, TransportError, TransportErrorKind};
use quickrouter::{Client, Error, FileId, RetryPolicy, UploadedFile};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::messages::odd_answers;
use crate::scripted::{ID, KEY, Script, Sent, Step, answer, prediction, raw, uploaded};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
#[allow(clippy::cast_possible_truncation, reason = "it is small")]
pub(crate) const INLINE: usize = limits::INLINE_FILE_BYTES as usize;

/// A folder with one file in it, which begins like a picture.
pub(crate) struct Picture {
    folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
}

impl Picture {
    fn named(name: &str, size: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut content = PNG.to_vec();
        content.resize(size, b'.');
        std::fs::write(&path, content).unwrap();
        Self { folder, path }
    }

    pub(crate) fn of(size: usize) -> Self {
        Self::named("in.png", size)
    }

    async fn upload(&self, script: &Arc<Script>) -> Result<UploadedFile, Error> {
        script.client().upload(&self.path).await
    }
}

/// Requests as they left, with a boundary that stays the same.
fn shown(sent: &[Sent]) -> String {
    let shown = sent.iter().map(|sent| {
        let shown = sent.shown();
        let boundary = shown.split("boundary=").nth(1).and_then(|rest| rest.lines().next());
        boundary.map_or(shown.clone(), |boundary| shown.replace(boundary, "BOUNDARY"))
    });
    shown.collect::<Vec<_>>().join("\n\n").replace('\r', "")
}

#[tokio::test(start_paused = true)]
async fn an_uploaded_file_is_a_part_with_its_name_and_its_url_is_put_into_the_input_only() {
    let script = Script::new([answer(201, &uploaded()), answer(201, &prediction("starting"))]);
    let client = script.client();
    let file = client.upload(Picture::of(12).path).await.unwrap();
    client.create(SdxlInput::builder().image(file.url()).build()).await.unwrap();
    let sent = script.sent();
    assert_eq!(sent[0].key.as_deref(), Some(format!("Bearer {KEY}").as_str()));
    insta::assert_snapshot!(shown(&sent));
}

#[tokio::test(start_paused = true)]
async fn the_length_that_is_announced_is_the_length_that_is_sent() {
    let script = Script::new([answer(201, &uploaded())]);
    // No part of a file is read twice or left out, whatever the size of what is read at once.
    let picture = Picture::of(3 * INLINE + 7);
    picture.upload(&script).await.unwrap();
    let sent = &script.sent()[0];
    let (_, announced) = sent.headers.iter().find(|(name, _)| name == "content-length").unwrap();
    let more = sent.streamed.matches('\u{fffd}').count() * ('\u{fffd}'.len_utf8() - 1);
    assert_eq!(announced.parse::<usize>().unwrap(), sent.streamed.len() - more);
    assert!(sent.streamed.contains(&".".repeat(3 * INLINE + 7 - PNG.len())));
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_name_cannot_leave_its_header() {
    let script = Script::new([answer(201, &uploaded())]);
    Picture::named("a\r\n\r\n\"; name=\"metadata\"画.png", 8).upload(&script).await.unwrap();
    let sent = &script.sent()[0].streamed;
    let line = sent.lines().nth(1).unwrap();
    let expected = r#"name="content"; filename="a\"; name=\"metadata\"画.png""#;
    assert_eq!(line, format!("Content-Disposition: form-data; {expected}"));
}

#[tokio::test(start_paused = true)]
async fn a_files_record_is_plain_data_and_kept_whole() {
    let file = Picture::of(8).upload(&Script::new([answer(201, &uploaded())])).await.unwrap();
    assert_eq!(file.id().as_str(), "file-1");
    assert_eq!(file.url(), "https://api.replicate.com/v1/files/file-1");
    assert_eq!((file.name(), file.media_type()), (Some("in.png"), Some("image/png")));
    assert_eq!((file.size(), file.expires_at()), (Some(8), Some("2026-11-25T10:00:00.123Z")));
    assert_eq!(file.created_at(), Some("2026-11-24T10:00:00.123Z"));
    assert_eq!(serde_json::to_value(&file).unwrap(), uploaded());

    let bare = json!({"id": "f", "urls": {"get": "http://127.0.0.1/f"}, "name": null, "size": "?"});
    let file = Picture::of(8).upload(&Script::new([answer(200, &bare)])).await.unwrap();
    assert_eq!((file.name(), file.size(), file.raw()), (None, None, &bare));
}

#[tokio::test(start_paused = true)]
async fn an_upload_costs_nothing_and_is_sent_again() {
    let page = "<html><head><title>502 Bad Gateway</title></head></html>";
    let script = Script::new([
        Step::Fails(TransportErrorKind::NotSent),
        Step::Fails(TransportErrorKind::Interrupted),
        answer(429, &json!({"detail": "slow down"})).with("retry-after", "7"),
        raw(502, "text/html", page),
        answer(201, &uploaded()),
    ]);
    let start = Instant::now();
    Picture::of(8).upload(&script).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(7), "{:?}", start.elapsed());
    let sent = script.sent();
    assert_eq!(sent.len(), 5);
    assert!(sent[4].streamed.contains("PNG"), "the last one is whole again");
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_is_refused_for_being_too_many_holds_back_reads() {
    let busy = answer(429, &json!({})).with("retry-after", "20");
    let seen = answer(200, &prediction("starting"));
    let script = Script::new([busy, answer(201, &uploaded()), seen]);
    let (client, picture, start) = (script.client(), Picture::of(8), Instant::now());
    let read = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.get(&quickrouter::PredictionId::new(ID).unwrap()).await.unwrap();
        start.elapsed()
    };
    let (file, read) = tokio::join!(client.upload(&picture.path), read);
    file.unwrap();
    assert!(read >= Duration::from_secs(20), "{read:?}");
}

#[tokio::test(start_paused = true)]
async fn what_an_upload_says_about_odd_answers() {
    let lacking = |key: &str| {
        let mut file = uploaded();
        file.as_object_mut().unwrap().remove(key);
        answer(201, &file)
    };
    let mut elsewhere = uploaded();
    elsewhere["urls"]["get"] = json!("file:///etc/passwd");
    let mut steps = vec![
        answer(404, &json!({"error": {"message": "Invalid URL (POST /v1/files)"}})),
        raw(404, "text/plain", "404 page not found"),
        answer(405, &json!({"detail": "Method not allowed"})),
        raw(413, "text/html", "<html><title>413 Request Entity Too Large</title></html>"),
        lacking("id"),
        lacking("urls"),
        answer(200, &elsewhere),
        answer(200, &prediction("starting")),
        answer(200, &json!({"id": "file-abc", "object": "file", "bytes": 8, "purpose": "vision"})),
    ];
    steps.extend(odd_answers());
    let mut shown = String::new();
    for step in steps {
        let script = Script::new([step]);
        let once = RetryPolicy::new().max_attempts(1);
        let client = script.builder().retry_policy(once).build().unwrap();
        let error = client.upload(Picture::of(8).path).await.unwrap_err();
        assert_eq!(script.sent().len(), 1);
        writeln!(shown, "{error}\n").unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_file_to_upload_is_refused_and_nothing_is_sent() {
    let picture = Picture::of(0);
    let folder = picture.folder.path();
    let mut paths = vec![folder.join("missing.png"), folder.to_owned(), picture.path.clone()];
    #[cfg(unix)]
    {
        let pipe = folder.join("pipe.png");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        paths.push(pipe);
    }
    let mut shown = String::new();
    for path in paths {
        let script = Script::new([]);
        let error = script.client().upload(&path).await.unwrap_err();
        let uri = script.client().file_uri(&path).await.unwrap_err();
        assert!(matches!(error, Error::File(_)), "{error}");
        assert_eq!(error.to_string(), uri.to_string());
        assert!(script.sent().is_empty());
        writeln!(shown, "{}", error.to_string().replace(folder.to_str().unwrap(), "FOLDER"))
            .unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test(start_paused = true)]
async fn what_fits_goes_into_the_input_and_what_does_not_is_uploaded() {
    let script = Script::new([]);
    for size in [1, INLINE] {
        let uri = script.client().file_uri(Picture::of(size).path).await.unwrap();
        assert_eq!(uri, quickrouter::files::data_uri(Picture::of(size).path).await.unwrap());
        let checked = script.client().check(SdxlInput::builder().image(uri).build());
        assert!(checked.is_ok(), "{checked:?}");
    }
    assert!(script.sent().is_empty());

    let large = Picture::of(INLINE + 1);
    let script = Script::new([answer(201, &uploaded())]);
    let uri = script.client().file_uri(&large.path).await.unwrap();
    assert_eq!(uri, "https://api.replicate.com/v1/files/file-1");
    assert_eq!(script.calls(), ["POST /v1/files"]);

    let error = quickrouter::files::data_uri(&large.path).await.unwrap_err();
    let told = error.to_string();
    let size = (INLINE + 1).to_string();
    assert!(told.contains("Client::file_uri") && told.contains(&size), "{told}");
}

/// Takes the beginning of an upload, then does something to the file, then takes the rest.
struct Meddler {
    path: PathBuf,
    meddle: fn(&Path),
    requests: std::sync::atomic::AtomicUsize,
}

impl Transport for Meddler {
    fn send(
        &self,
        mut request: reqwest::Request,
    ) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        async move {
            self.requests.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let mut body = request.body_mut().take().unwrap();
            let mut taken = 0;
            while taken < INLINE / 2 {
                taken += body.frame().await.unwrap().unwrap().into_data().unwrap().len();
            }
            assert!(taken < INLINE, "it is not held in memory as a whole");
            (self.meddle)(&self.path);
            // What is wrong with a body is not always told by the network.
            body.collect().await.map_err(|_| {
                TransportError::new(TransportErrorKind::Interrupted, "stream reset")
            })?;
            let file = uploaded().to_string();
            Ok(http::Response::builder().status(201).body(file).unwrap().into())
        }
        .boxed()
    }
}

fn opened(path: &Path) -> File {
    File::options().write(true).open(path).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_file_that_changes_while_it_is_uploaded_is_told_and_not_sent_again() {
    let ways: [fn(&Path); 3] = [
        |path| opened(path).set_len(limits::INLINE_FILE_BYTES).unwrap(),
        |path| opened(path).set_len(9 << 20).unwrap(),
        |path| opened(path).set_modified(SystemTime::now() + Duration::from_secs(60)).unwrap(),
    ];
    let mut told = String::new();
    for meddle in ways {
        let picture = Picture::of(2 * INLINE);
        let path = picture.path.clone();
        let meddler = Arc::new(Meddler { path, meddle, requests: 0.into() });
        let client = Client::builder().api_key(KEY).transport(meddler.clone()).build().unwrap();
        let start = Instant::now();
        let error = client.upload(&picture.path).await.unwrap_err();
        assert!(matches!(error, Error::File(_)), "{error}");
        assert_eq!(start.elapsed(), Duration::ZERO, "it is known at once");
        assert_eq!(meddler.requests.load(std::sync::atomic::Ordering::SeqCst), 1);
        let folder = picture.folder.path().to_str().unwrap();
        writeln!(told, "{}", error.to_string().replace(folder, "FOLDER")).unwrap();
    }
    insta::assert_snapshot!(told);
}

/// Takes an upload and answers after a while.
struct Slow(Duration);

impl Transport for Slow {
    fn send(
        &self,
        _: reqwest::Request,
    ) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        async {
            tokio::time::sleep(self.0).await;
            let file = uploaded().to_string();
            Ok(http::Response::builder().status(201).body(file).unwrap().into())
        }
        .boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_has_a_second_more_for_every_16_kib_and_then_ends() {
    let picture = Picture::of(4 << 20);
    let limit = Duration::from_secs(60 + (4 << 20) / (16 << 10));
    let client = |takes: Duration| {
        let once = RetryPolicy::new().max_attempts(1);
        let builder = Client::builder().api_key(KEY).transport(Arc::new(Slow(takes)));
        builder.retry_policy(once).build().unwrap()
    };
    client(limit.saturating_sub(Duration::from_secs(1))).upload(&picture.path).await.unwrap();
    let start = Instant::now();
    let error = client(2 * limit).upload(&picture.path).await.unwrap_err();
    assert!(matches!(error, Error::Interrupted { .. }), "{error}");
    assert_eq!(start.elapsed(), limit);
}

#[tokio::test(start_paused = true)]
async fn all_attempts_together_end_with_the_deadline() {
    let script = Script::new(vec![Step::Silence; 5]);
    let policy = quickrouter::WaitPolicy::new().deadline(Duration::from_secs(100));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let start = Instant::now();
    client.upload(Picture::of(8).path).await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_secs(100));
}

#[tokio::test(start_paused = true)]
async fn an_uploaded_file_is_deleted_by_its_id() {
    let none = answer(404, &json!({"detail": "The requested resource could not be found."}));
    let steps = [
        raw(204, "", ""),
        answer(200, &Value::Null),
        raw(502, "text/html", "<html>"),
        raw(204, "", ""),
        none,
        answer(404, &json!({"error": {"message": "Invalid URL"}})),
    ];
    let script = Script::new(steps);
    let client = script.client();
    for _ in 0..3 {
        client.delete_file(&FileId::new("../a/b").unwrap()).await.unwrap();
    }
    let mut told = String::new();
    for _ in 0..2 {
        let error = client.delete_file(&FileId::new("file-1").unwrap()).await.unwrap_err();
        writeln!(told, "{error}").unwrap();
    }
    insta::assert_snapshot!(format!("{}\n\n{told}", script.sent()[0].shown()));
    assert_eq!(script.calls().len(), 6);
    for id in ["", ".", ".."] {
        assert!(FileId::new(id).is_err(), "{id:?}");
    }
}
