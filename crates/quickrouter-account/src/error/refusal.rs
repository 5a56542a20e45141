//! [`Refusal`]: why a run is refused before it is paid for.

use std::fmt;

use crate::amount::Amount;
use crate::error::unpriced_reason::UnpricedReason;

/// Why a run is refused before it is paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It could cost more than the limit.
    Above {
        /// The most that it could cost.
        most: Amount,
        /// The limit.
        limit: Amount,
    },
    /// Its price is unknown, so that it may be above the limit.
    Unpriced {
        /// The limit.
        limit: Amount,
        /// Why there is no price.
        reason: UnpricedReason,
    },
}

impl Refusal {
    /// A stable code: `above-max-cost` or `unpriced`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Above { .. } => "above-max-cost",
            Self::Unpriced { .. } => "unpriced",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Above { most, limit } => {
                write!(f, "this could cost {most}, more than the limit of {limit}")
            }
            Self::Unpriced { limit, reason } => {
                write!(f, "the price is unknown, so it may be above the limit of {limit}: {reason}")
            }
        }
    }
}

impl std::error::Error for Refusal {}
