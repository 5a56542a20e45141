//! [`Evidence`]: whether a key was charged, and how sure that is.

use crate::amount::Amount;

/// How sure something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certainty {
    /// The gateway's log names the very request.
    Certain,
    /// Nothing else is known that explains it.
    Likely,
    /// It may be otherwise: another run may be in it, or the gateway may charge later.
    Possible,
}

impl Certainty {
    /// A stable code: `certain`, `likely` or `possible`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

/// Whether a key was charged for a create of unknown outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// It was.
    Charged {
        /// How much.
        amount: Amount,
        /// How sure that is.
        certainty: Certainty,
    },
    /// It was not, so far. Gateways of the family charge some creates only when they have ended.
    NotCharged {
        /// How sure that is.
        certainty: Certainty,
    },
    /// It is not known.
    Unclear {
        /// Why.
        why: UnclearReason,
    },
}

/// Why it is unclear whether a key was charged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnclearReason {
    /// The log has several charges for the model in that time.
    SeveralCharges {
        /// How many.
        charges: usize,
    },
    /// The log has a charge for the model shortly before that time, by a clock that may differ from
    /// this machine's.
    NearMiss,
    /// The log has a refund for the model in that time, which may be of this create or of an earlier one.
    Refunded,
    /// The log has charges in that time, but none anywhere under the model's name, so that it may have
    /// the model under another.
    OtherCharges {
        /// How many.
        charges: usize,
    },
    /// The log does not reach back that far.
    LogTooShort,
    /// The log is empty; the gateway may not keep one.
    LogEmpty,
    /// The key's use fell, by a refund or a reset.
    UseFell,
    /// The gateway does not say what was used.
    NoUse,
}

impl UnclearReason {
    /// A stable code in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SeveralCharges { .. } => "several-charges",
            Self::NearMiss => "near-miss",
            Self::Refunded => "refunded",
            Self::OtherCharges { .. } => "other-charges",
            Self::LogTooShort => "log-too-short",
            Self::LogEmpty => "log-empty",
            Self::UseFell => "use-fell",
            Self::NoUse => "no-use",
        }
    }
}
