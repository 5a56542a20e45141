//! Making server text printable: on one line, harmless, of limited length.

/// Formats server text for a terminal: on one line, without control characters, truncated. The
/// error's fields have the full text.
pub fn printable(text: &str) -> String {
    const MAX_CHARS: usize = 1000;
    let line = on_one_line(text.get(..16 * MAX_CHARS).unwrap_or(text));
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}... ({} bytes in all)", &line[..end], text.len()),
        None => line,
    }
}

fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().map(masked));
    }
    line
}

/// Masks every character that could control a terminal or reorder text, including line breaks.
///
/// Text from servers and models may contain such characters. The masked ones are control characters
/// and Unicode's `Bidi_Control` (UAX #9, section 2); each becomes U+FFFD.
///
/// ```
/// assert_eq!(quickrouter::text::one_line("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
/// ```
pub fn one_line(text: &str) -> String {
    text.chars().map(masked).collect()
}

/// Like [`one_line`], but keeps line breaks (`\n`).
pub fn lines(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { masked(c) }).collect()
}

fn masked(c: char) -> char {
    if is_harmful(c) { '\u{fffd}' } else { c }
}

/// Characters that control a terminal or reorder text.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The beginning of a response body, for a message; the error's field has all of it.
pub fn excerpt(body: &[u8]) -> String {
    const MAX_CHARS: usize = 300;
    let start = String::from_utf8_lossy(&body[..body.len().min(8 * MAX_CHARS)]);
    let is_invalid = |c: &char| *c == '\u{fffd}' || (c.is_control() && !c.is_whitespace());
    // A few invalid characters come from another encoding.
    if start.chars().filter(is_invalid).count() * 8 > start.chars().count() {
        return format!("{} bytes that are not text", body.len());
    }
    let line = on_one_line(&start);
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}... ({} bytes in all)", &line[..end], body.len()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::{lines, one_line};

    #[test]
    fn control_characters_are_seen_and_do_nothing() {
        let text = "a\u{1b}[2J\r\nb\u{9b}\u{7f} 画";
        assert_eq!(one_line(text), "a\u{fffd}[2J\u{fffd}\u{fffd}b\u{fffd}\u{fffd} 画");
        assert_eq!(lines(text), "a\u{fffd}[2J\u{fffd}\nb\u{fffd}\u{fffd} 画");
    }

    #[test]
    fn nothing_turns_the_order_of_what_is_read() {
        for c in "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}"
            .chars()
        {
            assert_eq!(one_line(&format!("a{c}gnp.exe")), "a\u{fffd}gnp.exe", "{c:?}");
        }
        let right_to_left = "שלום a\u{200d}b";
        assert_eq!(one_line(right_to_left), right_to_left, "letters stay as they are");
    }
}
