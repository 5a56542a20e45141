//! Text that a terminal shows and does not obey.

/// On one line: control characters are replaced, line breaks too.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// On the lines that it has: all other control characters are replaced.
pub(crate) fn lines(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
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
}
