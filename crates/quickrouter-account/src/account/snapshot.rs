//! [`Snapshot`]: what a key has used at one time, and the difference of two.

use crate::amount::Amount;
use crate::usage::evidence::{Certainty, Evidence, UnclearReason};

/// What a key has used at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub(crate) used: Option<Amount>,
}

/// What a key has used between two times. Other runs with the same key count too, and a charge may come
/// later, so this is never certain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Taken {
    /// It used this much more; 0 if nothing was charged so far.
    Used(Amount),
    /// It is not known.
    Unclear(UnclearReason),
}

impl Snapshot {
    /// What was used until `later`.
    pub(crate) fn taken(&self, later: &Self) -> Taken {
        let (Some(before), Some(after)) = (self.used, later.used) else {
            return Taken::Unclear(UnclearReason::NoUse);
        };
        match after.minus(before) {
            Some(used) if !used.is_negative() => Taken::Used(used),
            _ => Taken::Unclear(UnclearReason::UseFell),
        }
    }
}

impl Taken {
    /// As evidence that a create of unknown outcome was charged, or was not.
    pub fn evidence(&self) -> Evidence {
        match self {
            Self::Used(Amount::ZERO) => Evidence::NotCharged { certainty: Certainty::Possible },
            Self::Used(amount) => {
                Evidence::Charged { amount: *amount, certainty: Certainty::Possible }
            }
            Self::Unclear(why) => Evidence::Unclear { why: why.clone() },
        }
    }
}
