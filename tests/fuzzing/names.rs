//! Target `names`: what ids, URLs and media types of a server's turn into, in paths and on disk.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_TYPE, LOCATION};
use percent_encoding::percent_decode_str;
use quickrouter::catalog::{BASE_URL, routes};
use quickrouter::{Client, Error, Prediction, PredictionId, SaveOptions};
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::service::{Page, Sent, Service, input, run};
use super::texts::{check_error, check_prediction};

/// More outputs than this show nothing new, and take long.
const OUTPUTS: usize = 4;

/// What begins like this is a picture, whatever follows.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Lines: the id, the media type of what is fetched, where the first fetch is redirected to (or
/// nothing), and then an output each. In a line, `␤` stands for a line feed.
pub fn names(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n').map(|line| line.replace('␤', "\n"));
    let mut line = || lines.next().unwrap_or_default();
    let (id, media_type, redirect) = (line(), line(), line());
    let mut outputs: Vec<String> = lines.take(OUTPUTS).collect();
    let data = [PICTURE, data].concat();
    outputs.push(format!("data:image/png;base64,{}", STANDARD.encode(&data)));
    run(async |client, service| {
        let mut body = json!({"created": 5, "data": outputs});
        match PredictionId::new(id.as_str()) {
            Ok(accepted) => {
                assert_eq!((accepted.as_str(), accepted.to_string()), (id.as_str(), id.clone()));
                check_requests(client, service, &accepted).await;
                body = json!({"id": id, "status": "succeeded", "output": outputs});
            }
            Err(error) => {
                assert!(matches!(id.as_str(), "" | "." | ".."), "{id:?}");
                check_error(&error.into());
            }
        }
        let prediction = created(client, service, &body).await;
        check_prediction(&prediction);
        let downloads = || answer_downloads(service, &media_type, &redirect, &data);
        check_saving(client, &prediction, &data, downloads).await;
        for sent in service.sent() {
            assert!(!sent.with_key, "{} was asked for with the key", sent.url);
            assert!(matches!(sent.url.scheme(), "http" | "https"), "{}", sent.url);
        }
    });
}

async fn created(client: &Client, service: &Service, body: &Value) -> Prediction {
    let page = Page::new(201, body.to_string());
    service.answers(move |_| page.clone());
    let prediction = client.create(input()).await.expect("a prediction");
    drop(service.sent());
    prediction
}

/// Requests about an id go to the base URL, and the id is one segment of their path.
async fn check_requests(client: &Client, service: &Service, id: &PredictionId) {
    service.answers(|_| Page::new(404, ""));
    drop((client.get(id).await, client.cancel(id).await));
    let base = Url::parse(BASE_URL).unwrap();
    let sent = service.sent();
    let [get, cancel] = sent.as_slice() else { panic!("{sent:?}") };
    let asked = [
        (get, Method::GET, routes::GET_PREDICTION),
        (cancel, Method::POST, routes::CANCEL_PREDICTION),
    ];
    for (sent, method, route) in asked {
        assert_eq!((&sent.method, sent.url.origin()), (&method, base.origin()));
        assert_eq!((sent.url.query(), sent.url.fragment()), (None, None), "{}", sent.url);
        let path = sent.url.path().strip_prefix(base.path()).expect("the base URL's prefix");
        let segments: Vec<&str> = path.split('/').collect();
        let expected: Vec<&str> = route.path.split('/').collect();
        assert_eq!(segments.len(), expected.len(), "{path}");
        for (segment, expected) in segments.into_iter().zip(expected) {
            let expected = if expected.starts_with('{') { id.as_str() } else { expected };
            assert_eq!(percent_decode_str(segment).decode_utf8().unwrap(), expected, "{path}");
        }
    }
}

/// Every URL is answered with the same content, the first one after a redirect.
fn answer_downloads(service: &Service, media_type: &str, redirect: &str, content: &[u8]) {
    let found = Page::new(200, content).with(CONTENT_TYPE, media_type.as_bytes());
    let mut elsewhere =
        (!redirect.is_empty()).then(|| Page::new(302, "").with(LOCATION, redirect.as_bytes()));
    service.answers(move |_: &Sent| elsewhere.take().unwrap_or_else(|| found.clone()));
}

/// Files lie directly in the folder, under plain names, and nothing that was there is changed.
async fn check_saving(client: &Client, prediction: &Prediction, data: &[u8], downloads: impl Fn()) {
    let place = tempfile::tempdir().expect("a place for files");
    let (folder, beside) = (place.path().join("folder"), place.path().join("beside"));
    fs::create_dir(&folder).unwrap();
    fs::write(&beside, "beside").unwrap();
    let options = SaveOptions::new().concurrency(1);
    downloads();
    let saved = match client.save_with(prediction, &folder, &options).await {
        Ok(saved) => saved,
        Err(error) => {
            check_error(&error);
            let Error::Output(output) = error else { panic!("{error:?}") };
            output.saved
        }
    };
    let picture = saved.last().expect("the last output can always be saved");
    assert_eq!(fs::read(picture).unwrap(), data, "what was written is what came");
    check_files(&folder, &saved);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2, "nothing else came into being");
    assert_eq!(fs::read(&beside).unwrap(), b"beside");

    // Saved again, nothing is overwritten.
    for path in &saved {
        fs::write(path, "mine").unwrap();
    }
    downloads();
    let again = match client.save_with(prediction, &folder, &options).await {
        Ok(again) => again,
        Err(Error::Output(again)) => again.saved,
        Err(error) => panic!("{error:?}"),
    };
    // What has no id cannot be had again, so it gets other names.
    assert!(prediction.id().is_none() || again.is_empty(), "{again:?}");
    assert!(saved.iter().all(|path| fs::read(path).unwrap() == b"mine"), "{saved:?}");
    check_files(&folder, &[saved, again].concat());
}

/// Whether a file is not the response that is kept where something of it cannot be had again.
fn is_output(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    let time = name.strip_prefix("quickrouter-unread-").and_then(|rest| rest.strip_suffix(".json"));
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '-' | 'T' | 'Z');
    !time.is_some_and(|time| time.chars().all(plain))
}

/// The folder holds these files and nothing else, but for what was not understood.
fn check_files(folder: &Path, saved: &[PathBuf]) {
    let found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut found: Vec<PathBuf> =
        found.map(|entry| entry.path()).filter(|path| is_output(path)).collect();
    let mut expected = saved.to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    for path in found {
        assert!(path.symlink_metadata().unwrap().is_file(), "{}", path.display());
        let name = path.file_name().unwrap().to_str().expect("a plain name");
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.%".contains(&byte);
        assert!(name.bytes().all(plain) && name.len() < 255, "{name}");
        assert!(!name.starts_with('.') && !name.ends_with('.'), "{name}");
    }
}
