//! When to send again what may be sent again.

use std::time::Duration;

/// How patient a client is with failing requests.
///
/// It decides when to send again, never whether: that is in [`RETRY_TABLE`](crate::retry::RETRY_TABLE), and a
/// create whose outcome is unknown is not sent again under any policy.
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
    /// Five attempts, 0.5 s before the second, doubling up to 30 s.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often a request is sent in all, at least 1. A create that meets 429 or 503 is not
    /// counted: it is sent again until its deadline.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The pause before the second attempt, at least 1 ms; it doubles from then on.
    pub fn initial_backoff(mut self, delay: Duration) -> Self {
        self.initial_backoff = delay.max(Duration::from_millis(1));
        self
    }

    /// The longest pause, where the gateway does not name one.
    pub fn max_backoff(mut self, delay: Duration) -> Self {
        self.max_backoff = delay;
        self
    }

    /// Whether a create of unknown outcome is looked for, once: by the id that a broken answer
    /// shows, else in the newest page of the list of predictions, where the gateway relays it.
    /// `true` by default.
    ///
    /// A prediction is taken for ours only if its input and its model are those of the create, if
    /// it was created since the create was sent (by the gateway's own `Date`), if this client does
    /// not know it, and if it is the only one. Where programs that share the key ask for the same
    /// input at the same time, none can tell whose it is: turn this off there, or give every
    /// input its own seed.
    pub fn recover_unknown(mut self, find: bool) -> Self {
        self.recover_unknown = find;
        self
    }

    pub(crate) fn recovers_unknown(&self) -> bool {
        self.recover_unknown
    }

    /// The pause after this many attempts.
    pub(crate) fn delay(&self, attempts: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        self.initial_backoff.saturating_mul(doubled).min(self.max_backoff)
    }

    /// The pause after this many attempts, where the gateway may have asked for one. What is hardly
    /// a pause is no reason to ask again and again at once.
    pub(crate) fn pause(&self, asked: Option<Duration>, attempts: u32) -> Duration {
        const HARDLY: Duration = Duration::from_secs(1);
        match asked {
            Some(asked) if asked >= HARDLY => asked,
            asked => self.delay(attempts).max(asked.unwrap_or_default()),
        }
    }

    pub(crate) fn spent(&self, attempts: u32) -> bool {
        attempts >= self.max_attempts
    }
}
