//! Reads JSON or YAML from outside into a JSON value, within limits.

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// Largest text, in bytes: the emulator's own limit.
const MAX_TEXT: usize = 16 * 1024 * 1024;
/// Largest value, counted in bytes of its texts and one for each part: aliases of YAML can make a
/// short text a large value.
const MAX_VALUE: usize = 64 * 1024 * 1024;
/// How deep values may be nested.
const MAX_DEPTH: usize = 64;
/// A name that serde_json reserves: the text that goes with it is parsed as JSON once more, to any
/// depth.
const RESERVED: &str = "$serde_json::private::RawValue";

/// Reads JSON if the text looks like it, else YAML.
///
/// # Errors
/// What is wrong with the text, and where.
pub(crate) fn read(text: &str) -> Result<Value, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.len() > MAX_TEXT {
        return Err(format!("the text has {} bytes; the limit is {MAX_TEXT}", text.len()));
    }
    if text.trim().is_empty() {
        return Err("the text is empty".to_owned());
    }
    let left = Cell::new(MAX_VALUE);
    let whole = ValueSeed { left: &left, depth: 0 };
    // Braces and brackets are YAML, too, but hardly ever meant to be.
    if text.trim_start().starts_with(['{', '[']) {
        let mut json = serde_json::Deserializer::from_str(text);
        let value = whole.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
        return value.map_err(|error| format!("not valid as JSON: {error}"));
    }
    let yaml = serde_yaml_ng::Deserializer::from_str(text);
    whole.deserialize(yaml).map_err(|error| format!("not valid as YAML: {error}"))
}

/// A value as a type; an error says where in it something is wrong, unless that is the whole.
pub(crate) fn typed<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| match error.path().to_string() {
        path if path == "." => error.into_inner().to_string(),
        path => format!("{path}: {}", error.inner()),
    })
}

/// A part of the value, to be read.
#[derive(Clone, Copy)]
struct ValueSeed<'a> {
    /// How much more the value may hold.
    left: &'a Cell<usize>,
    depth: usize,
}

impl ValueSeed<'_> {
    fn spend<E: serde::de::Error>(self, bytes: usize) -> Result<(), E> {
        let left = self.left.get().checked_sub(bytes.saturating_add(1));
        let too_large = || E::custom(format!("the value is larger than {MAX_VALUE} bytes"));
        self.left.set(left.ok_or_else(too_large)?);
        Ok(())
    }

    /// What it contains.
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(format!("it is nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.spend(0).map(|()| Value::Null)
    }

    /// A document of YAML without content.
    fn visit_none<E: serde::de::Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.spend(0).map(|()| value.into())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.spend(0).map(|()| value.into())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.spend(0).map(|()| value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.spend(0)?;
        let number = Number::from_f64(value);
        number.map(Value::Number).ok_or_else(|| E::custom(format!("{value} is not JSON")))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.spend(text.len()).map(|()| text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.spend(0)?;
        let inner = self.inner()?;
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.spend(0)?;
        let inner = self.inner()?;
        let mut all = Map::new();
        while let Some(name) = items.next_key::<String>()? {
            self.spend(name.len())?;
            if name == RESERVED {
                return Err(A::Error::custom(format!("the name {RESERVED} cannot be read")));
            }
            let value = items.next_value_seed(inner)?;
            if all.contains_key(&name) {
                return Err(A::Error::custom(format!("{name:?} is given twice")));
            }
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}
