//! Parses JSON from outside.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Error, Value};
use std::fmt;

/// A name that serde_json, with its feature `raw_value`, reserves when it builds a `Value`: the
/// text that goes with it is parsed as JSON once more, to any depth.
const RESERVED: &str = "$serde_json::private::RawValue";

/// Parses JSON.
///
/// # Errors
/// The text is not JSON, or has a name that serde_json reserves.
pub(crate) fn parse(text: &[u8]) -> Result<Value, Error> {
    let NoReservedName = serde_json::from_slice(text)?;
    serde_json::from_slice(text)
}

/// JSON without the reserved name.
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
