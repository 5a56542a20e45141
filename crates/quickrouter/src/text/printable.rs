//! Text of a server's as it may stand in a message: on one line, harmless, not too long.

/// Text of a server's, safe for a terminal, on one line and not too long; the whole of it is in the
/// error's fields.
pub(crate) fn printable(text: &str) -> String {
    const SHOWN: usize = 1000;
    let line = on_one_line(text.get(..16 * SHOWN).unwrap_or(text));
    match line.char_indices().nth(SHOWN) {
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

/// What could steer a terminal, or turn the order of what is read.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The beginning of a body, for a message; the whole of it is in the error's field.
pub(crate) fn excerpt(body: &[u8]) -> String {
    const SHOWN: usize = 300;
    let start = String::from_utf8_lossy(&body[..body.len().min(8 * SHOWN)]);
    let odd = |c: &char| *c == '\u{fffd}' || (c.is_control() && !c.is_whitespace());
    // A few odd letters are those of another encoding.
    if start.chars().filter(odd).count() * 8 > start.chars().count() {
        return format!("{} bytes that are not text", body.len());
    }
    let line = on_one_line(&start);
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}... ({} bytes in all)", &line[..end], body.len()),
        None => line,
    }
}
