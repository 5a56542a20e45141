//! Errors of the configuration file, with the line, the key, and what was probably meant.

use std::path::PathBuf;

use crate::config::closest;
use crate::error::AccountError;
use crate::error::reason::Reason;

/// Names under which people look for a place for the key itself.
const KEYS: [&str; 6] = ["key", "api-key", "api_key", "apikey", "token", "secret"];

/// The error of a text that is not the TOML it should be.
pub(super) fn of_toml(path: PathBuf, text: &str, error: &toml::de::Error) -> AccountError {
    let start = error.span().map(|span| span.start.min(text.len()));
    let before = start.and_then(|start| text.get(..start));
    let line = before.map(|before| before.matches('\n').count() + 1);
    let message = error.message().trim();
    let named = quoted(message);
    let unknown = message.starts_with("unknown field");
    let (key, suggestion) = match named.split_first() {
        Some((key, known)) if unknown => {
            (Some((*key).to_owned()), closest(key, known.iter().copied()))
        }
        _ => (line.and_then(|line| key_at(text, line)), None),
    };
    if key.as_deref().is_some_and(|name| unknown && KEYS.contains(&name)) {
        let why = Reason::KeyInConfig;
        return AccountError::ConfigInvalid { path, line, key, why, suggestion: None };
    }
    let why = Reason::of_text(&message.replace('\n', "; "));
    AccountError::ConfigInvalid { path, line, key, why, suggestion }
}

/// What stands in backticks.
fn quoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

/// The key, or the table's name, of a line.
fn key_at(text: &str, line: usize) -> Option<String> {
    let line = text.lines().nth(line.checked_sub(1)?)?.trim();
    let key = match line.strip_prefix('[') {
        Some(table) => table.split(']').next()?,
        None => line.split_once('=')?.0,
    };
    Some(key.trim().chars().take(80).collect())
}
