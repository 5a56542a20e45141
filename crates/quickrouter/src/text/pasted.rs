//! Settings as people paste them: surrounded by invisible characters, in quotes, or prefixed with a
//! variable name.

/// Trims white space, byte order marks and zero-width characters.
///
/// Notepad and PowerShell write a byte order mark at the start of files, and web pages surround
/// copied text with no-break and zero-width spaces.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// White space, or an invisible character.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// A quotation mark, plain or typographic.
pub(crate) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '´' | '«' | '»' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}'
            | '\u{2032}' | '\u{2033}' | '\u{300c}'..='\u{300f}' | '\u{ff02}' | '\u{ff07}'
    )
}

/// The name in `NAME=value`, `export NAME=value`, `set NAME=value` or `$env:NAME = value`.
pub(crate) fn assigned_name(text: &str) -> Option<&str> {
    let (before, value) = text.split_once('=')?;
    let mut words = before.split_whitespace();
    let name = words.next_back()?;
    let name = name.strip_prefix("$env:").or_else(|| name.strip_prefix('$')).unwrap_or(name);
    let is_command = |word: &str| {
        ["export", "set", "setx", "setenv", "env", "-e", "--env"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(word))
    };
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(letters);
    // The padding of base64.
    let padding = value.chars().all(|c| c == '=');
    (named && !padding && words.all(is_command)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{assigned_name, trimmed};

    #[test]
    fn what_cannot_be_seen_around_a_text_is_dropped() {
        for text in ["\u{feff}k", "k\r\n", "\u{a0}k\u{3000}", "\u{200b}k\u{2060}\u{feff}", " k\t"] {
            assert_eq!(trimmed(text), "k", "{text:?}");
        }
        assert_eq!(trimmed("a\u{feff}b"), "a\u{feff}b");
    }

    #[test]
    fn an_assignment_is_recognized_in_the_forms_of_the_common_shells() {
        for text in ["A_B=x", "export A_B=x", "set A_B=x", "$env:A_B = 'x'", "-e A_B=x", "A_B = x"]
        {
            assert_eq!(assigned_name(text), Some("A_B"), "{text}");
        }
        for text in ["QUJD=", "QUJD==", "https://x/y?a=b", "=x", "some words=x", "1=x"] {
            assert_eq!(assigned_name(text), None, "{text}");
        }
    }
}
