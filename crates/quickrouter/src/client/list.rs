//! Listing of predictions: all pages as one stream.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::task::{self, Poll};

use futures_util::stream::{BoxStream, Stream, StreamExt, unfold};
use serde_json::Value;
use tokio::time::Instant;

use crate::calls::idempotent::IdempotentCall;
use crate::client::Client;
use crate::detail::detail;
use crate::error::Error;
use crate::http::outcome::{JsonResponse, Outcome};
use crate::model::page::{cursor_in, results_of};
use crate::model::prediction::Prediction;

/// The state of a listing.
struct Listing {
    ready: VecDeque<Result<Prediction, Error>>,
    next: NextPage,
    seen: HashSet<String>,
    /// Consecutive pages without an entry.
    empty: usize,
}

/// Upper bound on consecutive pages without an entry.
const EMPTY_PAGES: usize = 100;

/// The page to request next.
enum NextPage {
    First,
    At(String),
    NoMore,
}

impl Client {
    /// Lists the predictions of this key, newest first; pages are fetched as the stream is read.
    ///
    /// The [`WaitPolicy`](crate::WaitPolicy)'s deadline applies to each item, however many empty
    /// pages precede it.
    ///
    /// Only the cursor of a page's `next` is used, because a relay's `next` may point to another
    /// origin.
    ///
    /// # Errors
    /// An entry that is not a prediction yields an [`Error::UnexpectedResponse`] in its place. A page
    /// that cannot be fetched ends the stream: with [`Error::Api`] if the gateway does not relay the
    /// list, or an error of [`get`](Self::get).
    pub fn list(&self) -> Predictions {
        let client = self.clone();
        let start = Listing {
            ready: VecDeque::new(),
            next: NextPage::First,
            seen: HashSet::new(),
            empty: 0,
        };
        let pages = unfold((client, start), |(client, mut listing)| async move {
            let deadline = client.context.wait.ends();
            loop {
                if let Some(result) = listing.ready.pop_front() {
                    return Some((result, (client, listing)));
                }
                let cursor = match std::mem::replace(&mut listing.next, NextPage::NoMore) {
                    NextPage::First => None,
                    NextPage::At(cursor) => Some(cursor),
                    NextPage::NoMore => return None,
                };
                if let Err(error) = listing.page(&client, cursor.as_deref(), deadline).await {
                    listing.ready.push_back(Err(error));
                }
            }
        });
        Predictions(pages.boxed())
    }
}

/// A stream of predictions, newest first: see [`Client::list`](crate::Client::list).
///
/// Does nothing unless it is read.
#[must_use = "streams do nothing unless they are read"]
pub struct Predictions(BoxStream<'static, Result<Prediction, Error>>);

impl fmt::Debug for Predictions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Predictions").finish_non_exhaustive()
    }
}

impl Stream for Predictions {
    type Item = Result<Prediction, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(task)
    }
}

impl Listing {
    /// Fetches one page; an error in its `next` is returned after its entries.
    async fn page(
        &mut self,
        client: &Client,
        cursor: Option<&str>,
        deadline: Instant,
    ) -> Result<(), Error> {
        let read = IdempotentCall::List(cursor);
        let response = read.document(&client.context, deadline).await?;
        let page = response.document.tree();
        let Some(results) = results_of(page) else {
            return Err(
                read.unexpected_response(detail!(NoResults, "it has no results"), &response)
            );
        };
        self.empty = if results.is_empty() { self.empty + 1 } else { 0 };
        if self.empty > EMPTY_PAGES {
            let reason = detail!(
                EmptyPages,
                "{count} pages in a row have no entry",
                count = EMPTY_PAGES.to_string()
            );
            return Err(read.unexpected_response(reason, &response));
        }
        for result in results {
            let (status, headers) = (response.status, response.headers.clone());
            let document = result.clone().into();
            let entry = Outcome::Success(JsonResponse { status, headers, document });
            self.ready.push_back(match entry.into_listed() {
                Outcome::Prediction(_, prediction) => Ok(prediction),
                odd => Err(read.error(&client.context, odd)),
            });
        }
        let next = page.get("next").and_then(Value::as_str).map(str::trim);
        let Some(next) = next.filter(|next| !next.is_empty()) else { return Ok(()) };
        match cursor_in(next) {
            // An empty cursor would request the first page again.
            Some(next) if next.is_empty() => Ok(()),
            Some(next) if self.seen.insert(next.clone()) => {
                self.next = NextPage::At(next);
                Ok(())
            }
            Some(next) => {
                let reason = detail!(
                    PagesCircle,
                    "the cursor {cursor:?} was returned before, so the pages go in a circle",
                    cursor = next
                );
                Err(read.unexpected_response(reason, &response))
            }
            None => {
                Err(read
                    .unexpected_response(detail!(NoCursor, "its next has no cursor"), &response))
            }
        }
    }
}
