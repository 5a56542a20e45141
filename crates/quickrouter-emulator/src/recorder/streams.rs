//! Event streams: the gateway's, under a URL of the recorder's own.

use crate::recorder::session::Session;
use crate::wire::problem::Problem;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::{HeaderMap, StatusCode, header};
use reqwest::Url;
use std::io;
use std::sync::Arc;

/// The URL here of a prediction's stream; `None` if the gateway's cannot be read.
pub(super) fn own_url(session: &Session, prediction: &str, url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| session.upstream.may_fetch(url))?;
    let path = session.streams.path(prediction, url)?;
    Some(format!("{}{path}", session.origin))
}

/// Passes a stream on. The gateway's own origin gets the key, another one none.
pub(super) async fn get(
    session: &Arc<Session>,
    token: &str,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let unknown = || Problem::not_found("The recorder knows no stream of this name.");
    let url = session.streams.url(token).ok_or_else(unknown)?;
    let mut passed = HeaderMap::new();
    passed.insert(header::ACCEPT, "text/event-stream".parse().expect("a header"));
    if let Some(last) = headers.get("last-event-id") {
        passed.insert("last-event-id", last.clone());
    }
    let failed = |why: String| {
        let detail = format!("The gateway's stream cannot be read: {why}");
        Problem::new(StatusCode::BAD_GATEWAY, "Bad gateway", detail)
    };
    let opened = session.upstream.stream(url, passed).await;
    let opened = opened.map_err(|error| failed(error.to_string()))?;
    if !opened.status.is_success() {
        let detail = format!("The gateway's stream answers HTTP {}.", opened.status);
        let status = if opened.status.is_client_error() {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::BAD_GATEWAY
        };
        return Err(Problem::new(status, "No stream", detail));
    }
    let closing = session.closing.clone();
    let events = stream::unfold((opened.chunks, closing), |(mut chunks, closing)| async move {
        let next = tokio::select! {
            next = chunks.next() => next,
            () = closing.cancelled() => return None,
        };
        let next = next.map_err(io::Error::other).transpose()?;
        Some((next, (chunks, closing)))
    });
    let kind = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((kind, Body::from_stream(events)).into_response())
}
