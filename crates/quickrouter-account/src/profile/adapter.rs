//! [`UsageAdapter`]: how to ask a gateway what a key has left.

use quickrouter::catalog::routes::origin::{UNITS_PER_MONEY, USAGE, usage};

/// How to ask a gateway what a key has left, and how to read the response. Relays differ; the default
/// is the contract's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UsageAdapter {
    /// The path at the gateway's origin.
    pub path: String,
    /// The JSON pointer (RFC 6901) of what is left.
    pub available: Option<String>,
    /// The JSON pointer of what was used.
    pub used: Option<String>,
    /// The JSON pointer of what was granted.
    pub granted: Option<String>,
    /// The JSON pointer of whether there is no limit.
    pub unlimited: Option<String>,
    /// The JSON pointer of when the key expires, in seconds since 1970; 0 or less is never.
    pub expires_at: Option<String>,
    /// How many of the response's numbers are one unit. At least 1.
    pub divisor: u64,
}

impl Default for UsageAdapter {
    fn default() -> Self {
        let pointer = |pointer: &str| Some(pointer.to_owned());
        Self {
            path: USAGE.path.to_owned(),
            available: pointer(usage::AVAILABLE),
            used: pointer(usage::USED),
            granted: pointer(usage::GRANTED),
            unlimited: pointer(usage::UNLIMITED),
            expires_at: pointer(usage::EXPIRES_AT),
            divisor: UNITS_PER_MONEY,
        }
    }
}
