//! Exact decimals, as prices and ratios are written, and their products.
//!
//! The crates for decimals either round a product to 28 digits, which can fall below the true price, or
//! allocate for any exponent.

use crate::amount::Amount;

/// Most digits of a factor: two of them fit into an `i128` when multiplied.
const MOST_DIGITS: usize = 19;

/// Largest exponent, as written or after the digits are counted. An `f64` of JSON stays within it.
const HIGHEST_EXPONENT: i32 = 400;

/// Digits behind the point of an [`Amount`].
const DECIMALS: i32 = 6;

/// How an amount between two micro-units is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// Up, for costs.
    Up,
    /// Down, for what is left.
    Down,
}

/// `digits * 10^exponent`, exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    /// Parses `-12.5e-3` and its parts. `None` if it is no number or has more than 19 significant digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        if exponent.abs() > HIGHEST_EXPONENT {
            return None;
        }
        let (negative, number) = match number.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let all = format!("{whole}{part}");
        let is_number = !all.is_empty() && all.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || all.len() > 2 * MOST_DIGITS + 400 {
            return None;
        }
        let kept = all.trim_end_matches('0');
        let dropped = i32::try_from(all.len() - kept.len()).ok()?;
        let significant = kept.trim_start_matches('0');
        if significant.len() > MOST_DIGITS {
            return None;
        }
        let digits: i128 = if significant.is_empty() { 0 } else { significant.parse().ok()? };
        let digits = if negative { -digits } else { digits };
        Some(Self { digits, exponent: exponent - i32::try_from(part.len()).ok()? + dropped })
    }

    /// A number of JSON, or a string with one. Floats are taken as their shortest decimal, which is how
    /// Go and JavaScript write them.
    pub(crate) fn from_json(value: &serde_json::Value) -> Option<Self> {
        match value {
            serde_json::Value::Number(number) => Self::parse(&number.to_string()),
            serde_json::Value::String(text) => Self::parse(text.trim()),
            _ => None,
        }
    }

    pub(crate) fn is_negative(self) -> bool {
        self.digits < 0
    }

    pub(crate) fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The exact product; `None` if it has too many digits.
    pub(crate) fn times(self, other: Self) -> Option<Self> {
        let digits = self.digits.checked_mul(other.digits)?;
        Some(Self { digits, exponent: self.exponent.checked_add(other.exponent)? })
    }

    /// The number of micro-units; `None` if it is too large.
    pub(crate) fn micros(self, rounding: Rounding) -> Option<i64> {
        self.divided_micros(1, rounding)
    }

    /// The number of micro-units after a division by `divisor`, which is not zero.
    pub(crate) fn divided_micros(self, divisor: u64, rounding: Rounding) -> Option<i64> {
        if self.digits == 0 {
            return Some(0);
        }
        let shift = self.exponent + DECIMALS;
        let divisor = i128::from(divisor);
        let power = |exponent: i32| 10_i128.checked_pow(exponent.unsigned_abs());
        let (above, below) = if shift >= 0 {
            (self.digits.checked_mul(power(shift)?)?, divisor)
        } else {
            match power(shift).and_then(|power| power.checked_mul(divisor)) {
                Some(below) => (self.digits, below),
                // So much smaller than a micro-unit that only its sign counts.
                None => (self.digits.signum(), i128::MAX),
            }
        };
        let floor = above.div_euclid(below);
        let up = rounding == Rounding::Up && above.rem_euclid(below) != 0;
        i64::try_from(floor + i128::from(up)).ok()
    }

    /// The amount, rounded up to whole units of quota, of which `per_unit` are one unit.
    pub(crate) fn quota_up(self, per_unit: u64) -> Option<Amount> {
        let millionth = Self { digits: 1, exponent: -DECIMALS };
        let quota = self.times(per_unit.into())?.times(millionth)?.micros(Rounding::Up)?;
        let whole = Self { digits: quota.into(), exponent: 0 };
        whole.divided_micros(per_unit, Rounding::Up).map(Amount::from_micros)
    }
}

impl From<u64> for Decimal {
    fn from(number: u64) -> Self {
        Self::parse(&number.to_string()).unwrap_or(Self { digits: number.into(), exponent: 0 })
    }
}
