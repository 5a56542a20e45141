//! Responses that break off: marks that tell the socket, or the transport in memory, to do so.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, future, stream};
use std::io;

/// Marks a response: the connection is reset instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reset;

/// A response that stands for a reset connection.
pub(crate) fn reset() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Reset);
    response
}

pub(crate) fn is_reset(response: &Response) -> bool {
    response.extensions().get::<Reset>().is_some()
}

/// The first `length` bytes of a body, then a broken connection.
pub(crate) fn truncated(body: &Bytes, length: usize) -> Body {
    let start = stream::once(future::ready(Ok(body.slice(..length.min(body.len())))));
    Body::from_stream(start.chain(broken_off()))
}

/// The same for a stream: its bytes pass as they come.
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
        // Lets the server send what it has first.
        tokio::task::yield_now().await;
        Err(io::Error::new(io::ErrorKind::ConnectionReset, "cut short on purpose"))
    })
}
