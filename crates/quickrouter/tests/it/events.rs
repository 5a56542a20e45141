//! Scripted event streams.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use serde_json::{Value, json};

use crate::scripted::{Step, prediction};

/// A stream host's, another origin than the base URL's.
pub(crate) const STREAM: &str = "https://stream.example.com/v1/streams/s1";

/// What follows after the text of a stream.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then {
    Ends,
    Breaks,
    /// Nothing more comes.
    Silent,
    /// Comments, every 5 s, for ever.
    KeptAlive,
}

pub(crate) fn events(text: impl Into<String>, then: Then) -> Step {
    in_chunks(text, usize::MAX, then)
}

pub(crate) fn in_chunks(text: impl Into<String>, size: usize, then: Then) -> Step {
    let text = text.into();
    Step::Events(Arc::new(move || {
        let chunks = text.as_bytes().chunks(size.min(1 << 20)).map(<[u8]>::to_vec).map(Ok);
        let rest: BoxStream<'static, std::io::Result<Vec<u8>>> = match then {
            Then::Ends => stream::empty().boxed(),
            Then::Breaks => stream::iter([Err(std::io::Error::other("reset"))]).boxed(),
            Then::Silent => stream::pending().boxed(),
            Then::KeptAlive => stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_secs(5)).await;
                Some((Ok(b": ping\n\n".to_vec()), ()))
            })
            .boxed(),
        };
        let chunks: Vec<_> = chunks.collect();
        reqwest::Body::wrap_stream(stream::iter(chunks).chain(rest))
    }))
}

/// One event.
pub(crate) fn event(name: &str, id: &str, data: &str) -> String {
    let data: String = data.split('\n').map(|line| format!("data: {line}\n")).collect();
    format!("event: {name}\nid: {id}\n{data}\n")
}

/// A prediction that runs and has a stream.
pub(crate) fn streamed(status: &str, url: &str) -> Value {
    let mut body = prediction(status);
    body["urls"] = json!({"stream": url});
    body
}
