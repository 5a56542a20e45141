//! The body of a request, read within its time and the room there is.

use crate::state::memory_budget::Room;
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
pub(crate) struct Whole {
    pub(crate) bytes: Bytes,
    /// Given back when the request is answered.
    pub(crate) room: Option<OwnedSemaphorePermit>,
}

/// Reads a body of at most `most` bytes.
pub(crate) async fn read(body: Body, most: usize, room: &Room) -> Result<Whole, Problem> {
    let length = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if length > most {
        return Err(too_large(most));
    }
    let exact = body.size_hint().exact().map(|_| length);
    let gathered = gathered(body.into_data_stream(), most, exact, room);
    tokio::time::timeout(TIME, gathered).await.unwrap_or_else(|_| {
        let detail = format!("The body did not come within {} s.", TIME.as_secs());
        Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "Request timeout", detail))
    })
}

async fn gathered(
    mut pieces: BodyDataStream,
    most: usize,
    exact: Option<usize>,
    room: &Room,
) -> Result<Whole, Problem> {
    // One that does not say how long it is may become as long as any.
    let length = exact.unwrap_or(most);
    // As much as it says and no more, since the history may keep it.
    let (mut bytes, mut taken) =
        (BytesMut::with_capacity(exact.unwrap_or_default().min(SMALL)), None);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Problem::bad_request("The body broke off."))?;
        if bytes.len() + piece.len() > most {
            return Err(too_large(most));
        }
        if bytes.len() + piece.len() > SMALL && taken.is_none() {
            taken = Some(room.take(length).map_err(|_| full())?);
            bytes.reserve(exact.unwrap_or_default().saturating_sub(bytes.len()));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Whole { bytes: bytes.freeze(), room: taken })
}

fn too_large(most: usize) -> Problem {
    let detail = format!("The body is larger than the emulator takes, {most} bytes.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Request entity too large", detail)
}

fn full() -> Problem {
    Problem::full("The emulator is full: too many large requests are under way at once.")
}
