//! Validation of the API key before anything is sent. No message contains any part of it.

use quickrouter_api::BASE_URL;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::client::environment::KEY_VARIABLE;
use crate::detail::{Detail, detail};
use crate::error::Error;
use crate::text::pasted::{assigned_name, is_quote, trimmed};

/// The source of a key set by the program; completes "the key ...".
pub(crate) fn from_program() -> Detail {
    detail!(KeyFromProgram, "passed to ClientBuilder::api_key")
}

/// The source of a key read from the environment; completes "the key ...".
pub(crate) fn from_variable() -> Detail {
    Detail::key_in_variable(KEY_VARIABLE)
}

/// Trims and validates the key.
pub(crate) fn checked(key: Option<&SecretString>, source: &Detail) -> Result<SecretString, Error> {
    let text = key.map_or("", |key| key.expose_secret());
    check_api_key(text, source.clone()).map_err(Error::Configuration)?;
    Ok(SecretString::from(trimmed(text).to_owned()))
}

/// Checks whether a text has the form of an API key, as [`ClientBuilder::build`] does; surrounding white
/// space is ignored. Whether a gateway accepts the key is not checked. `source` completes "the key ..." in
/// messages: `in the file key.txt`.
///
/// # Errors
/// What is wrong and what to do, without any part of the text.
///
/// # Examples
/// ```
/// assert!(quickrouter::check_api_key("qr-0123456789", "in key.txt").is_ok());
/// assert!(quickrouter::check_api_key("Bearer qr-0123456789", "in key.txt").is_err());
/// ```
///
/// [`ClientBuilder::build`]: crate::ClientBuilder::build
pub fn check_api_key(text: &str, source: impl Into<Detail>) -> Result<(), Detail> {
    match trimmed(text) {
        "" => Err(missing()),
        text => fault(text, source.into()).map_or(Ok(()), Err),
    }
}

fn missing() -> Detail {
    let home = Url::parse(BASE_URL).ok();
    let home = home.as_ref().and_then(Url::host_str).unwrap_or(BASE_URL);
    let home = home.trim_start_matches("api.");
    detail!(
        KeyMissing,
        "the API key is missing: create one in your account at {home} and put it into the variable {variable}, or pass it to ClientBuilder::api_key",
        home = home,
        variable = KEY_VARIABLE
    )
}

/// Why `text` cannot be a key, without quoting any of it.
fn fault(text: &str, source: Detail) -> Option<Detail> {
    Some(if text.lines().nth(1).is_some() || text.contains('\r') {
        detail!(
            KeySeveralLines,
            "the API key {source} has several lines; use the key alone (.env files are not parsed)",
            source = source
        )
    } else if is_header(text) {
        detail!(
            KeyIsHeader,
            "the API key {source} is a whole header or setting (NAME: key); use the key alone, without the name",
            source = source
        )
    } else if assigned_name(text).is_some() {
        detail!(
            KeyIsAssignment,
            "the API key {source} is written as NAME=key; use the key alone, without the name in front",
            source = source
        )
    } else if has_scheme(text) {
        detail!(
            KeyHasScheme,
            "the API key {source} starts with an authentication scheme, but Bearer is added when it is sent; use the key alone",
            source = source
        )
    } else if text.contains(is_quote) {
        // https://github.com/docker/cli/issues/3630
        detail!(
            KeyInQuotes,
            "the API key {source} is in quotes; use it without them (`docker run --env-file` keeps the quotes of its file)",
            source = source
        )
    } else if is_placeholder(text) {
        detail!(
            KeyIsPlaceholder,
            "the API key {source} is a placeholder or the name of a variable; use the key itself",
            source = source
        )
    } else if text.contains(char::is_whitespace) {
        detail!(
            KeySeveralWords,
            "the API key {source} has more than one word; use the key and nothing else",
            source = source
        )
    } else {
        let at = text.chars().position(|c| !c.is_ascii_graphic())? + 1;
        detail!(
            KeyOddCharacter,
            "the API key {source} has an invisible or non-ASCII character at position {position}; copy it again",
            source = source,
            position = at
        )
    })
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
