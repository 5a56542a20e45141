//! [`RetryPolicy`]: when to retry what may be retried.

use std::time::Duration;

/// How often and how quickly failed requests are retried.
///
/// It decides when to retry, never whether: that is up to
/// [`RETRY_TABLE`](crate::retry::RETRY_TABLE), and a create with an unknown outcome is not retried
/// under any policy.
///
/// # Examples
/// ```
/// # fn main() -> Result<(), quickrouter::Error> {
/// use std::time::Duration;
///
/// use quickrouter::{Client, RetryPolicy};
///
/// let policy = RetryPolicy::new().max_attempts(3).max_backoff(Duration::from_secs(10));
/// let client = Client::builder().api_key("qr-...").retry_policy(policy).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    recover_unknown: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(30),
            recover_unknown: true,
        }
    }
}

impl RetryPolicy {
    /// Creates a policy with five attempts and backoffs of 0.5 s, doubling up to 30 s.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the maximum number of attempts of a request, at least 1. Defaults to 5. What
    /// [`RETRY_TABLE`](crate::retry::RETRY_TABLE) retries until the deadline is not counted: a create that
    /// receives 429 or 503, and a get of a prediction that was only just created.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the backoff before the second attempt, at least 1 ms; it doubles with each attempt.
    /// Defaults to 0.5 s.
    pub fn initial_backoff(mut self, delay: Duration) -> Self {
        self.initial_backoff = delay.max(Duration::from_millis(1));
        self
    }

    /// Sets the maximum backoff, unless the gateway requests a pause. Defaults to 30 s.
    pub fn max_backoff(mut self, delay: Duration) -> Self {
        self.max_backoff = delay;
        self
    }

    /// Sets whether to attempt, once, to recover a create with an unknown outcome: by the id in a
    /// broken response, else from the newest page of the list of predictions, if the gateway relays
    /// it. Defaults to `true`.
    ///
    /// A prediction is recovered only if its input and model match the create, if it was created
    /// after the create was sent (by the gateway's own `Date`), if this client does not know it,
    /// and if it is the only candidate. If several programs share the key and request the same
    /// input at the same time, none can tell whose it is: disable this, or give every input its own
    /// seed.
    pub fn recover_unknown(mut self, recover: bool) -> Self {
        self.recover_unknown = recover;
        self
    }

    pub(crate) fn recovers_unknown(&self) -> bool {
        self.recover_unknown
    }

    /// The backoff after this many attempts.
    pub(crate) fn delay(&self, attempts: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        self.initial_backoff.saturating_mul(doubled).min(self.max_backoff)
    }

    /// The pause after this many attempts, given the one requested by the gateway. A request for
    /// less than a second does not shorten the backoff.
    pub(crate) fn pause(&self, retry_after: Option<Duration>, attempts: u32) -> Duration {
        const MIN_RETRY_AFTER: Duration = Duration::from_secs(1);
        match retry_after {
            Some(retry_after) if retry_after >= MIN_RETRY_AFTER => retry_after,
            retry_after => self.delay(attempts).max(retry_after.unwrap_or_default()),
        }
    }

    pub(crate) fn spent(&self, attempts: u32) -> bool {
        attempts >= self.max_attempts
    }
}
