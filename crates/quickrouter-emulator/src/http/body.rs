//! The body of a request, read within its time and the room there is.

use crate::state::memory_budget::MemoryBudget;
use crate::wire::problem::Problem;
use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::StatusCode;
use http_body::Body as _;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// How long the body of a request may take to come.
const TIME: Duration = Duration::from_secs(30);
/// So much of a body, in bytes, is read however many there are.
const SMALL: usize = 64 * 1024;

/// A body that was read.
#[derive(Default)]
pub(crate) struct BufferedBody {
    pub(crate) bytes: Bytes,
    /// Given back when the request is answered.
    pub(crate) permit: Option<OwnedSemaphorePermit>,
}

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read(
    body: Body,
    limit: usize,
    budget: &MemoryBudget,
) -> Result<BufferedBody, Problem> {
    let length = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if length > limit {
        return Err(too_large(limit));
    }
    let exact = body.size_hint().exact().map(|_| length);
    let collected = collect(body.into_data_stream(), limit, exact, budget);
    tokio::time::timeout(TIME, collected).await.unwrap_or_else(|_| {
        let detail = format!("The body did not come within {} s.", TIME.as_secs());
        Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "Request timeout", detail))
    })
}

async fn collect(
    mut pieces: BodyDataStream,
    limit: usize,
    exact: Option<usize>,
    budget: &MemoryBudget,
) -> Result<BufferedBody, Problem> {
    // One that does not say how long it is may become as long as any.
    let length = exact.unwrap_or(limit);
    // As much as it says and no more, since the history may keep it.
    let (mut bytes, mut taken) =
        (BytesMut::with_capacity(exact.unwrap_or_default().min(SMALL)), None);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Problem::bad_request("The body broke off."))?;
        if bytes.len() + piece.len() > limit {
            return Err(too_large(limit));
        }
        if bytes.len() + piece.len() > SMALL && taken.is_none() {
            taken = Some(budget.reserve(length).map_err(|_| full())?);
            bytes.reserve(exact.unwrap_or_default().saturating_sub(bytes.len()));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(BufferedBody { bytes: bytes.freeze(), permit: taken })
}

fn too_large(limit: usize) -> Problem {
    let detail = format!("The body is larger than the emulator takes, {limit} bytes.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Request entity too large", detail)
}

fn full() -> Problem {
    Problem::overloaded("The emulator is full: too many large requests are under way at once.")
}
