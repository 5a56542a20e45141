//! [`UnpricedReason`]: why there is no price.

use std::fmt;

use crate::error::list_failure::ListFailure;

/// Why there is no price. What is unpriced may cost anything; it is never free.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnpricedReason {
    /// The profile has no price for the model, and the origin is not named as of the family, so that its
    /// price list is not asked.
    NotOfTheFamily {
        /// The profile's name.
        profile: String,
    },
    /// The price list could not be fetched or read.
    ListUnavailable {
        /// The code of the error.
        code: String,
        /// The error, in English or the gateway's words.
        message: String,
        /// The error in parts.
        failure: ListFailure,
    },
    /// The price list has no entry with exactly this name.
    NotListed,
    /// Several entries of the price list have this name.
    SeveralEntries {
        /// How many.
        entries: usize,
    },
    /// The entry is not a price per call.
    NotPerCall,
    /// The entry has no price, or one that is not a positive number.
    NoUsablePrice,
    /// The price list says 0. Gateways of the family list what nobody has priced as 0, so this does not
    /// mean free; only a profile's price of 0 does.
    ListedAsZero,
    /// The profile names no group, and the price depends on it.
    GroupNotNamed,
    /// The price list has no ratio for the profile's group.
    GroupUnknown {
        /// The group.
        group: String,
    },
    /// The model is not offered to the profile's group.
    GroupNotEnabled {
        /// The group.
        group: String,
    },
    /// The gateway chooses the group of each call, which decides the price.
    GroupChosenByGateway {
        /// The group, `auto`.
        group: String,
    },
    /// The group's ratio is not a positive number.
    NoUsableRatio {
        /// The group.
        group: String,
    },
    /// The price is per picture, and it is unknown how many the input asks for.
    PictureCountUnknown,
    /// The cost is too large to be counted.
    TooLarge,
}

impl UnpricedReason {
    /// A stable code in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOfTheFamily { .. } => "not-of-the-family",
            Self::ListUnavailable { .. } => "price-list-unavailable",
            Self::NotListed => "not-listed",
            Self::SeveralEntries { .. } => "several-entries",
            Self::NotPerCall => "not-per-call",
            Self::NoUsablePrice => "no-usable-price",
            Self::ListedAsZero => "listed-as-zero",
            Self::GroupNotNamed => "group-not-named",
            Self::GroupUnknown { .. } => "group-unknown",
            Self::GroupNotEnabled { .. } => "group-not-enabled",
            Self::GroupChosenByGateway { .. } => "group-chosen-by-gateway",
            Self::NoUsableRatio { .. } => "no-usable-ratio",
            Self::PictureCountUnknown => "picture-count-unknown",
            Self::TooLarge => "cost-too-large",
        }
    }
}

impl fmt::Display for UnpricedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOfTheFamily { profile } => write!(
                f,
                "the profile {profile} has no price for this model, and does not name its gateway as one of the family, so its price list is not asked; set a price in the profile"
            ),
            Self::ListUnavailable { message, .. } => {
                write!(f, "the price list is unavailable: {message}")
            }
            Self::NotListed => {
                f.write_str("the price list does not have this model; set a price in the profile")
            }
            Self::SeveralEntries { entries } => write!(
                f,
                "the price list has {entries} entries for this model; set a price in the profile"
            ),
            Self::NotPerCall => f.write_str(
                "the price list has no price per call for this model; set a price in the profile",
            ),
            Self::NoUsablePrice => {
                f.write_str("the price in the price list cannot be used; set one in the profile")
            }
            Self::ListedAsZero => f.write_str(
                "the price list says 0, which need not mean free; set a price in the profile (0 if it is free)",
            ),
            Self::GroupNotNamed => f.write_str(
                "the price depends on the key's group; name it in the profile (group = \"...\")",
            ),
            Self::GroupUnknown { group } => {
                write!(f, "the price list has no ratio for the group {group:?}; check the profile")
            }
            Self::GroupNotEnabled { group } => {
                write!(f, "the price list does not offer this model to the group {group:?}")
            }
            Self::GroupChosenByGateway { group } => write!(
                f,
                "for keys of the group {group:?} the gateway chooses a group for each call, and with it the price; set a price in the profile"
            ),
            Self::NoUsableRatio { group } => {
                write!(f, "the ratio of the group {group:?} in the price list cannot be used")
            }
            Self::PictureCountUnknown => f.write_str(
                "the price is per picture, and it is unknown how many the input asks for; set most-pictures in the profile's price",
            ),
            Self::TooLarge => f.write_str("the cost is too large to be counted"),
        }
    }
}
