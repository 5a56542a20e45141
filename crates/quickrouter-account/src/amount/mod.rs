//! [`Amount`]: exact amounts of a gateway's money, in micro-units.

pub(crate) mod decimal;
pub(crate) mod invalid;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::amount::decimal::{Decimal, Rounding};
use crate::amount::invalid::InvalidAmount;

/// Micro-units in one unit.
pub(crate) const MICROS: i64 = 1_000_000;

/// An amount of a gateway's money: a whole number of micro-units, never a float.
///
/// It has no currency: a gateway counts units of its own, and only a profile knows what one is worth
/// ([`Profile::currency`](crate::Profile::currency)). `Display` and serde write it as a decimal.
///
/// Text may have an exponent, which Go and JavaScript write for small numbers in JSON. More than six
/// decimals are rounded up, so that an amount is never less than what it was read from.
///
/// ```
/// # use quickrouter_account::Amount;
/// let price: Amount = "0.0040001".parse()?;
/// assert_eq!(price.micros(), 4001);
/// assert_eq!(price.times(4).unwrap().to_string(), "0.016004");
/// assert_eq!("4e-2".parse::<Amount>()?, Amount::from_micros(40_000));
/// # Ok::<(), quickrouter_account::InvalidAmount>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    micros: i64,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self { micros: 0 };

    /// An amount of this many micro-units.
    pub const fn from_micros(micros: i64) -> Self {
        Self { micros }
    }

    /// The amount in micro-units.
    pub const fn micros(self) -> i64 {
        self.micros
    }

    /// Whether it is below zero, such as the balance of an overdrawn key.
    pub const fn is_negative(self) -> bool {
        self.micros < 0
    }

    /// Parses an amount that cannot be negative, such as a price or a limit.
    ///
    /// # Errors
    /// As [`FromStr`], and [`InvalidAmount::Negative`].
    pub fn parse_unsigned(text: &str) -> Result<Self, InvalidAmount> {
        let amount: Self = text.parse()?;
        if amount.is_negative() {
            return Err(InvalidAmount::Negative { value: shown(text) });
        }
        Ok(amount)
    }

    /// Parses a limit, which cannot be negative. More than six decimals are rounded down: nothing above
    /// what was written is within it.
    ///
    /// # Errors
    /// As [`parse_unsigned`](Self::parse_unsigned).
    pub fn parse_limit(text: &str) -> Result<Self, InvalidAmount> {
        let limit = Self::rounded(text, Rounding::Down)?;
        if limit.is_negative() {
            return Err(InvalidAmount::Negative { value: shown(text) });
        }
        Ok(limit)
    }

    fn rounded(text: &str, rounding: Rounding) -> Result<Self, InvalidAmount> {
        let Some(decimal) = Decimal::parse(text.trim()) else {
            return Err(InvalidAmount::NotANumber { value: shown(text) });
        };
        let micros = decimal.micros(rounding);
        let micros = micros.ok_or_else(|| InvalidAmount::TooLarge { value: shown(text) })?;
        Ok(Self { micros })
    }

    /// The sum; `None` if it overflows.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.micros.checked_add(other.micros).map(Self::from_micros)
    }

    /// The difference; `None` if it overflows.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.micros.checked_sub(other.micros).map(Self::from_micros)
    }

    /// The product; `None` if it overflows.
    #[must_use]
    pub fn times(self, count: u64) -> Option<Self> {
        let product = self.micros.checked_mul(i64::try_from(count).ok()?)?;
        Some(Self::from_micros(product))
    }
}

impl FromStr for Amount {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        Self::rounded(text, Rounding::Up)
    }
}

/// The beginning of a text, for a message.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "-" } else { "" };
        let (micros, one) = (self.micros.unsigned_abs(), MICROS.unsigned_abs());
        let decimals = format!("{:06}", micros % one);
        let decimals = decimals.trim_end_matches('0');
        let point = if decimals.is_empty() { "" } else { "." };
        f.pad(&format!("{sign}{}{point}{decimals}", micros / one))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = written(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount as it is written: as a number or in quotes.
pub(crate) fn written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Whole(i64),
        /// Displayed as the shortest decimal that reads back as the same number: what was written.
        Float(f64),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Text(text) => text,
        Written::Whole(number) => number.to_string(),
        Written::Float(number) => number.to_string(),
    })
}

/// What a price covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// One create, however many pictures it makes.
    Call,
    /// Each picture.
    Picture,
}
