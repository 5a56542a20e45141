//! Content codings: gzip is decoded wherever it comes, and nothing else is taken for content.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use quickrouter_api::{Downloads, Fail, Kept, Kind, Opened};
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue,
};
use reqwest::{Body, Response, Url};

use crate::{KEY, Stand, gate, get, respond};

const JSON: &str = r#"{"id": "abc123", "status": "starting"}"#;
const HOME: &str = "https://gateway.example/";

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// An answer with these lines of `Content-Encoding`, whose body comes in parts of this size.
fn coded(codings: &[&'static str], body: &[u8], size: usize) -> Response {
    let parts: Vec<_> =
        body.chunks(size).map(|part| Ok::<_, std::io::Error>(part.to_vec())).collect();
    let mut response = respond(200, Body::wrap_stream(futures_util::stream::iter(parts)));
    for coding in codings {
        response.headers_mut().append(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response.headers_mut().insert(CONTENT_LENGTH, body.len().into());
    response
}

fn stand(codings: &'static [&'static str], body: Vec<u8>, size: usize) -> Arc<Stand> {
    Stand::answering(move || Ok(coded(codings, &body, size)))
}

/// What the gate makes of such an answer.
async fn sent(codings: &'static [&'static str], body: Vec<u8>) -> Result<Vec<u8>, Fail> {
    let response = gate(stand(codings, body, 7)).send("test", get(HOME)).await?;
    assert!(!response.headers().contains_key(CONTENT_ENCODING), "it is decoded");
    Ok(response.bytes().await.unwrap().to_vec())
}

async fn all(mut opened: Opened) -> Result<Vec<u8>, Fail> {
    let mut all = Vec::new();
    while let Some(chunk) = opened.chunks.next().await? {
        assert!(!chunk.is_empty(), "an empty chunk says nothing");
        all.extend_from_slice(&chunk);
    }
    Ok(all)
}

async fn open(stand: Arc<Stand>) -> Opened {
    let downloads =
        Downloads::new(stand, HeaderValue::from_static("tests"), Duration::from_secs(1));
    downloads.open(Url::parse("https://files.example/f").unwrap()).await.unwrap()
}

/// What a download of such an answer gives, in parts of this size.
async fn downloaded(
    codings: &'static [&'static str],
    body: Vec<u8>,
    size: usize,
) -> Result<Vec<u8>, Fail> {
    all(open(stand(codings, body, size)).await).await
}

/// Codings that end in this body, and the body as it comes.
fn understood(plain: &[u8]) -> Vec<(&'static [&'static str], Vec<u8>)> {
    let (once, twice) = (gzip(plain), gzip(&gzip(plain)));
    let middle = plain.len() / 2;
    let members = [gzip(&plain[..middle]), gzip(&plain[middle..])].concat();
    vec![
        (&[], plain.to_vec()),
        (&[""], plain.to_vec()),
        (&["identity"], plain.to_vec()),
        (&["Identity, identity"], plain.to_vec()),
        (&["aws-chunked"], plain.to_vec()),
        (&["utf-8"], plain.to_vec()),
        (&["gzip"], once.clone()),
        (&["GZip"], once.clone()),
        (&["x-gzip"], once.clone()),
        (&["X-GZIP"], once.clone()),
        (&["identity, gzip"], once.clone()),
        (&["gzip ,"], once.clone()),
        (&["aws-chunked,gzip"], once.clone()),
        (&["gzip, gzip"], twice.clone()),
        (&["gzip", "x-gzip"], twice),
        // Said twice and done once, as by two servers in a row.
        (&["gzip", "gzip"], once.clone()),
        (&["gzip"], members.clone()),
        (&["gzip"], [&once[..], b"\0\0\0\0\0\0\0"].concat()),
        (&["gzip"], [&once[..], b"\r\n"].concat()),
        (&["gzip"], [&once[..], b"\x1f"].concat()),
        (&["gzip"], [&members[..], b"trailing garbage"].concat()),
        // Said and not done.
        (&["gzip"], plain.to_vec()),
        (&["gzip, gzip"], plain.to_vec()),
    ]
}

#[tokio::test]
async fn gzip_is_decoded_in_an_answer_and_in_a_download_however_it_is_written() {
    for (codings, body) in understood(JSON.as_bytes()) {
        let answer = sent(codings, body.clone()).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), JSON, "{codings:?}");
        for size in [1, 2, 3, body.len()] {
            let file = downloaded(codings, body.clone(), size).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&file), JSON, "{codings:?} by {size}");
        }
    }
}

