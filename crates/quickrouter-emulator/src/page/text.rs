//! Prepares texts from outside for display.

use super::view::View;
use super::words;
use crate::wire::inline_files::shorten_inline_files;
use crate::wire::json;
use crate::wire::time::time as rfc_3339;
use bytes::Bytes;
use maud::{Markup, html};
use serde_json::Value;
use std::time::{Duration, SystemTime};

/// The most characters of a text that the page shows.
pub(super) const LONGEST: usize = 70_000;

/// The first `most` characters, and an ellipsis where there are more.
pub(super) fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// JSON on lines of its own, inline files shortened.
pub(super) fn pretty(value: &Value) -> String {
    let mut value = value.clone();
    shorten_inline_files(&mut value);
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    clipped(&text, LONGEST)
}

/// A body as it reads best: JSON on lines of its own, else the text that it is.
pub(super) fn body(bytes: &Bytes) -> String {
    match json::parse(bytes) {
        Ok(value) => pretty(&value),
        Err(_) => clipped(&String::from_utf8_lossy(bytes), LONGEST),
    }
}

/// `12 ms`, `4.2 s`, `3 min 20 s`.
pub(super) fn duration(duration: Duration) -> String {
    match duration.as_millis() {
        0..1000 => format!("{} ms", duration.as_millis()),
        1000..60_000 => format!("{:.1} s", duration.as_secs_f64()),
        _ => format!("{} min {} s", duration.as_secs() / 60, duration.as_secs() % 60),
    }
}

/// A time of day in UTC, which the script turns into the browser's own.
pub(super) fn time(time: SystemTime) -> Markup {
    let whole = rfc_3339(time);
    let day = whole.split(['T', '.']).nth(1).unwrap_or_default();
    html! { time datetime=(whole) { (day) " UTC" } }
}

/// A text to take along: a button copies it, where there is a script.
pub(super) fn copied(view: &View, label: &words::Phrase, text: &str) -> Markup {
    html! {
        div.copied {
            span.label { (view.say(label)) }
            code { (text) }
            button.small type="button" hidden data-copy=(text) {
                (view.say(&words::COPY)) span.unseen { " " (view.say(label)) }
            }
        }
    }
}
