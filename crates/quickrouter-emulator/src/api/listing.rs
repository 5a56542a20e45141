//! Listings: parses the cursor, renders a page.

use crate::http::origin::Origin;
use crate::state::paging::{Cursor, Page};
use crate::wire::problem::Problem;
use quickrouter_api::Route;
use serde::Serialize;
use std::collections::HashMap;

/// Items on a page of a listing, as at Replicate.
pub(crate) const PAGE: usize = 100;

/// A page as JSON.
#[derive(Serialize)]
pub(crate) struct Listing<T> {
    previous: Option<String>,
    next: Option<String>,
    results: Vec<T>,
}

/// The response to a listing by this route.
pub(crate) fn answer<'a, T, U>(
    page: &'a Page<T>,
    route: &Route,
    origin: &Origin,
    shape: impl FnMut(&'a T) -> U,
) -> Listing<U> {
    let link = |cursor: Option<Cursor>| {
        cursor.map(|cursor| format!("{}?cursor={}", origin.route(route, &[]), cursor.encode()))
    };
    Listing {
        previous: link(page.previous),
        next: link(page.next),
        results: page.records.iter().map(shape).collect(),
    }
}

/// The cursor in a query, if any.
///
/// # Errors
/// The cursor is not one of this listing.
pub(crate) fn cursor(query: &HashMap<String, String>) -> Result<Option<Cursor>, Problem> {
    let Some(text) = query.get("cursor") else { return Ok(None) };
    let cursor = Cursor::decode(text);
    let unknown = || Problem::bad_request("The cursor is not one of this listing.");
    cursor.map(Some).ok_or_else(unknown)
}
