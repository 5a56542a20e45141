//! [`InvalidAmount`]: why a text is not an amount.

use std::fmt;

/// Why a text is not an amount. Each value is the text, at most 40 characters of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidAmount {
    /// It is not a number.
    NotANumber {
        /// The text.
        value: String,
    },
    /// It is larger than can be counted, about 9 million millions.
    TooLarge {
        /// The text.
        value: String,
    },
    /// It is negative where it cannot be.
    Negative {
        /// The text.
        value: String,
    },
}

impl InvalidAmount {
    /// A stable code in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotANumber { .. } => "amount-invalid",
            Self::TooLarge { .. } => "amount-too-large",
            Self::Negative { .. } => "amount-negative",
        }
    }
}

impl fmt::Display for InvalidAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber { value } => {
                write!(f, "{value:?} is not an amount; write it as 0.04, without a currency")
            }
            Self::TooLarge { value } => write!(f, "the amount {value:?} is too large"),
            Self::Negative { value } => {
                write!(f, "the amount {value:?} is negative; use 0 or more")
            }
        }
    }
}

impl std::error::Error for InvalidAmount {}
