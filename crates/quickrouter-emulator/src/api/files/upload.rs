//! Uploads: read as they arrive, within time and memory limits.

use super::form::{LARGEST, Refused, read, too_large};
use super::records::shape;
use crate::http::origin::Origin;
use crate::state::Shared;
use crate::state::files::{File, TooManyUploads, Upload};
use crate::state::totals::UPLOADS;
use crate::store::{Change, JsonRow, Table};
use crate::wire::problem::Problem;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{BoxError, Json};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use http::{HeaderMap, StatusCode, header};
use http_body::Body as _;
use multer::Multipart;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Allowance for the other parts of an upload and the boundaries, in bytes.
const BESIDE: usize = 1024 * 1024;
/// Timeout for an upload.
const UPLOAD_TIME: Duration = Duration::from_secs(300);

pub(crate) async fn upload(
    State(state): State<Shared>,
    origin: Origin,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let boundary = boundary(&head.headers)?;
    let length = usize::try_from(body.size_hint().lower());
    if length.is_ok_and(|length| length > LARGEST + BESIDE) {
        return Err(too_large());
    }
    let reservation =
        Arc::new(Reservation { state: Arc::clone(&state), bytes: AtomicUsize::new(0) });
    let form = Multipart::new(bounded(body, Arc::clone(&reservation)), boundary);
    let uploaded = tokio::time::timeout(UPLOAD_TIME, read(form)).await.map_err(|_| {
        let detail = format!("The file did not arrive within {} s.", UPLOAD_TIME.as_secs());
        Problem::new(StatusCode::REQUEST_TIMEOUT, "Request timeout", detail)
    })??;
    let file = store(&state, uploaded, reservation).await?;
    tracing::debug!(id = file.id, size = file.size, "file uploaded");
    Ok((state.traits.created, Json(shape(&file, &origin))).into_response())
}

/// Stores a file, once it is on the disk if files are kept.
async fn store(
    state: &Shared,
    uploaded: Upload,
    reservation: Arc<Reservation>,
) -> Result<Arc<File>, Problem> {
    let (new, ticket) = {
        let mut files = state.files();
        let new = files.admit(uploaded, state.now());
        let ticket = state.journal.commit(|| {
            let row = Change::default().row(Table::Files, new.number, JsonRow::of(&new.file));
            row.row(Table::Contents, new.number, new.content.clone()).count(UPLOADS, 1)
        });
        (new, ticket)
    };
    let insert = move || {
        let mut files = reservation.state.files();
        // Its reservation becomes the file's space before anyone else can take it.
        files.release(reservation.take());
        let file = files.insert(new);
        drop(files);
        reservation.state.notify_changed();
        file
    };
    if !state.journal.keeps() {
        return Ok(insert());
    }
    // A task of its own: what is on the disk is stored even if the caller hangs up meanwhile.
    let stored = tokio::spawn(async move { ticket.written().await.map(|()| insert()) });
    let stored = stored.await.map_err(|_| Problem::internal("The file could not be stored."))?;
    stored.map_err(|error| Problem::not_kept(&error))
}

fn boundary(headers: &HeaderMap) -> Result<String, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    multer::parse_boundary(kind.unwrap_or_default()).map_err(|_| {
        let sent = kind.unwrap_or("none");
        let wanted = "The content type must be multipart/form-data with a boundary";
        Problem::bad_request(format!("{wanted}, is {sent:?}."))
    })
}

/// The body as it arrives, as long as there is room for it.
fn bounded(
    body: Body,
    reservation: Arc<Reservation>,
) -> impl Stream<Item = Result<Bytes, BoxError>> {
    body.into_data_stream().map(move |piece| {
        let piece = piece?;
        reservation.more(piece.len()).map_err(Refused)?;
        Ok(piece)
    })
}

/// The space that an upload reserves while it is in progress.
struct Reservation {
    state: Shared,
    bytes: AtomicUsize,
}

impl Reservation {
    fn more(&self, bytes: usize) -> Result<(), Problem> {
        if self.bytes.load(Ordering::Relaxed) + bytes > LARGEST + BESIDE {
            return Err(too_large());
        }
        self.state.files().reserve(bytes).map_err(|TooManyUploads| {
            let detail = "The emulator is full: too many files are being uploaded at once.";
            Problem::overloaded(detail)
        })?;
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }

    fn take(&self) -> usize {
        self.bytes.swap(0, Ordering::Relaxed)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.state.files().release(self.take());
    }
}
