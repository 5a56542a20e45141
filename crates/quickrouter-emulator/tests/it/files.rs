//! The life of an uploaded file.

use crate::rig::{Answer, Rig, SDXL, pass, request, settings, version_of};
use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Method, StatusCode};
use quickrouter_emulator::{Emulator, Personality};
use serde_json::{Value, json};
use std::convert::Infallible;

const FILES: &str = "/replicate/v1/files";
const BOUNDARY: &str = "boundary-of-the-test";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\r\n--boundary-of-the-tes\x00\xff";

/// One part: the rest of its disposition, its media type, and its content.
type Part<'a> = (&'a str, &'a str, &'a [u8]);

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (disposition, kind, content) in parts {
        body.extend(
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {disposition}\r\n").bytes(),
        );
        if !kind.is_empty() {
            body.extend(format!("content-type: {kind}\r\n").bytes());
        }
        body.extend([b"\r\n", *content, b"\r\n"].concat());
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

async fn send(rig: &Rig, kind: &str, body: impl Into<Body>) -> Answer {
    let mut asked = request(Method::POST, FILES, &Value::Null);
    asked.headers_mut().insert("content-type", kind.parse().unwrap());
    *asked.body_mut() = body.into();
    rig.send(asked).await
}

async fn upload(rig: &Rig, parts: &[Part<'_>]) -> Answer {
    send(rig, &format!("multipart/form-data; boundary={BOUNDARY}"), form(parts)).await
}

const CAT: Part<'_> = ("name=\"content\"; filename=\"cat.png\"", "image/png", PNG);

async fn uploaded(rig: &Rig) -> Value {
    let answer = upload(rig, &[CAT]).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    answer.json()
}

fn id(file: &Value) -> &str {
    file["id"].as_str().unwrap()
}

fn path(url: &Value) -> String {
    let url: http::Uri = url.as_str().expect("a URL").parse().unwrap();
    url.path_and_query().unwrap().to_string()
}

#[tokio::test(start_paused = true)]
async fn a_file_is_uploaded_told_of_and_deleted() {
    let rig = Rig::new();
    let metadata: Part<'_> =
        ("name=\"metadata\"; filename=\"blob\"", "application/json", br#"{"of": ["a", "cat"]}"#);
    let answer = upload(&rig, &[CAT, metadata]).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let file = answer.json();
    insta::assert_json_snapshot!("uploaded", file);
    let got = rig.get(&path(&file["urls"]["get"])).await;
    assert_eq!((got.status, got.json()), (StatusCode::OK, file.clone()));
    assert_eq!(rig.gateway.file_content(id(&file)).unwrap(), PNG);
    let asked = http::Request::get(format!("/emulator/files/{}", id(&file)));
    let content = rig.send(asked.body(Body::empty()).unwrap()).await;
    assert_eq!((content.header("content-type"), &content.body[..]), ("image/png", PNG));
    assert!(content.header("content-security-policy").contains("sandbox"));
    let url = format!("{FILES}/{}", id(&file));
    let deleted = rig.call(Method::DELETE, &url, &Value::Null).await;
    assert_eq!((deleted.status, deleted.body.len()), (StatusCode::NO_CONTENT, 0));
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(rig.call(method, &url, &Value::Null).await.status, StatusCode::NOT_FOUND);
    }
    assert!(rig.gateway.file_content(id(&file)).is_none());
    assert_eq!(rig.get("/emulator/stats").await.json()["file_bytes_kept"], 0);
}

#[tokio::test(start_paused = true)]
async fn what_the_part_does_not_carry_other_parts_may_say() {
    let rig = Rig::new();
    let bare: Part<'_> = ("name=\"content\"", "", b"hello");
    let name: Part<'_> = ("name=\"filename\"", "", "猫.txt".as_bytes());
    let kind: Part<'_> = ("name=\"type\"", "", b"text/plain");
    let more: Part<'_> = ("name=\"unheard-of\"", "", b"skipped");
    let file = upload(&rig, &[name, bare, more, kind]).await.json();
    assert_eq!((&file["name"], &file["content_type"]), (&json!("猫.txt"), &json!("text/plain")));
    let file = upload(&rig, &[name, CAT, kind]).await.json();
    assert_eq!((&file["name"], &file["content_type"]), (&json!("cat.png"), &json!("image/png")));
    let file = upload(&rig, &[bare]).await.json();
    assert_eq!(file["name"], "file");
    assert_eq!(file["content_type"], "application/octet-stream");
    assert_eq!(file["metadata"], json!({}));
}

#[tokio::test(start_paused = true)]
async fn an_empty_file_is_a_file_of_size_0_with_the_digests_of_nothing() {
    let rig = Rig::new();
    let empty: Part<'_> = ("name=\"content\"; filename=\"a.txt\"", "text/plain", b"");
    let answer = upload(&rig, &[empty]).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    let file = answer.json();
    assert_eq!((&file["size"], &file["name"]), (&json!(0), &json!("a.txt")));
    // The first test vectors of RFC 1321, A.5, and FIPS 180-4.
    assert_eq!(file["checksums"]["md5"], "d41d8cd98f00b204e9800998ecf8427e");
    let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(file["checksums"]["sha256"], sha256);
    assert!(file["etag"].is_string());
    assert!(rig.gateway.file_content(id(&file)).unwrap().is_empty());
    let content = rig.get(&format!("/emulator/files/{}", id(&file))).await;
    assert_eq!((content.status, content.body.len()), (StatusCode::OK, 0));
}

#[tokio::test(start_paused = true)]
async fn a_file_ends_after_a_day_or_its_scaled_part() {
    for (scale, day) in [(1.0, 86_400_000), (10.0, 8_640_000), (0.0, 86_400_000)] {
        let rig = Rig::with(settings().time_scale(scale));
        let file = uploaded(&rig).await;
        let url = format!("{FILES}/{}", id(&file));
        pass(day - 1).await;
        assert_eq!(rig.get(&url).await.status, StatusCode::OK);
        pass(1).await;
        assert_eq!(rig.get(&url).await.status, StatusCode::NOT_FOUND);
        assert!(rig.gateway.file_content(id(&file)).is_none());
        assert_eq!(rig.get(FILES).await.json()["results"], json!([]));
    }
}

#[tokio::test(start_paused = true)]
async fn files_are_listed_in_pages_of_a_hundred_the_newest_first() {
    let rig = Rig::new();
    let mut all = vec![];
    for _ in 0..150 {
        all.insert(0, uploaded(&rig).await);
    }
    let first = rig.get(FILES).await.json();
    assert_eq!(first["results"].as_array().unwrap()[..], all[..100]);
    assert_eq!(first["previous"], Value::Null);
    assert!(first["next"].as_str().unwrap().starts_with("http://127.0.0.1:1/replicate/v1/files?"));
    let second = rig.get(&path(&first["next"])).await.json();
    assert_eq!(second["results"].as_array().unwrap()[..], all[100..]);
    assert_eq!(second["next"], Value::Null);
    assert_eq!(rig.get(&path(&second["previous"])).await.json(), first);
    let answer = rig.get(&format!("{FILES}?cursor=x")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_is_not_as_it_should_be_is_refused() {
    let rig = Rig::new();
    let whole = form(&[CAT]);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let long = "n".repeat(2_000);
    let long = format!("name=\"content\"; filename=\"{long}\"");
    let mut seen = vec![];
    for (kind, body) in [
        ("application/json", whole.clone()),
        ("multipart/form-data", whole.clone()),
        ("multipart/mixed; boundary=x", whole.clone()),
        ("multipart/form-data; boundary=another", whole.clone()),
        (&kind, vec![]),
        (&kind, b"hello".to_vec()),
        (&kind, whole[..whole.len() - 9].to_vec()),
        (&kind, form(&[])),
        (&kind, form(&[("name=\"file\"; filename=\"a\"", "", b"a")])),
        (&kind, form(&[CAT, CAT])),
        (&kind, form(&[CAT, ("name=\"metadata\"", "", b"[1]")])),
        (&kind, form(&[CAT, ("name=\"metadata\"", "", b"{")])),
        (&kind, form(&[CAT, ("name=\"metadata\"", "", &vec![b' '; 70_000])])),
        (&kind, form(&[CAT, ("name=\"filename\"", "", b"\xff")])),
        (&kind, form(&[(&long, "", b"a")])),
    ] {
        let answer = send(&rig, kind, body).await;
        assert_eq!(answer.header("content-type"), "application/problem+json", "{kind}");
        seen.push((answer.status.as_u16(), answer.json()["detail"].clone()));
    }
    insta::assert_json_snapshot!("refused_uploads", seen);
    assert_eq!(rig.get("/emulator/stats").await.json()["files_kept"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_too_large_is_refused_as_soon_as_that_is_known() {
    let rig = Rig::new();
    let start = form(&[CAT]);
    let start = Bytes::from(start[..start.len() - BOUNDARY.len() - 8].to_vec());
    let piece = Bytes::from(vec![7; 1024 * 1024]);
    let pieces = stream::iter([start]).chain(stream::repeat(piece));
    let endless = Body::from_stream(pieces.map(Ok::<_, Infallible>));
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let answer = send(&rig, &kind, endless).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    // Its room is free again.
    uploaded(&rig).await;
    assert_eq!(rig.get("/emulator/stats").await.json()["file_bytes_kept"], PNG.len());
}

#[tokio::test]
async fn a_large_file_comes_whole_over_a_socket() {
    let emulator = Emulator::builder().start().await.unwrap();
    let content: Vec<u8> =
        (0..5_000_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
    let body = form(&[("name=\"content\"; filename=\"a.bin\"", "", &content)]);
    let client = quickrouter_api::direct_client().unwrap();
    let answer = client
        .post(format!("{}/v1/files", emulator.base_url()))
        .bearer_auth("k")
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
    let file: Value = answer.json().await.unwrap();
    assert_eq!(file["size"], 5_000_000);
    assert!(emulator.gateway().file_content(id(&file)).unwrap() == content);
    let url = format!("{}/emulator/files/{}", emulator.origin(), id(&file));
    let answer = client.get(url).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    assert!(answer.bytes().await.unwrap() == content);
}

async fn over(rig: &Rig, url: &str) -> Value {
    let created = rig.created(json!({"prompt": "a cat", "image": url})).await;
    pass(60_000).await;
    rig.prediction(&created).await
}

#[tokio::test(start_paused = true)]
async fn an_input_may_name_an_uploaded_file_for_as_long_as_it_is_there() {
    let rig = Rig::new();
    let file = uploaded(&rig).await;
    let url = file["urls"]["get"].as_str().unwrap();
    assert_eq!(over(&rig, url).await["status"], "succeeded");
    let content = format!("http://localhost:1/emulator/files/{}", id(&file));
    assert_eq!(over(&rig, &content).await["status"], "succeeded");
    rig.call(Method::DELETE, &format!("{FILES}/{}", id(&file)), &Value::Null).await;
    insta::assert_json_snapshot!("input_without_its_file", over(&rig, url).await);
    assert_eq!(over(&rig, &content).await["status"], "failed");
    assert_eq!(rig.gateway.creates_accepted(), 4, "the model fails, and the create was accepted");
    for other in ["https://example.com/replicate/v1/files/x", "http://127.0.0.1:1/a.png"] {
        assert_eq!(over(&rig, other).await["status"], "succeeded", "{other} is not looked at");
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateway_does_not_relay_files_unless_it_relays_all() {
    let rig = Rig::with(settings().personality(Personality::Gateway));
    let answer = upload(&rig, &[CAT]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    insta::assert_json_snapshot!("not_relayed", answer.json());
    for (method, path) in [(Method::GET, FILES), (Method::DELETE, "/replicate/v1/files/x")] {
        assert_eq!(rig.call(method, path, &Value::Null).await.status, StatusCode::NOT_FOUND);
    }
    let rig = Rig::with(settings().personality(Personality::Gateway).relays_all(true));
    let answer = upload(&rig, &[CAT]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let url = answer.json()["urls"]["get"].as_str().unwrap().to_owned();
    assert!(url.starts_with("http://127.0.0.1:2/v1/files/"), "{url}");
    let body = json!({"version": version_of(SDXL), "input": {"image": url}});
    let created = rig.post("/replicate/v1/predictions", &body).await.json();
    pass(60_000).await;
    assert_eq!(rig.prediction(created["id"].as_str().unwrap()).await["status"], "succeeded");
}
