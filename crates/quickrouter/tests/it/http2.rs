//! HTTP/2: a request is retried only if the server certifies that it did not process it.

use std::time::Duration;

use quickrouter::inputs::SdxlInput;
use quickrouter::{Client, ClientBuilder, Error, PredictionId, RetryPolicy};

use crate::frames::{
    Reaction, Served, answer, body, go_away, head, reset, serve, serve_after, silence,
};

const CREATED: &str = r#"{"id": "abc123", "status": "starting"}"#;
const ATTEMPTS: u32 = 3;

// RFC 9113, section 7.
const NO_ERROR: u32 = 0;
const REFUSED_STREAM: u32 = 7;

fn builder(served: &Served) -> ClientBuilder {
    let quick = RetryPolicy::new().max_attempts(ATTEMPTS).initial_backoff(Duration::from_millis(1));
    Client::builder().api_key("k").base_url(&served.base).retry_policy(quick.recover_unknown(false))
}

fn client(served: &Served) -> Client {
    let http2 = || reqwest::Client::builder().no_proxy().http2_prior_knowledge();
    builder(served).http_client(http2).build().unwrap()
}

/// Creates once, with this happening first; how many requests came, and what became of it.
async fn created(first: Reaction) -> (usize, Result<(), Error>) {
    let served = serve([first, answer(201, CREATED)]).await;
    let created = client(&served).create(SdxlInput::builder().build()).await;
    (served.streams().len(), created.map(drop))
}

fn below(stream: u32) -> u32 {
    stream.saturating_sub(2)
}

fn this(stream: u32) -> u32 {
    stream
}

/// The last stream id of a shutdown that is about to begin (RFC 9113, section 6.8).
fn highest(_: u32) -> u32 {
    (1 << 31) - 1
}

#[tokio::test]
async fn a_create_that_the_server_certifies_unprocessed_is_sent_again_once() {
    for (name, first) in [
        ("refused", reset(REFUSED_STREAM)),
        ("refused, then closed", reset(REFUSED_STREAM).closing()),
        ("refused after a word", head(103, Vec::new()).then(reset(REFUSED_STREAM))),
        ("gone away below it", go_away(below, NO_ERROR)),
        ("gone away below it, then closed", go_away(below, NO_ERROR).closing()),
        (
            "gone away in two steps",
            go_away(highest, NO_ERROR).then(go_away(below, NO_ERROR)).closing(),
        ),
    ] {
        let (requests, outcome) = created(first).await;
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
        assert_eq!(requests, 2, "{name}");
    }
}

#[tokio::test]
async fn it_is_sent_again_as_often_as_the_policy_has_attempts() {
    let served = serve(vec![reset(REFUSED_STREAM); ATTEMPTS as usize]).await;
    let error = client(&served).create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error}");
    assert!(error.to_string().contains("the server has not processed the request"), "{error}");
    assert_eq!(served.streams().len(), ATTEMPTS as usize);
}

#[tokio::test]
async fn a_create_at_or_below_the_last_stream_is_never_sent_again() {
    for (name, first) in [
        ("at it, then closed", go_away(this, NO_ERROR).closing()),
        ("below it, then closed", go_away(highest, NO_ERROR).closing()),
        (
            "two steps, then closed",
            go_away(highest, NO_ERROR).then(go_away(this, NO_ERROR)).closing(),
        ),
        ("at it, then reset", go_away(this, NO_ERROR).then(reset(2))),
    ] {
        let (requests, outcome) = created(first).await;
        assert!(matches!(outcome, Err(Error::OutcomeUnknown(_))), "{name}: {outcome:?}");
        assert_eq!(requests, 1, "{name}");
    }
    let (requests, outcome) = created(go_away(this, NO_ERROR).then(answer(201, CREATED))).await;
    assert!(outcome.is_ok(), "it goes on to its end: {outcome:?}");
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn a_create_that_is_at_the_last_stream_on_a_used_connection_is_never_sent_again() {
    for (last, requests) in [(this as fn(u32) -> u32, vec![1, 3]), (below, vec![1, 3, 1])] {
        let first = answer(200, CREATED);
        let served = serve([first, go_away(last, NO_ERROR).closing(), answer(201, CREATED)]).await;
        let client = client(&served);
        client.get(&PredictionId::new("abc123").unwrap()).await.unwrap();
        let outcome = client.create(SdxlInput::builder().build()).await;
        assert_eq!(outcome.is_ok(), requests.len() == 3, "{outcome:?}");
        assert_eq!(served.streams(), requests);
    }
}

#[tokio::test]
async fn a_create_that_ends_in_another_way_is_never_sent_again() {
    let others = (0..=13).filter(|code| *code != REFUSED_STREAM);
    let resets = others.clone().map(|code| (format!("reset {code}"), reset(code)));
    // With an error code the server says nothing about streams above the last one that it began.
    let gone = (1..=13).flat_map(|code| {
        let away = go_away(below, code);
        [(format!("gone {code}"), away.clone().closing()), (format!("gone {code}, open"), away)]
    });
    let rest = [
        ("closed".to_owned(), silence().closing()),
        (
            "refused after the answer began".to_owned(),
            head(201, Vec::new()).then(reset(REFUSED_STREAM)),
        ),
        (
            "gone after the answer began".to_owned(),
            head(201, Vec::new()).then(go_away(below, NO_ERROR)),
        ),
    ];
    for (name, first) in resets.chain(gone).chain(rest) {
        let (requests, outcome) = created(first).await;
        assert!(matches!(outcome, Err(Error::OutcomeUnknown(_))), "{name}: {outcome:?}");
        assert_eq!(requests, 1, "{name}");
    }
}

#[tokio::test]
async fn many_and_large_headers_and_interim_answers_are_read_past() {
    let line = |name: String, length: usize| (name, "v".repeat(length));
    for headers in [
        (0..300).map(|number| line(format!("x-upstream-{number}"), 20)).collect(),
        vec![line("set-cookie".to_owned(), 100 << 10)],
    ] {
        let interim = [100, 102, 103].map(|status| head(status, Vec::new()));
        let interim = interim.into_iter().reduce(Reaction::then).unwrap();
        let (requests, outcome) =
            created(interim.then(head(201, headers)).then(body(CREATED))).await;
        assert!(outcome.is_ok(), "{outcome:?}");
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn a_create_that_its_connection_gave_back_unsent_is_sent_over_another() {
    let served = serve_after(2, [answer(201, CREATED)]).await;
    // A connection is used a moment after it was made, when it is known to have gone away.
    let late = || {
        let late = tower::util::MapFutureLayer::new(|connecting| async move {
            let connected = connecting.await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            connected
        });
        let builder = reqwest::Client::builder().no_proxy().http2_prior_knowledge();
        builder.connector_layer(late)
    };
    let client = builder(&served).http_client(late).build().unwrap();
    client.create(SdxlInput::builder().build()).await.unwrap();
    assert_eq!(served.streams(), [1]);
}
