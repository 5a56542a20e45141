//! Reads request bodies, within time and memory limits.

use crate::state::memory_budget::MemoryBudget;
use crate::wire::problem::Problem;
use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::StatusCode;
use http_body::Body as _;
use quickrouter_api::limits;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// How long a request body may take to arrive.
const TIME: Duration = Duration::from_secs(30);
/// Bodies up to this size, in bytes, are read without a reservation.
const SMALL: usize = 64 * 1024;

/// Largest request body, in units of the contract's largest inline file: the emulator's own limit.
const INLINE_FILES: u64 = 16;

/// Largest request body but for an upload, in bytes.
pub(crate) fn largest() -> usize {
    usize::try_from(limits::INLINE_FILE_BYTES * INLINE_FILES).unwrap_or(usize::MAX)
}

/// A body that was read completely.
#[derive(Default)]
pub(crate) struct BufferedBody {
    pub(crate) bytes: Bytes,
    /// Released when the request is answered.
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
        let detail = format!("The body did not arrive within {} s.", TIME.as_secs());
        Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "Request timeout", detail))
    })
}

async fn collect(
    mut pieces: BodyDataStream,
    limit: usize,
    exact: Option<usize>,
    budget: &MemoryBudget,
) -> Result<BufferedBody, Problem> {
    // A body of unknown length may grow up to the limit.
    let length = exact.unwrap_or(limit);
    // No spare capacity, since the request log may keep it.
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
    let detail = format!("The body exceeds the limit of {limit} bytes.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Request entity too large", detail)
}

fn full() -> Problem {
    Problem::overloaded("Too many large requests are in progress.")
}
