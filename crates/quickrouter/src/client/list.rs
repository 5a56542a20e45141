//! All predictions, page by page, as one stream.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::task::{self, Poll};

use futures_util::stream::{BoxStream, Stream, StreamExt, unfold};
use serde_json::Value;
use tokio::time::Instant;

use crate::calls::idempotent::IdempotentCall;
use crate::client::Client;
use crate::error::Error;
use crate::http::outcome::{JsonResponse, Outcome};
use crate::model::page::{cursor_in, results_of};
use crate::model::prediction::Prediction;

/// Where a listing stands.
struct Listing {
    ready: VecDeque<Result<Prediction, Error>>,
    next: NextPage,
    seen: HashSet<String>,
    /// Pages in a row that had no entry.
    empty: usize,
}

/// So many pages in a row without an entry are no listing.
const EMPTY_PAGES: usize = 100;

/// The page to ask for next.
enum NextPage {
    First,
    At(String),
    NoMore,
}

impl Client {
    /// The predictions of this key, newest first, fetched page by page as the stream is read.
    ///
    /// The [`WaitPolicy`](crate::WaitPolicy)'s deadline counts anew for each item, however many pages
    /// without one come before it.
    ///
    /// Of a page's `next` only the cursor is used: a relay's `next` may point at another origin.
    ///
    /// # Errors
    /// An entry that is no prediction is an [`Error::UnexpectedResponse`] in its listing. A page that
    /// cannot be had is the stream's last item: [`Error::Api`] where the gateway does not
    /// relay the list, and those of [`get`](Self::get).
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

/// The predictions of a key, newest first: see [`Client::list`](crate::Client::list).
///
/// Nothing happens unless it is read.
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
    /// Fetches one page; what is wrong with its `next` is told after its entries.
    async fn page(
        &mut self,
        client: &Client,
        cursor: Option<&str>,
        deadline: Instant,
    ) -> Result<(), Error> {
        let read = IdempotentCall::List(cursor);
        let answer = read.document(&client.context, deadline).await?;
        let page = answer.document.tree();
        let Some(results) = results_of(page) else {
            return Err(read.unexpected_response("it has no results".to_owned(), &answer));
        };
        self.empty = if results.is_empty() { self.empty + 1 } else { 0 };
        if self.empty > EMPTY_PAGES {
            let reason = format!("{EMPTY_PAGES} pages in a row have no entry");
            return Err(read.unexpected_response(reason, &answer));
        }
        for result in results {
            let (status, headers) = (answer.status, answer.headers.clone());
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
            // An empty cursor would ask for the first page again.
            Some(next) if next.is_empty() => Ok(()),
            Some(next) if self.seen.insert(next.clone()) => {
                self.next = NextPage::At(next);
                Ok(())
            }
            Some(next) => {
                let reason = format!("the cursor {next:?} was returned before, so the pages go in a circle");
                Err(read.unexpected_response(reason, &answer))
            }
            None => Err(read.unexpected_response("its next has no cursor".to_owned(), &answer)),
        }
    }
}
