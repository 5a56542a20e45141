//! [`Estimate`]: what a run costs, and at most.

use quickrouter::catalog::Model;
use serde_json::Value;

use crate::amount::{Amount, Per};
use crate::error::unpriced_reason::UnpricedReason;
use crate::pricing::pictures::{model_of, most_pictures};
use crate::profile::prices::PriceRule;

/// Where a price comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PriceSource {
    /// The profile's price.
    Profile {
        /// The pattern in the profile that matched the model.
        pattern: String,
    },
    /// The gateway's public price list, multiplied with the ratio of the profile's group.
    PriceList {
        /// The group.
        group: String,
    },
}

/// The price of one call or picture.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Price {
    /// It is known.
    Known {
        /// The amount, rounded up to a micro-unit.
        amount: Amount,
        /// What it is for.
        per: Per,
        /// Where it comes from.
        source: PriceSource,
        /// The most pictures of one call, if the profile says so.
        most_pictures: Option<u64>,
    },
    /// It is unknown.
    Unpriced(UnpricedReason),
}

impl Price {
    /// The price that a profile's rule sets. A rule that does not say what it is for counts for every
    /// picture, which is the larger of both.
    pub(crate) fn of_rule(pattern: &str, rule: &PriceRule) -> Self {
        Self::Known {
            amount: rule.amount,
            per: rule.per.unwrap_or(Per::Picture),
            source: PriceSource::Profile { pattern: pattern.to_owned() },
            most_pictures: rule.most_pictures,
        }
    }

    /// The price of one call by the gateway's list.
    pub(crate) fn listed(amount: Amount, group: &str) -> Self {
        Self::Known {
            amount,
            per: Per::Call,
            source: PriceSource::PriceList { group: group.to_owned() },
            most_pictures: None,
        }
    }
}

/// What a run would cost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Estimate {
    /// The price of one call or picture.
    pub price: Price,
    /// The number of pictures reserved for; `None` if it is unknown.
    pub pictures: Option<u64>,
    /// The most that the run could cost; `None` if that is unknown.
    pub most: Option<Amount>,
    /// Why `most` is unknown. `None` if it is known.
    pub reason: Option<UnpricedReason>,
}

impl Estimate {
    /// The estimate of `price` for `input`, whose model is `model` as the user named it.
    pub(crate) fn new(price: Price, model: &str, input: &Value) -> Self {
        Self::of_model(price, model_of(model), input)
    }

    fn of_model(price: Price, model: Option<&Model>, input: &Value) -> Self {
        let empty = serde_json::Map::new();
        let input = input.as_object().unwrap_or(&empty);
        let counted = model.and_then(|model| most_pictures(model, input));
        let most_per_call = match &price {
            Price::Known { most_pictures, .. } => *most_pictures,
            Price::Unpriced(_) => None,
        };
        let pictures = counted.or(most_per_call);
        let most = match &price {
            Price::Unpriced(reason) => Err(reason.clone()),
            Price::Known { amount, per: Per::Call, .. } => Ok(*amount),
            // However many there are, they cost nothing.
            Price::Known { amount: Amount::ZERO, .. } => Ok(Amount::ZERO),
            Price::Known { amount, per: Per::Picture, .. } => match pictures {
                Some(pictures) => amount.times(pictures).ok_or(UnpricedReason::TooLarge),
                None => Err(UnpricedReason::PictureCountUnknown),
            },
        };
        let (most, reason) = match most {
            Ok(most) => (Some(most), None),
            Err(reason) => (None, Some(reason)),
        };
        Self { price, pictures, most, reason }
    }
}
