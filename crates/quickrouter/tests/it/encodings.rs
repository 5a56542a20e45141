//! Content codings of responses.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use quickrouter::inputs::SdxlInput;
use quickrouter::{Error, PredictionId};

use crate::scripted::{ID, Script, Step, answer, prediction, raw, succeeded};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0123456789";
const URL: &str = "https://files.example/out-0.png";

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn coded(status: u16, media_type: &str, coding: &str, body: &[u8]) -> Step {
    raw(status, media_type, body).with("content-encoding", coding)
}

fn json(status: u16, coding: &str, body: &serde_json::Value) -> Step {
    coded(status, "application/json", coding, &gzip(body.to_string().as_bytes()))
}

#[tokio::test(start_paused = true)]
async fn a_picture_comes_whole_where_everything_is_in_gzip() {
    let script = Script::new([
        json(201, "gzip", &prediction("starting")),
        json(200, "x-gzip", &prediction("processing")),
        json(200, "GZIP", &succeeded(&[URL])),
        coded(200, "image/png", "gzip", &gzip(PNG)),
    ]);
    let client = script.client();
    let done = client.run(SdxlInput::builder().build()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let saved = client.save(&done, folder.path()).await.unwrap();
    assert_eq!(std::fs::read(&saved[0]).unwrap(), PNG);
}

#[tokio::test(start_paused = true)]
async fn a_create_answered_in_another_coding_keeps_the_whole_answer_and_is_not_sent_again() {
    let body = b"\x0b\x02\x80 not json \xff\x00".repeat(500);
    let script = Script::new([coded(201, "application/json", "br", &body)]);
    let error = script.client().create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(error.to_string().contains("\"br\""), "{error}");
    let Error::OutcomeUnknown(unknown) = error else { panic!("{error}") };
    assert_eq!(unknown.body, body);
    assert_eq!(script.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_gzip_breaks_off_is_known_by_the_id_that_came() {
    let whole = gzip(prediction("starting").to_string().as_bytes());
    let cut = &whole[..whole.len() - 8];
    let first = coded(201, "application/json", "gzip", cut);
    let script = Script::new([first, answer(200, &prediction("starting"))]);
    let created = script.client().create(SdxlInput::builder().build()).await.unwrap();
    assert_eq!(created.id().unwrap().as_str(), ID);
    assert_eq!(script.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_look_in_another_coding_does_not_end_the_wait() {
    let page = coded(200, "application/json", "br", b"\x0b\x02\x80");
    let mut steps = vec![answer(201, &prediction("starting"))];
    steps.extend(vec![page; 2]);
    steps.push(answer(200, &succeeded(&[URL])));
    let script = Script::new(steps);
    script.client().run(SdxlInput::builder().build()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_download_in_another_coding_is_tried_again_and_named() {
    let page = || coded(200, "image/png", "zstd", PNG);
    let script =
        Script::new(std::iter::once(answer(200, &succeeded(&[URL]))).chain((0..5).map(|_| page())));
    let client = script.client();
    let prediction = client.get(&PredictionId::new(ID).unwrap()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let error = client.save(&prediction, folder.path()).await.unwrap_err();
    assert!(matches!(error, Error::Output(_)), "{error}");
    assert!(error.to_string().contains("zstd"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(script.sent().len(), 6);
}
