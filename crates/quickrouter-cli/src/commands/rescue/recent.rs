//! The predictions of the last hour or so, newest first.

use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use quickrouter::catalog::limits;
use quickrouter::{Client, Prediction, Predictions};

use crate::exit::failure::Failure;

/// The most predictions that are looked through.
pub(super) const MOST: usize = 10_000;

/// How long a prediction may have run at most. Results are kept from the end on, but lists are ordered by
/// the beginning.
const LONGEST_RUN: Duration = Duration::from_secs(limits::PREDICTION_HARD_STOP_SECONDS);

/// The predictions that ended at most `since` ago, by the gateway's clock as far as this one agrees.
pub(super) struct Recent {
    listed: Predictions,
    oldest: SystemTime,
    read: usize,
    is_over: bool,
}

impl Recent {
    pub(super) fn new(client: &Client, since: Duration) -> Self {
        let oldest = SystemTime::now().checked_sub(since).unwrap_or(SystemTime::UNIX_EPOCH);
        Self { listed: client.list(), oldest, read: 0, is_over: false }
    }

    /// The next one, or why an entry cannot be read; a page that cannot be fetched ends it.
    pub(super) async fn next(&mut self) -> Option<Result<Prediction, Failure>> {
        while !self.is_over && !self.is_cut_off() {
            let prediction = match self.listed.next().await? {
                Ok(prediction) => prediction,
                Err(error) => {
                    self.read += 1;
                    return Some(Err(error.into()));
                }
            };
            self.read += 1;
            let begun = prediction.created();
            if begun.is_some_and(|begun| begun + LONGEST_RUN < self.oldest) {
                self.is_over = true;
                return None;
            }
            let ended = prediction.completed().or(begun);
            // Without a time it may be of any age.
            if ended.is_none_or(|ended| ended >= self.oldest) {
                return Some(Ok(prediction));
            }
        }
        None
    }

    /// Whether there may be more than were looked through.
    pub(super) fn is_cut_off(&self) -> bool {
        !self.is_over && self.read >= MOST
    }
}
