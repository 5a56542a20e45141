//! Validation of the API key before anything is sent. No message contains any part of it.

use quickrouter_api::BASE_URL;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::client::environment::KEY_VARIABLE;
use crate::error::Error;
use crate::text::pasted::{assigned_name, is_quote, trimmed};

/// The source of a key set by the program; completes "the key ...".
pub(crate) const FROM_PROGRAM: &str = "passed to ClientBuilder::api_key";

/// The source of a key read from the environment; completes "the key ...".
pub(crate) fn from_variable() -> String {
    format!("in the variable {KEY_VARIABLE}")
}

/// Trims and validates the key.
pub(crate) fn checked(key: Option<&SecretString>, source: &str) -> Result<SecretString, Error> {
    let text = key.map_or("", |key| trimmed(key.expose_secret()));
    if text.is_empty() {
        return Err(missing());
    }
    match fault(text) {
        Some(fault) => Err(Error::Configuration(format!("the API key {source} {fault}"))),
        None => Ok(SecretString::from(text.to_owned())),
    }
}

fn missing() -> Error {
    let home = Url::parse(BASE_URL).ok();
    let home = home.as_ref().and_then(Url::host_str).unwrap_or(BASE_URL);
    let home = home.trim_start_matches("api.");
    Error::Configuration(format!(
        "the API key is missing: create one in your account at {home} and put it into the variable {KEY_VARIABLE}, or pass it to ClientBuilder::api_key"
    ))
}

/// Why `text` cannot be a key, without quoting any of it.
fn fault(text: &str) -> Option<String> {
    let fault = if text.lines().nth(1).is_some() || text.contains('\r') {
        "has several lines; use the key alone (.env files are not parsed)"
    } else if is_header(text) {
        "is a whole header or setting (NAME: key); use the key alone, without the name"
    } else if assigned_name(text).is_some() {
        "is written as NAME=key; use the key alone, without the name in front"
    } else if has_scheme(text) {
        "starts with an authentication scheme, but Bearer is added when it is sent; use the key alone"
    } else if text.contains(is_quote) {
        // https://github.com/docker/cli/issues/3630
        "is in quotes; use it without them (`docker run --env-file` keeps the quotes of its file)"
    } else if is_placeholder(text) {
        "is a placeholder or the name of a variable; use the key itself"
    } else if text.contains(char::is_whitespace) {
        "has more than one word; use the key and nothing else"
    } else {
        let at = text.chars().position(|c| !c.is_ascii_graphic())? + 1;
        return Some(format!(
            "has an invisible or non-ASCII character at position {at}; copy it again"
        ));
    };
    Some(fault.to_owned())
}

/// `Authorization: Bearer key`, other headers, or a line of YAML.
fn is_header(text: &str) -> bool {
    let text = text.trim_start_matches(is_quote);
    let Some((name, value)) = text.split_once(':') else { return false };
    let is_name = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let known =
        name.eq_ignore_ascii_case("authorization") || name.eq_ignore_ascii_case("x-api-key");
    is_name && (known || value.starts_with(char::is_whitespace))
}

/// Starts with an authentication scheme (RFC 9110, section 11.1), or is a scheme without a key.
fn has_scheme(text: &str) -> bool {
    let text = text.trim_start_matches(is_quote);
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let is = |scheme: &str| word.eq_ignore_ascii_case(scheme);
    let glued = text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("bearer:"));
    glued || is("bearer") || (!rest.is_empty() && (is("token") || is("basic")))
}

/// `$NAME`, `${NAME}`, `%NAME%`, `<your key>`, or a whole JSON document.
fn is_placeholder(text: &str) -> bool {
    let between = |open: char, close: char| text.starts_with(open) && text.ends_with(close);
    text.starts_with('$')
        || between('%', '%')
        || between('<', '>')
        || between('{', '}')
        || text.eq_ignore_ascii_case(KEY_VARIABLE)
}
