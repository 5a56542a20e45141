//! The list of predictions, page by page.

use std::collections::HashSet;

use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::time::Instant;

use crate::calls::idempotent::IdempotentCall;
use crate::core::context::Context;
use crate::detail::detail;
use crate::error::Error;
use crate::http::outcome::{JsonResponse, Outcome};
use crate::model::page::{cursor_in, results_of};
use crate::model::prediction::Prediction;

/// Upper bound on consecutive pages without an entry.
const EMPTY_PAGES: usize = 100;

/// A reader of the list, which requests every page once.
#[derive(Default)]
pub(crate) struct Pages {
    next: NextPage,
    seen: HashSet<String>,
    /// Consecutive pages without an entry.
    empty: usize,
}

/// The page to request next.
#[derive(Default)]
enum NextPage {
    #[default]
    First,
    At(String),
    NoMore,
}

/// A page of the list.
pub(crate) struct Page {
    pub(crate) headers: HeaderMap,
    /// The predictions, and an error in place of each entry that is not one.
    pub(crate) entries: Vec<Result<Prediction, Error>>,
    /// Why the page after it cannot be requested, although there is one.
    pub(crate) cut_off: Option<Error>,
}

impl Pages {
    /// Fetches the next page; `None` after the last one, or after an error.
    pub(crate) async fn next(
        &mut self,
        context: &Context,
        deadline: Instant,
    ) -> Result<Option<Page>, Error> {
        let cursor = match std::mem::replace(&mut self.next, NextPage::NoMore) {
            NextPage::First => None,
            NextPage::At(cursor) => Some(cursor),
            NextPage::NoMore => return Ok(None),
        };
        let read = IdempotentCall::List(cursor.as_deref());
        let response = read.document(context, deadline).await?;
        let Some(entries) = entries(context, &response) else {
            return Err(
                read.unexpected_response(detail!(NoResults, "it has no results"), &response)
            );
        };
        self.empty = if entries.is_empty() { self.empty + 1 } else { 0 };
        if self.empty > EMPTY_PAGES {
            let reason = detail!(
                EmptyPages,
                "{count} pages in a row have no entry",
                count = EMPTY_PAGES.to_string()
            );
            return Err(read.unexpected_response(reason, &response));
        }
        let cut_off = self.find_next(read, &response).err();
        Ok(Some(Page { headers: response.headers, entries, cut_off }))
    }

    /// Takes the cursor out of a page's `next`.
    fn find_next(
        &mut self,
        read: IdempotentCall<'_>,
        response: &JsonResponse,
    ) -> Result<(), Error> {
        let next = response.document.tree().get("next").and_then(Value::as_str).map(str::trim);
        let Some(next) = next.filter(|next| !next.is_empty()) else { return Ok(()) };
        let reason = match cursor_in(next) {
            // An empty cursor would request the first page again.
            Some(next) if next.is_empty() => return Ok(()),
            Some(next) if self.seen.insert(next.clone()) => {
                self.next = NextPage::At(next);
                return Ok(());
            }
            Some(next) => detail!(
                PagesCircle,
                "the cursor {cursor:?} was returned before, so the pages go in a circle",
                cursor = next
            ),
            None => detail!(NoCursor, "its next has no cursor"),
        };
        Err(read.unexpected_response(reason, response))
    }
}

/// Reads the entries of a page; `None` if it has no results.
pub(crate) fn entries(
    context: &Context,
    page: &JsonResponse,
) -> Option<Vec<Result<Prediction, Error>>> {
    let read = |entry: &Value| {
        let (status, headers, document) = (page.status, page.headers.clone(), entry.clone().into());
        let entry = Outcome::Success(JsonResponse { status, headers, document });
        match entry.into_listed() {
            Outcome::Prediction(_, prediction) => Ok(prediction),
            odd => Err(IdempotentCall::List(None).error(context, odd)),
        }
    };
    Some(results_of(page.document.tree())?.iter().map(read).collect())
}
