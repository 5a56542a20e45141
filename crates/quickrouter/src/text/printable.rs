//! Making server text printable: on one line, harmless, of limited length.

/// Formats server text for a terminal: on one line, without control characters, truncated. The
/// error's fields have the full text.
pub(crate) fn printable(text: &str) -> String {
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
        line.extend(word.chars().map(|c| if is_harmful(c) { '\u{fffd}' } else { c }));
    }
    line
}

/// Characters that control a terminal or reorder text.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The beginning of a response body, for a message; the error's field has all of it.
pub(crate) fn excerpt(body: &[u8]) -> String {
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
