//! The subset of JSON Schema used by the contract's inputs and rules.

use std::cmp::Ordering;
use std::net::Ipv6Addr;

use serde_json::Value;

use crate::detail::{Detail, detail};

/// The keywords of a schema, collected in one pass: every lookup in a JSON map hashes, and each
/// input of each create is checked.
#[derive(Default)]
struct Keywords<'a> {
    kind: Option<&'a str>,
    words: Option<&'a [Value]>,
    minimum: Option<&'a Value>,
    maximum: Option<&'a Value>,
    step: Option<&'a Value>,
    format: Option<&'a str>,
}

impl<'a> Keywords<'a> {
    fn of(schema: &'a Value) -> Self {
        let mut all = Self::default();
        all.read(schema);
        all
    }

    fn read(&mut self, schema: &'a Value) {
        let all = self;
        for (keyword, value) in schema.as_object().into_iter().flatten() {
            match keyword.as_str() {
                "type" => all.kind = value.as_str(),
                "enum" => all.words = value.as_array().map(Vec::as_slice),
                "minimum" => all.minimum = Some(value),
                "maximum" => all.maximum = Some(value),
                "multipleOf" => all.step = Some(value),
                "format" => all.format = value.as_str(),
                // Limits that the contract adds to the model's own schema.
                "allOf" => value.as_array().into_iter().flatten().for_each(|part| all.read(part)),
                _ => {}
            }
        }
    }
}

/// Why a value does not match its schema, phrased to follow the value: `is not a multiple of 8`.
pub(crate) enum Mismatch<'a> {
    Kind(&'a str),
    Words(&'a [Value]),
    Less(&'a Value),
    More(&'a Value),
    Step(&'a Value),
    Uri,
}

impl Mismatch<'_> {
    pub(crate) fn detail(&self) -> Detail {
        match self {
            Self::Kind(kind) if *kind == "integer" => {
                detail!(WrongType, "is not an {kind}", kind = *kind)
            }
            Self::Kind(kind) => detail!(WrongType, "is not a {kind}", kind = *kind),
            Self::Words(words) => {
                detail!(NotOneOf, "is not one of {values}", values = listed(words))
            }
            Self::Less(least) => detail!(
                BelowMinimum,
                "is less than the minimum, {minimum}",
                minimum = least.to_string()
            ),
            Self::More(most) => detail!(
                AboveMaximum,
                "is more than the maximum, {maximum}",
                maximum = most.to_string()
            ),
            Self::Step(step) => {
                detail!(NotMultiple, "is not a multiple of {step}", step = step.to_string())
            }
            Self::Uri => detail!(NotAUri, "is not a URI (https://... or data:...)"),
        }
    }
}

/// Returns the first mismatch between a value and its schema.
pub(crate) fn mismatch<'a>(value: &Value, schema: &'a Value) -> Option<Mismatch<'a>> {
    let Keywords { kind, words, minimum, maximum, step, format } = Keywords::of(schema);
    let beyond = |limit: &Value, out: Ordering| order(value, limit) == Some(out);
    let is_bad_uri = || format == Some("uri") && value.as_str().is_some_and(|text| !is_uri(text));
    let kind = kind.filter(|kind| !has_type(value, kind)).map(Mismatch::Kind);
    kind.or_else(|| words.filter(|words| !words.contains(value)).map(Mismatch::Words))
        .or_else(|| minimum.filter(|least| beyond(least, Ordering::Less)).map(Mismatch::Less))
        .or_else(|| maximum.filter(|most| beyond(most, Ordering::Greater)).map(Mismatch::More))
        .or_else(|| step.filter(|step| !is_multiple(value, step)).map(Mismatch::Step))
        .or_else(|| is_bad_uri().then_some(Mismatch::Uri))
}

/// Formats the values of an enum for a message.
pub(crate) fn listed(words: &[Value]) -> String {
    let words = words.iter().map(|word| word.as_str().map_or(word.to_string(), str::to_owned));
    words.collect::<Vec<_>>().join(", ")
}

fn has_type(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        // 768.0 is an integer to JSON Schema.
        "integer" => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        _ => false,
    }
}

/// Compares two numbers; integers exactly, because large ones do not fit into an f64.
fn order(value: &Value, limit: &Value) -> Option<Ordering> {
    match (whole(value), whole(limit)) {
        (Some(value), Some(limit)) => Some(value.cmp(&limit)),
        _ => value.as_f64()?.partial_cmp(&limit.as_f64()?),
    }
}

/// Compares integers exactly; anything but a number passes.
fn is_multiple(value: &Value, step: &Value) -> bool {
    match (whole(value), whole(step)) {
        (Some(value), Some(step)) => value % step == 0,
        _ => match (value.as_f64(), step.as_f64()) {
            (Some(value), Some(step)) => value % step == 0.0,
            _ => true,
        },
    }
}

/// Returns an integer, including one written as 768.0.
fn whole(value: &Value) -> Option<i128> {
    /// Far beyond every limit of the contract, and well within an i128.
    const FAR: f64 = 1e30;
    let written = || {
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < FAR)?;
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and smaller")]
        Some(number as i128)
    };
    let exact = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    exact.or_else(written)
}

/// Whether a string is an http or https URL.
pub(crate) fn is_web_address(text: &str) -> bool {
    is_uri(text) && (text.starts_with("https://") || text.starts_with("http://"))
}

/// RFC 3986: a scheme, then only characters allowed in a URI.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.chars();
    let scheme_fits = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let Some(hierarchy) = rest.strip_prefix("//") else {
        return scheme_fits && characters_fit(rest);
    };
    let end = hierarchy.find(['/', '?', '#']).unwrap_or(hierarchy.len());
    let (authority, path) = hierarchy.split_at(end);
    let unbracketed = authority.replace(['[', ']'], "");
    scheme_fits && authority_fits(authority) && characters_fit(&unbracketed) && characters_fit(path)
}

fn characters_fit(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    rest.matches('#').count() <= 1
        && bytes.iter().enumerate().all(|(at, byte)| match byte {
            b'%' => {
                bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
            }
            byte => byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(byte),
        })
}

/// Checks that a port is digits, a host has no second `@`, and brackets contain an IPv6 address.
fn authority_fits(authority: &str) -> bool {
    let host = match authority.rsplit_once('@') {
        Some((user, _)) if user.contains(['@', '[', ']']) => return false,
        Some((_, host)) => host,
        None => authority,
    };
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) if address.parse::<Ipv6Addr>().is_ok() => ("", port),
        Some(_) => return false,
        None => match host.split_once(':') {
            Some((name, _)) => (name, &host[name.len()..]),
            None => (host, ""),
        },
    };
    let port_fits = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
    port_fits && !name.contains(['[', ']'])
}
