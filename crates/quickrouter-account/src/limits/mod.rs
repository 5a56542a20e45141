//! The check of an estimate against a maximum cost.

use crate::amount::Amount;
use crate::error::refusal::Refusal;
use crate::error::unpriced_reason::UnpricedReason;
use crate::pricing::estimate::Estimate;

/// Whether a run without a known price is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spending {
    /// Only what has a price.
    #[default]
    Priced,
    /// Also what has none.
    Unpriced,
}

/// Checks that an estimate is within `max_cost`; without a limit everything is.
///
/// # Errors
/// [`Refusal::Above`] if it could cost more, [`Refusal::Unpriced`] if its price is unknown and
/// `spending` does not allow that.
pub fn within(
    max_cost: Option<Amount>,
    estimate: &Estimate,
    spending: Spending,
) -> Result<(), Refusal> {
    let Some(limit) = max_cost else { return Ok(()) };
    match (&estimate.most, &estimate.reason) {
        (Some(most), _) if *most <= limit => Ok(()),
        (Some(most), _) => Err(Refusal::Above { most: *most, limit }),
        (None, _) if spending == Spending::Unpriced => Ok(()),
        (None, reason) => {
            let reason = reason.clone().unwrap_or(UnpricedReason::NotListed);
            Err(Refusal::Unpriced { limit, reason })
        }
    }
}
