//! [`Usage`]: what a key has left, read from a gateway's response.

pub(crate) mod charges;
pub(crate) mod evidence;
pub(crate) mod response;

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
}
