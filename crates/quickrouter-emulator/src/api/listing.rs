//! Listings: parses the cursor, renders a page.

use crate::http::origin::Origin;
use crate::state::paging::{Cursor, Page, page};
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
    at(page, &origin.route(route, &[]), shape)
}

/// A page of a list that has an order of its own.
///
/// # Errors
/// The cursor in the query is not one of this listing.
pub(crate) fn in_order<T, U>(
    items: impl IntoIterator<Item = T>,
    query: &HashMap<String, String>,
    url: &str,
    mut shape: impl FnMut(&T) -> U,
) -> Result<Listing<U>, Problem> {
    // Pages start with the highest number. What is added at the end changes no other's.
    let numbered = (0..u64::from(u32::MAX)).rev().zip(items).collect();
    let page = page(&numbered, cursor(query)?, PAGE);
    Ok(at(&page, url, |item| shape(item)))
}

fn at<'a, T, U>(page: &'a Page<T>, url: &str, shape: impl FnMut(&'a T) -> U) -> Listing<U> {
    let link =
        |cursor: Option<Cursor>| cursor.map(|cursor| format!("{url}?cursor={}", cursor.encode()));
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
