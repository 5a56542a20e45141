//! [`Misread`]: why a response cannot be understood.

use std::fmt;

use crate::error::body_kind::BodyKind;

/// Why a response cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misread {
    /// The body is not JSON.
    Body(BodyKind),
    /// It has none of the values that the usage adapter names.
    NoValues,
    /// A value is negative that cannot be.
    Negative {
        /// The JSON pointer of the value.
        pointer: String,
    },
    /// A value is not a number.
    NotANumber {
        /// The JSON pointer of the value.
        pointer: String,
        /// Its beginning.
        value: String,
    },
    /// A number is too large to be counted.
    TooLarge {
        /// The JSON pointer of the value.
        pointer: String,
        /// Its beginning.
        value: String,
    },
    /// A value is neither true nor false.
    NotABoolean {
        /// The JSON pointer of the value.
        pointer: String,
        /// Its beginning.
        value: String,
    },
    /// It has no list of models, or of charges.
    NoList,
    /// A charge has no time, or its quota is not a number.
    BadCharge,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(body) => write!(f, "{body}"),
            Self::NoValues => f.write_str("it has none of the values that the usage adapter names"),
            Self::Negative { pointer } => write!(f, "{pointer} is negative"),
            Self::NotANumber { pointer, value } => write!(f, "{pointer} is {value}, not a number"),
            Self::TooLarge { pointer, value } => write!(f, "{pointer} is {value}, too large"),
            Self::NotABoolean { pointer, value } => {
                write!(f, "{pointer} is {value}, not true or false")
            }
            Self::NoList => f.write_str("it has no list of entries"),
            Self::BadCharge => f.write_str("an entry has no time, or its quota is not a number"),
        }
    }
}
