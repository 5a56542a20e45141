//! Answers that do not arrive whole: the marks that tell the socket, or the memory in its place, to
//! break off.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, future, stream};
use std::io;

/// On an answer: the connection is reset instead of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reset;

/// An answer in whose place the connection is reset.
pub(crate) fn reset() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Reset);
    response
}

pub(crate) fn is_reset(response: &Response) -> bool {
    response.extensions().get::<Reset>().is_some()
}

/// The first `length` bytes of a body, after which the connection breaks.
pub(crate) fn truncated(body: &Bytes, length: usize) -> Body {
    let start = stream::once(future::ready(Ok(body.slice(..length.min(body.len())))));
    Body::from_stream(start.chain(broken_off()))
}

/// The same of a body that is still to come and may never end: its bytes pass as they come.
pub(crate) fn truncated_stream(body: Body, length: usize) -> Body {
    let start = stream::unfold((body.into_data_stream(), length), |(mut body, left)| async move {
        if left == 0 {
            return None;
        }
        let chunk = body.next().await?.ok()?;
        let part = chunk.slice(..left.min(chunk.len()));
        let left = left - part.len();
        Some((Ok(part), (body, left)))
    });
    Body::from_stream(start.chain(broken_off()))
}

fn broken_off() -> impl Stream<Item = Result<Bytes, io::Error>> {
    stream::once(async {
        // So that a server sends what it has first.
        tokio::task::yield_now().await;
        Err(io::Error::new(io::ErrorKind::ConnectionReset, "cut short on purpose"))
    })
}
