//! [`Usage`]: what a key has left, read from a gateway's response.

pub(crate) mod charges;
pub(crate) mod evidence;
pub(crate) mod response;

use std::time::SystemTime;

use crate::amount::Amount;

/// What a key has left, in the gateway's units.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// What is left, rounded down; negative if the key is overdrawn. `None` if the gateway does not say,
    /// or if there is no limit.
    pub available: Option<Amount>,
    /// What was used, rounded up. `None` if the gateway does not say.
    pub used: Option<Amount>,
    /// What was granted, rounded down. `None` if the gateway does not say, or if there is no limit.
    pub granted: Option<Amount>,
    /// Whether the key itself has no limit; its account may have one.
    pub unlimited: bool,
    /// When the key expires. `None` if never, or if the gateway does not say.
    pub expires_at: Option<SystemTime>,
}

impl Usage {
    /// Whether the key had expired at `now`. new-api answers for expired keys too
    /// (middleware/auth.go, `TokenAuthReadOnly`).
    pub fn is_expired(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}
