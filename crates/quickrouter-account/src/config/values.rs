//! Values of the configuration file, checked as they are read, so that errors name their lines.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::amount::invalid::InvalidAmount;
use crate::amount::{Amount, written};
use crate::error::AccountError;
use crate::error::reason::Reason;
use crate::profile::key_source::KeyCommand;
use crate::profile::name;
use crate::profile::origin::Origin;

/// The name of a profile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ProfileName(pub(super) String);

impl TryFrom<String> for ProfileName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        name::check(&text).map_err(|_| Reason::ProfileName.to_string())?;
        Ok(Self(text))
    }
}

/// A base URL.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct BaseUrl(pub(super) String);

impl TryFrom<String> for BaseUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Origin::of(&text).map_err(|error| match error {
            AccountError::BaseUrlInvalid { why, .. } => why.to_string(),
            other => other.to_string(),
        })?;
        Ok(Self(text))
    }
}

/// A short text that is printed and compared: a group or a currency.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Label(pub(super) String);

impl TryFrom<String> for Label {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let printable = quickrouter::text::one_line(&text) == text;
        if text.trim() != text || text.is_empty() || text.chars().count() > 64 || !printable {
            return Err(Reason::Label.to_string());
        }
        Ok(Self(text))
    }
}

/// An amount that is not negative, as a number or in quotes.
#[derive(Debug)]
pub(super) struct Unsigned(pub(super) Amount);

impl<'de> Deserialize<'de> for Unsigned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let amount = Amount::deserialize(deserializer)?;
        if amount.is_negative() {
            return Err(D::Error::custom(Reason::NegativeAmount));
        }
        Ok(Self(amount))
    }
}

/// A limit that is not negative, as a number or in quotes.
#[derive(Debug)]
pub(super) struct Limit(pub(super) Amount);

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = Amount::parse_limit(&written(deserializer)?);
        limit.map(Self).map_err(|invalid| match invalid {
            InvalidAmount::Negative { .. } => D::Error::custom(Reason::NegativeAmount),
            other => D::Error::custom(other),
        })
    }
}

/// A command, as a list of words or as one text.
#[derive(Debug)]
pub(super) struct Command(pub(super) KeyCommand);

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected a list of words, or one text")]
        enum Written {
            Words(Vec<String>),
            Text(String),
        }
        let command = match Written::deserialize(deserializer)? {
            Written::Words(words) => KeyCommand::new(words),
            Written::Text(text) => KeyCommand::parse(&text),
        };
        command.map(Self).ok_or_else(|| D::Error::custom(Reason::NotACommand))
    }
}

/// A path at the gateway's origin, or a JSON pointer: both start with a slash.
#[derive(Debug)]
pub(super) struct Slashed(pub(super) String);

impl<'de> Deserialize<'de> for Slashed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let printable = quickrouter::text::one_line(&text) == text;
        if !text.starts_with('/') || text.len() > 500 || !printable {
            return Err(D::Error::custom(Reason::NotSlashed));
        }
        Ok(Self(text))
    }
}

/// A pattern of model names: `owner/name`, `owner/*` or `*`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pattern(pub(super) String);

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let stem = text.strip_suffix('*').unwrap_or(&text);
        let fits = !stem.contains(|c: char| c == '*' || c.is_whitespace() || c.is_control());
        if text.is_empty() || !fits {
            return Err(D::Error::custom(Reason::Pattern));
        }
        Ok(Self(text))
    }
}

/// A number from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Positive(pub(super) u64);

impl<'de> Deserialize<'de> for Positive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::try_from(i64::deserialize(deserializer)?).unwrap_or(0);
        if number == 0 { Err(D::Error::custom(Reason::NotPositive)) } else { Ok(Self(number)) }
    }
}
