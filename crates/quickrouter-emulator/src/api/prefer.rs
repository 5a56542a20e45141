//! `Prefer: wait`: a create is answered when the prediction is over, or when the time is.

use crate::state::State;
use crate::state::predictions::Record;
use http::HeaderMap;
use quickrouter_api::limits;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The header that says what was heeded.
pub(crate) const APPLIED: &str = "preference-applied";

/// How long an answer is to be held.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PreferWait {
    /// The preference as it was sent: `wait` or `wait=N`.
    pub(crate) sent: String,
    seconds: u64,
}

impl PreferWait {
    /// What the header asks for: nothing, when it is malformed.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let sent = headers.get("prefer")?.to_str().ok()?;
        let seconds = match sent.strip_prefix("wait")? {
            "" => limits::PREFER_WAIT_MAX_SECONDS,
            rest => seconds(rest.strip_prefix('=')?)?,
        };
        Some(Self { sent: sent.to_owned(), seconds })
    }

    /// Waits, and answers with the prediction as it is then, or as it is when the gateway stops. The
    /// time is not scaled: it is the caller's own.
    pub(crate) async fn wait(&self, state: &State, mut record: Arc<Record>) -> Arc<Record> {
        let until = Instant::now() + Duration::from_secs(self.seconds);
        let mut closed = pin!(state.closed());
        loop {
            // Made before the look, so that no cancel falls between the two.
            let canceled = state.canceled.notified();
            let now = state.refresh(&mut record);
            if record.at(now).is_terminal() || Instant::now() >= until {
                return record;
            }
            let left = record.lifecycle.end().duration_since(now).unwrap_or_default();
            tokio::select! {
                // Which of the two it was, the next look tells.
                _ = timeout_at(until.min(Instant::now() + left), canceled) => {}
                () = &mut closed => return record,
            }
        }
    }
}

/// A number as the contract writes it: digits, no zero in front, within the limit.
fn seconds(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    let in_order = (1..=limits::PREFER_WAIT_MAX_SECONDS).contains(&number);
    (in_order && number.to_string() == text).then_some(number)
}
