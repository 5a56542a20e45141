//! Bodies that are read as they come, through the gate.

use std::sync::Arc;
use std::time::Duration;

use quickrouter_api::{Kind, Opened};
use reqwest::header::AUTHORIZATION;
use reqwest::{Body, Response};

use crate::{KEY, Stand, gate, get, respond};

const IDLE: Duration = Duration::from_secs(5);

async fn open(stand: &Arc<Stand>, url: &str) -> Opened {
    gate(stand.clone()).open("test", get(url), IDLE).await.unwrap()
}

async fn text(mut opened: Opened) -> String {
    let mut all = Vec::new();
    while let Some(chunk) = opened.chunks.next().await.unwrap() {
        assert!(!chunk.is_empty(), "an empty chunk says nothing");
        all.extend_from_slice(&chunk);
    }
    String::from_utf8(all).unwrap()
}

fn in_parts(parts: Vec<String>) -> Response {
    let parts = parts.into_iter().map(Ok::<_, std::io::Error>);
    respond(200, Body::wrap_stream(futures_util::stream::iter(parts)))
}

#[tokio::test]
async fn a_body_that_is_opened_goes_with_the_key_to_the_own_origin_only() {
    let stand = Stand::answering(|| Ok(respond(200, "data")));
    let own = open(&stand, "https://gateway.example/streams/s").await;
    assert_eq!((own.status.as_u16(), text(own).await.as_str()), (200, "data"));
    for other in ["https://stream.example/s", "http://gateway.example/s"] {
        open(&stand, other).await;
    }
    let sent = stand.sent.lock().unwrap();
    let keys: Vec<_> = sent.iter().map(|headers| headers.contains_key(AUTHORIZATION)).collect();
    assert_eq!(keys, [true, false, false]);
}

#[tokio::test]
async fn a_redirect_is_given_back_and_not_followed() {
    let stand = Stand::answering(|| {
        let mut moved = respond(307, "");
        let to = format!("https://elsewhere.example/?key={KEY}").parse().unwrap();
        moved.headers_mut().insert("location", to);
        Ok(moved)
    });
    let opened = open(&stand, "https://gateway.example/").await;
    assert_eq!(opened.status.as_u16(), 307);
    assert_eq!(opened.headers["location"], "[redacted]");
    assert_eq!(stand.sent.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_in_a_body_is_taken_out_wherever_it_is_cut() {
    let whole = format!("data: {KEY}{KEY} a-key\n\na-key-of");
    for size in 1..whole.len() {
        let whole = whole.clone();
        let stand = Stand::answering(move || {
            let parts = whole.as_bytes().chunks(size);
            Ok(in_parts(parts.map(|part| String::from_utf8(part.to_vec()).unwrap()).collect()))
        });
        let shown = text(open(&stand, "https://gateway.example/").await).await;
        assert_eq!(shown, "data: [redacted][redacted] a-key\n\na-key-of", "{size}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_ends_in_no_beginning_of_a_key_is_not_held_back() {
    let stand = Stand::answering(|| {
        let first = futures_util::stream::iter([Ok::<_, std::io::Error>("data: a\n\n")]);
        let silence = futures_util::stream::pending();
        Ok(respond(200, Body::wrap_stream(futures_util::StreamExt::chain(first, silence))))
    });
    let mut opened = open(&stand, "https://gateway.example/").await;
    let start = tokio::time::Instant::now();
    assert_eq!(opened.chunks.next().await.unwrap().unwrap(), "data: a\n\n");
    assert_eq!(start.elapsed(), Duration::ZERO);
    let fail = opened.chunks.next().await.unwrap_err();
    assert_eq!((fail.kind, start.elapsed()), (Kind::Timeout, IDLE));
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_come_is_given_up_after_the_idle_limit() {
    let start = tokio::time::Instant::now();
    let gate = gate(Arc::new(Stand::default()));
    let fail = gate.open("test", get("https://gateway.example/"), IDLE).await.unwrap_err();
    assert_eq!((fail.kind, start.elapsed()), (Kind::Timeout, IDLE));
}
