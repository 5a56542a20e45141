//! JSON from outside, made a tree of.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Error, Value};
use std::fmt;

/// A name that serde_json, with its feature `raw_value`, takes for its own when it makes a tree: the
/// text that goes with it is read as JSON once more, as deep as it likes.
const RESERVED: &str = "$serde_json::private::RawValue";

/// The tree of a text.
///
/// # Errors
/// It is no JSON, or has a name that serde_json takes for its own.
pub(crate) fn parse(text: &[u8]) -> Result<Value, Error> {
    let NoReservedName = serde_json::from_slice(text)?;
    serde_json::from_slice(text)
}

/// A text without that name.
struct NoReservedName;

impl<'de> Deserialize<'de> for NoReservedName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NoReservedNameVisitor)
    }
}

struct NoReservedNameVisitor;

impl<'de> Visitor<'de> for NoReservedNameVisitor {
    type Value = NoReservedName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<NoReservedName, E> {
        Ok(NoReservedName)
    }

    fn visit_bool<E>(self, _: bool) -> Result<NoReservedName, E> {
        Ok(NoReservedName)
    }

    fn visit_i64<E>(self, _: i64) -> Result<NoReservedName, E> {
        Ok(NoReservedName)
    }

    fn visit_u64<E>(self, _: u64) -> Result<NoReservedName, E> {
        Ok(NoReservedName)
    }

    fn visit_f64<E>(self, _: f64) -> Result<NoReservedName, E> {
        Ok(NoReservedName)
    }

    fn visit_str<E>(self, _: &str) -> Result<NoReservedName, E> {
        Ok(NoReservedName)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<NoReservedName, A::Error> {
        while let Some(NoReservedName) = items.next_element()? {}
        Ok(NoReservedName)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<NoReservedName, A::Error> {
        while let Some(name) = items.next_key::<String>()? {
            if name == RESERVED {
                return Err(A::Error::custom(format!(
                    "the emulator cannot read the name {RESERVED}"
                )));
            }
            items.next_value::<NoReservedName>()?;
        }
        Ok(NoReservedName)
    }
}
