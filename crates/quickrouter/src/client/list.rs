//! Listing of predictions: all pages as one stream.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{self, Poll};

use futures_util::stream::{BoxStream, Stream, StreamExt, unfold};

use crate::calls::pages::Pages;
use crate::client::Client;
use crate::error::Error;
use crate::model::prediction::Prediction;

/// The state of a listing.
#[derive(Default)]
struct Listing {
    ready: VecDeque<Result<Prediction, Error>>,
    pages: Pages,
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
        let start = (client, Listing::default());
        let pages = unfold(start, |(client, mut listing)| async move {
            let deadline = client.context.wait.ends();
            loop {
                if let Some(result) = listing.ready.pop_front() {
                    return Some((result, (client, listing)));
                }
                match listing.pages.next(&client.context, deadline).await {
                    Ok(None) => return None,
                    Ok(Some(page)) => {
                        listing.ready.extend(page.entries);
                        listing.ready.extend(page.cut_off.map(Err));
                    }
                    Err(error) => listing.ready.push_back(Err(error)),
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
