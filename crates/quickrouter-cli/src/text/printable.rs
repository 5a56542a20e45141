//! Makes text safe to print on a terminal.

/// Masks everything that could control a terminal, including line breaks.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_harmful(c) { '\u{fffd}' } else { c }).collect()
}

/// Masks everything that could control a terminal, but keeps line breaks.
pub(crate) fn lines(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

/// Whether a character could control a terminal or reorder text: control characters, and Unicode's
/// `Bidi_Control` (UAX #9, section 2). The SDK masks the same characters in its messages.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
