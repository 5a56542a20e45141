//! `Prefer: wait`: holds the response to a create until the prediction is terminal or the time is
//! up.

use crate::state::State;
use crate::state::predictions::Record;
use http::HeaderMap;
use quickrouter_api::limits;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The header that confirms the preference.
pub(crate) const APPLIED: &str = "preference-applied";

/// How long to hold a response.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PreferWait {
    /// The preference as sent: `wait` or `wait=N`.
    pub(crate) sent: String,
    seconds: u64,
}

impl PreferWait {
    /// Parses the header; `None` if it is malformed.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let sent = headers.get("prefer")?.to_str().ok()?;
        let seconds = match sent.strip_prefix("wait")? {
            "" => limits::PREFER_WAIT_MAX_SECONDS,
            rest => seconds(rest.strip_prefix('=')?)?,
        };
        Some(Self { sent: sent.to_owned(), seconds })
    }

    /// Waits for the end of the prediction, or of the time, or of the gateway, and returns the
    /// record as of then. Not scaled: it is the caller's time.
    pub(crate) async fn wait(&self, state: &State, mut record: Arc<Record>) -> Arc<Record> {
        let until = Instant::now() + Duration::from_secs(self.seconds);
        let mut closed = pin!(state.closed());
        loop {
            // Created before the refresh, so that no cancel is missed in between.
            let canceled = state.canceled.notified();
            let now = state.refresh(&mut record);
            if record.at(now).is_terminal() || Instant::now() >= until {
                return record;
            }
            let left = record.lifecycle.end().duration_since(now).unwrap_or_default();
            tokio::select! {
                // The next refresh shows which of the two it was.
                _ = timeout_at(until.min(Instant::now() + left), canceled) => {}
                () = &mut closed => return record,
            }
        }
    }
}

/// Parses a number as in the contract: digits, no leading zero, within the limit.
fn seconds(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    let in_order = (1..=limits::PREFER_WAIT_MAX_SECONDS).contains(&number);
    (in_order && number.to_string() == text).then_some(number)
}