#[tokio::test]
async fn large_bodies_come_whole() {
    let plain: Vec<u8> =
        (0..300_000_u32).flat_map(|number| (number % 9973).to_le_bytes()).collect();
    for (codings, body) in understood(&plain) {
        let file = downloaded(codings, body, 16 << 10).await.unwrap();
        assert!(file == plain, "{codings:?}: {} bytes", file.len());
    }
}

#[tokio::test]
async fn gzip_without_its_header_is_decoded_in_an_answer_and_left_in_a_file() {
    let body = gzip(JSON.as_bytes());
    assert_eq!(sent(&[], body.clone()).await.unwrap(), JSON.as_bytes());
    assert_eq!(downloaded(&[], body.clone(), 7).await.unwrap(), body);
    // A gzip file whose server says of it twice what it is.
    for media_type in ["application/gzip", "Application/X-Gzip; charset=binary"] {
        let answer = body.clone();
        let opened = open(Stand::answering(move || {
            let mut response = coded(&["gzip"], &answer, 9);
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            Ok(response)
        }));
        assert_eq!(all(opened.await).await.unwrap(), body, "{media_type}");
    }
}

#[tokio::test]
async fn a_coding_that_is_not_understood_is_refused_by_its_name_and_the_body_is_kept() {
    for codings in [
        &["br"],
        &["deflate"],
        &["zstd"],
        &["compress"],
        &["gzip, br"],
        &["unheard-of"],
        &["gzip, gzip, gzip, gzip"],
    ] {
        let fail = sent(codings, JSON.into()).await.unwrap_err();
        assert_eq!(fail.kind, Kind::Coding, "{codings:?}");
        let name = codings[0].split(", ").last().unwrap();
        assert!(fail.to_string().contains(name), "{fail}");
        let answer = fail.answer.unwrap();
        assert_eq!((&answer.body[..], answer.status.as_u16()), (JSON.as_bytes(), 200));

        let opened = open(stand(codings, JSON.into(), 5)).await;
        assert!(opened.coded && opened.headers.contains_key(CONTENT_ENCODING));
        let fail = all(opened).await.unwrap_err();
        assert_eq!(fail.kind, Kind::Coding, "{codings:?}");
        assert!(fail.to_string().contains(name), "{fail}");
    }
}

#[tokio::test]
async fn an_empty_body_has_no_coding_whatever_its_headers_say() {
    for codings in [&["gzip"], &["x-gzip"], &["br"]] {
        let kept = Kept::default();
        gate(stand(codings, Vec::new(), 1)).keeping(&kept).send("test", get(HOME)).await.unwrap();
        assert!(kept.take().unwrap().1.is_empty());
        assert_eq!(downloaded(codings, Vec::new(), 1).await.unwrap(), b"");
    }
}

#[tokio::test]
async fn gzip_that_ends_too_soon_is_cut_and_what_came_of_it_is_kept() {
    let plain = JSON.repeat(2);
    let whole = gzip(plain.as_bytes());
    for length in 2..whole.len() {
        let fail = sent(&["gzip"], whole[..length].to_vec()).await.unwrap_err();
        assert_eq!(fail.kind, Kind::BodyCut, "{length}");
        assert!(plain.as_bytes().starts_with(&fail.answer.unwrap().body), "{length}");
        let fail = downloaded(&["gzip"], whole[..length].to_vec(), 5).await.unwrap_err();
        assert_eq!(fail.kind, Kind::BodyCut, "{length}");
    }
    let fail = sent(&["gzip"], whole[..whole.len() - 4].to_vec()).await.unwrap_err();
    assert_eq!(fail.answer.unwrap().body, plain.as_bytes());
}

#[tokio::test]
async fn damaged_gzip_is_not_taken_for_content() {
    let whole = gzip(JSON.as_bytes());
    for at in [2, 12, whole.len() - 6] {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        for fail in [
            sent(&["gzip"], damaged.clone()).await.unwrap_err(),
            downloaded(&["gzip"], damaged, 5).await.unwrap_err(),
        ] {
            assert!(matches!(fail.kind, Kind::Coding | Kind::BodyCut), "{at}: {fail}");
        }
    }
}

