//! Answers that do not arrive whole: the marks that tell the socket, or the memory in its place, to
//! break off.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

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
pub(crate) fn cut(body: Bytes, length: usize) -> Body {
    let start = stream::iter([Ok(body.slice(..length.min(body.len())))]);
    let end = stream::once(async {
        // What came before is written out only when the rest lets it wait.
        tokio::task::yield_now().await;
        Err(std::io::Error::new(std::io::ErrorKind::ConnectionReset, "cut short on purpose"))
    });
    Body::from_stream(start.chain(end))
}
