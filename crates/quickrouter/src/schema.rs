//! The part of JSON Schema that the contract's inputs and rules are written in.

use std::net::Ipv6Addr;

use serde_json::{Map, Value};

/// Why a value does not fit its schema, in words that follow the value: `is more than 4`.
pub(crate) fn misfit(value: &Value, schema: &Value) -> Option<String> {
    let keyword = |key: &str| schema.get(key);
    if let Some(kind) =
        keyword("type").and_then(Value::as_str).filter(|kind| !has_type(value, kind))
    {
        let article = if kind == "integer" { "an" } else { "a" };
        return Some(format!("is not {article} {kind}"));
    }
    let words = keyword("enum").and_then(Value::as_array);
    if let Some(words) = words.filter(|words| !words.contains(value)) {
        return Some(format!("is not one of {}", listed(words)));
    }
    let number = value.as_f64();
    let beyond = |key: &str, out: fn(f64, f64) -> bool| {
        let limit = keyword(key)?;
        out(number?, limit.as_f64()?).then_some(limit)
    };
    if let Some(least) = beyond("minimum", |value, least| value < least) {
        return Some(format!("is less than the least allowed, {least}"));
    }
    if let Some(most) = beyond("maximum", |value, most| value > most) {
        return Some(format!("is more than the most allowed, {most}"));
    }
    if let Some(step) = keyword("multipleOf").filter(|step| !is_multiple(value, step)) {
        return Some(format!("is not a multiple of {step}"));
    }
    match (value.as_str(), keyword("format").and_then(Value::as_str)) {
        (Some(text), Some("uri")) if !is_uri(text) => {
            Some("is not a URI (https://... or data:...)".to_owned())
        }
        _ => None,
    }
}

/// Whether an input, as it is sent, matches the condition of a rule.
pub(crate) fn matches(input: &Map<String, Value>, when: &Value) -> bool {
    let all = |key: &str| when.get(key).and_then(Value::as_array);
    let required = all("required").into_iter().flatten().filter_map(Value::as_str);
    let properties = when.get("properties").and_then(Value::as_object).into_iter().flatten();
    required.into_iter().all(|field| input.contains_key(field))
        && properties
            .filter_map(|(field, schema)| Some((input.get(field)?, schema)))
            .all(|(value, schema)| misfit(value, schema).is_none())
        && all("allOf").is_none_or(|parts| parts.iter().all(|part| matches(input, part)))
        && all("anyOf").is_none_or(|parts| parts.iter().any(|part| matches(input, part)))
        && when.get("not").is_none_or(|part| !matches(input, part))
}

/// The words of an enum, for a message.
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

/// Whole numbers exactly, since a large one does not fit into an f64; anything but a number fits.
fn is_multiple(value: &Value, step: &Value) -> bool {
    let whole =
        |value: &Value| value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    match (whole(value), whole(step)) {
        (Some(value), Some(step)) => value % step == 0,
        _ => match (value.as_f64(), step.as_f64()) {
            (Some(value), Some(step)) => value % step == 0.0,
            _ => true,
        },
    }
}

/// Whether a text is an http or https URL.
pub(crate) fn is_web_address(text: &str) -> bool {
    is_uri(text) && (text.starts_with("https://") || text.starts_with("http://"))
}

/// RFC 3986: a scheme, then only characters that may stand in a URI.
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

/// A port is digits; a host has no second `@`; brackets hold an IPv6 address.
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
