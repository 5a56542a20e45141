//! The prompt: from an argument or stdin, and refused if it is blank.

use serde_json::Value;

use crate::exit::failure::Failure;
use crate::text::bounded;
use crate::text::encoding::{decoded, unmarked};
use crate::text::message::message;

/// The most that is read as an input, in bytes: room for the data URIs of several pictures.
pub(super) const MOST_BYTES: u64 = 64 << 20;

/// Reads the prompt: the text itself, or stdin for `-`.
pub(crate) fn read(text: &str) -> Result<String, Failure> {
    if text != "-" {
        return Ok(unmarked(text).to_owned());
    }
    Ok(stdin(StdinUse::Prompt, MOST_BYTES)?.trim_end_matches(['\n', '\r']).to_owned())
}

/// Reads all of stdin as text, of at most this many bytes.
pub(crate) fn stdin(of: StdinUse, most: u64) -> Result<String, Failure> {
    let what = of.name();
    let (bytes, is_whole) = bounded::stdin(most).map_err(|error| {
        Failure::refused(message!("stdin-unreadable", what = what, error = error.to_string()))
    })?;
    if !is_whole {
        return Err(Failure::refused(message!("stdin-large", what = what, limit = most)));
    }
    if matches!(of, StdinUse::Text) {
        // Error codes are ASCII in every encoding that an error page or a log is likely to have.
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        return Ok(decoded(bytes).unwrap_or(lossy));
    }
    decoded(bytes)
        .map_err(|why| Failure::refused(message!("stdin-encoding", what = what, why = why)))
}

/// What is read from stdin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StdinUse {
    Prompt,
    Input,
    Text,
}

impl StdinUse {
    /// As it is typed.
    fn name(self) -> &'static str {
        match self {
            Self::Prompt => "PROMPT",
            Self::Input => "--input",
            Self::Text => "TEXT",
        }
    }
}

/// Refuses a prompt without visible characters: usually an unset variable or an empty file, yet the
/// model would make a picture and bill it.
pub(crate) fn refuse_blank(prompt: Option<&Value>) -> Result<(), Failure> {
    let Some(prompt) = prompt.and_then(Value::as_str).filter(|text| is_blank(text)) else {
        return Ok(());
    };
    let message = match prompt {
        "" => message!("prompt-empty"),
        _ => message!("prompt-blank"),
    };
    Err(Failure::refused(message).hint(message!("prompt-how")))
}

/// Whether a text is invisible: white space, control characters, and what is invisible otherwise.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// Format characters and fillers: Unicode's `Default_Ignorable_Code_Point` and the blank letters.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::is_blank;

    #[test]
    fn a_text_of_which_nothing_is_seen_is_blank() {
        for text in
            ["", " ", "\r\n\t", "\u{a0}\u{3000}", "\u{200b}\u{feff}", "\0\u{1b}", "\u{3164}"]
        {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["a", " .", "画", "\u{200b}x", "🦊", "0", "-"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}
