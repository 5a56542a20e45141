//! Reads, lists and deletes files, and serves their content, which the emulator alone does.

use crate::api::listing::{self, Listing, PAGE};
use crate::http::origin::Origin;
use crate::http::untrusted::LOCKED;
use crate::state::Shared;
use crate::state::files::File;
use crate::wire::problem::Problem;
use crate::wire::time::time;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use quickrouter_api::routes;
use serde_json::{Value, json};
use std::collections::HashMap;

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("There is no file {id:?}."))
}

/// The JSON of a file, with URLs on `origin`.
pub(super) fn shape(file: &File, origin: &Origin) -> Value {
    json!({
        "id": file.id,
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "etag": file.digests.sha256,
        "checksums": {"sha256": file.digests.sha256, "md5": file.digests.md5},
        "metadata": serde_json::from_str::<Value>(&file.metadata).unwrap_or_default(),
        "created_at": time(file.created_at),
        "expires_at": time(file.expires_at),
        "urls": {"get": origin.route(&routes::GET_FILE, &[&file.id])},
    })
}

pub(crate) async fn get(
    State(state): State<Shared>,
    Path(id): Path<String>,
    origin: Origin,
) -> Result<Json<Value>, Problem> {
    let file = state.files().get(&id).ok_or_else(|| unknown(&id))?;
    Ok(Json(shape(&file, &origin)))
}

pub(crate) async fn delete(
    State(state): State<Shared>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let (existed, ticket) = {
        let mut files = state.files();
        (files.delete(&id), state.journal.flush())
    };
    ticket.written().await.map_err(|error| Problem::not_kept(&error))?;
    if existed { Ok(StatusCode::NO_CONTENT) } else { Err(unknown(&id)) }
}

pub(crate) async fn list(
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    origin: Origin,
) -> Result<Json<Listing<Value>>, Problem> {
    let page = state.files().page(listing::cursor(&query)?, PAGE);
    Ok(Json(listing::answer(&page, &routes::LIST_FILES, &origin, |file| shape(file, &origin))))
}

/// `GET /emulator/files/{id}`: the uploaded content. No key is needed.
pub(crate) async fn content(
    State(state): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let kept = state.files().content(&id);
    let gone = || Problem::not_found(format!("There is no content of a file {id:?}."));
    let (file, content) = kept.ok_or_else(gone)?;
    let kind = HeaderValue::from_str(&file.content_type);
    let mut response = content.into_response();
    let headers = response.headers_mut();
    let any = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, kind.unwrap_or(any));
    headers.extend(LOCKED);
    Ok(response)
}