#[tokio::test]
async fn the_limit_of_an_answer_counts_decoded_bytes() {
    // The gate of these tests reads 100 bytes.
    let exactly = format!("\"{}\"", "x".repeat(98));
    assert_eq!(sent(&["gzip"], gzip(exactly.as_bytes())).await.unwrap(), exactly.as_bytes());
    let bomb = gzip(&vec![b' '; 50 << 20]);
    assert!(bomb.len() < 100 << 10);
    for (codings, body) in [(&["gzip"][..], bomb.clone()), (&["gzip, gzip"], gzip(&bomb))] {
        let fail = sent(codings, body).await.unwrap_err();
        assert_eq!(fail.kind, Kind::TooLarge, "{codings:?}");
    }
    // Many coded bytes of few plain ones are no reason to refuse.
    let long: Vec<u8> =
        std::iter::repeat_with(|| gzip(b"")).take(30).chain([gzip(b"{}")]).flatten().collect();
    assert_eq!(sent(&["gzip"], long).await.unwrap(), b"{}");
}

#[tokio::test]
async fn a_bomb_is_downloaded_in_parts_of_bounded_size() {
    let mut opened = open(stand(&["gzip"], gzip(&vec![0; 64 << 20]), 1 << 20)).await;
    let (mut length, mut largest) = (0, 0);
    while let Some(chunk) = opened.chunks.next().await.unwrap() {
        (length, largest) = (length + chunk.len(), largest.max(chunk.len()));
    }
    assert_eq!(length, 64 << 20);
    assert!(largest < 1 << 20, "{largest}");
}

#[tokio::test]
async fn the_key_is_taken_out_of_what_was_decoded_and_the_byte_order_mark_too() {
    let body = gzip(format!("\u{feff}\"wrong key {KEY}\"").as_bytes());
    let answer = sent(&["gzip"], body.clone()).await.unwrap();
    assert_eq!(String::from_utf8(answer).unwrap(), "\"wrong key [redacted]\"");

    let idle = Duration::from_secs(1);
    let opened = gate(stand(&["gzip"], body, 3)).open("test", get(HOME), idle).await.unwrap();
    let shown = String::from_utf8(all(opened).await.unwrap()).unwrap();
    assert_eq!(shown, "\u{feff}\"wrong key [redacted]\"");
}

#[tokio::test(start_paused = true)]
async fn events_in_gzip_are_read_as_they_come() {
    let stand = Stand::answering(|| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(b"data: a\n\n").unwrap();
        encoder.flush().unwrap();
        let first = encoder.get_ref().clone();
        let first = futures_util::stream::iter([Ok::<_, std::io::Error>(first)]);
        let silence = futures_util::stream::pending();
        let body = Body::wrap_stream(futures_util::StreamExt::chain(first, silence));
        let mut response = respond(200, body);
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        Ok(response)
    });
    let idle = Duration::from_secs(5);
    let mut opened = gate(stand).open("test", get(HOME), idle).await.unwrap();
    assert_eq!(opened.chunks.next().await.unwrap().unwrap(), "data: a\n\n");
    assert_eq!(opened.chunks.next().await.unwrap_err().kind, Kind::Timeout);
}

#[tokio::test]
async fn a_download_says_whether_its_body_had_a_coding() {
    for (codings, coded) in [(&[][..], false), (&["identity"], false), (&["gzip"], true)] {
        let opened = open(stand(codings, JSON.into(), 5)).await;
        assert_eq!(opened.coded, coded, "{codings:?}");
        let length = opened.headers.get(CONTENT_LENGTH).is_some();
        assert_eq!(length, !coded, "the length of what is decoded is not known: {codings:?}");
    }
}

#[tokio::test]
async fn what_is_decoded_is_asked_for_and_a_download_asks_for_the_body_as_it_is() {
    let stand = Stand::answering(|| Ok(respond(200, "{}")));
    gate(stand.clone()).send("test", get(HOME)).await.unwrap();
    gate(stand.clone()).open("test", get(HOME), Duration::from_secs(1)).await.unwrap();
    open(stand.clone()).await;
    let sent = stand.sent.lock().unwrap();
    let asked: Vec<_> =
        sent.iter().map(|headers| headers[ACCEPT_ENCODING].to_str().unwrap()).collect();
    assert_eq!(asked, ["gzip", "identity", "identity"]);
}
