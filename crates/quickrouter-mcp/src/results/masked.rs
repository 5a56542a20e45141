//! Words of a gateway, a model or an agent, made harmless and of limited length.

use std::path::Path;

use quickrouter::text::{lines, one_line};
use serde_json::Value;

/// A string of structured content, in bytes.
const MAX_STRING: usize = 4 << 10;
/// A path or its URI: the longest of Linux (`PATH_MAX`, 4096), with each byte written as `%20`.
const MAX_PATH: usize = 3 * 4096;
/// A key of structured content.
const MAX_KEY: usize = 256;
/// What is shown of a `data:` URI, which is content: its media type.
const MAX_DATA_URI: usize = 100;

/// The text on one line, without control characters, cut at `most` bytes.
pub(super) fn line(text: &str, most: usize) -> String {
    let text = beginning(text, most);
    // Line breaks and tabs are spaces on one line; what else controls is seen.
    let line = one_line(&text.0.replace(['\n', '\r', '\t'], " "));
    ended(line, text.1)
}

/// The text with its line breaks, without other control characters, cut at `most` bytes.
pub(super) fn block(text: &str, most: usize) -> String {
    let text = beginning(text, most);
    ended(lines(&text.0.replace("\r\n", "\n").replace('\t', "    ")), text.1)
}

/// A path as it is shown. A byte that is not text is replaced; the file's URI has it.
pub(super) fn path(path: &Path) -> String {
    line(&path.to_string_lossy(), MAX_PATH)
}

/// The beginning, and the length of the whole if there is more.
fn beginning(text: &str, most: usize) -> (&str, Option<usize>) {
    if text.len() <= most {
        return (text, None);
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    (&text[..end], Some(text.len()))
}

fn ended(text: String, whole: Option<usize>) -> String {
    match whole {
        Some(bytes) => format!("{text}... ({bytes} bytes in all)"),
        None => text,
    }
}

/// Masks and cuts every key and string of structured content, and leaves out the content of `data:` URIs.
/// Line breaks stay in what is data anyway: the text of a model, and a request that is shown.
pub(super) fn value(value: &mut Value) {
    masked(value, "", false);
}

fn masked(value: &mut Value, key: &str, keeps_lines: bool) {
    match value {
        Value::String(text) => *text = string(text, key, keeps_lines),
        Value::Array(values) => {
            for value in values {
                masked(value, key, keeps_lines);
            }
        }
        Value::Object(fields) => {
            let fields_of_old = std::mem::take(fields).into_iter();
            fields.extend(fields_of_old.map(|(key, mut value)| {
                let keeps_lines = keeps_lines || key == "text" || key == "request";
                masked(&mut value, &key, keeps_lines);
                (line(&key, MAX_KEY), value)
            }));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn string(text: &str, key: &str, keeps_lines: bool) -> String {
    let is_data_uri = text.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("data:"));
    if is_data_uri && text.len() > MAX_DATA_URI {
        let head = text.split(',').next().unwrap_or_default();
        return format!("{},... ({} bytes in all)", line(head, MAX_DATA_URI), text.len());
    }
    let most = if key == "path" || key == "uri" { MAX_PATH } else { MAX_STRING };
    if keeps_lines { block(text, most) } else { line(text, most) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{block, line, value};

    #[test]
    fn text_is_cut_at_a_character_and_says_so() {
        assert_eq!(line("狐狸", 6), "狐狸");
        assert_eq!(line("狐狸", 5), "狐... (6 bytes in all)");
        assert_eq!(line("a\r\nb\t\u{1b}[2J", 100), "a  b \u{fffd}[2J");
        assert_eq!(block("a\r\nb\t\u{1b}\u{202e}", 100), "a\nb    \u{fffd}\u{fffd}");
    }

    #[test]
    fn structured_strings_have_no_control_characters_and_no_content_of_files() {
        let mut content = json!({
            "status": "pro\u{1b}[2J\ncessing",
            "te\nst": [{"a": "b\u{7f}"}],
            "text": "a\nb\u{1b}",
            "request": {"body": {"prompt": "a\nb", "image": "data:image/png;base64,".to_owned() + &"A".repeat(5000)}},
            "long": "x".repeat(5000),
            "path": "/".repeat(5000),
            "width": 7,
        });
        value(&mut content);
        assert_eq!(content["status"], "pro\u{fffd}[2J cessing");
        assert_eq!(content["te st"], json!([{"a": "b\u{fffd}"}]));
        assert_eq!(content["text"], "a\nb\u{fffd}");
        assert_eq!(
            content["request"]["body"],
            json!({"prompt": "a\nb", "image": "data:image/png;base64,... (5022 bytes in all)"})
        );
        assert_eq!(content["long"], "x".repeat(4096) + "... (5000 bytes in all)");
        assert_eq!(content["path"], "/".repeat(5000), "a path that is cut names another file");
        assert_eq!(content["width"], 7);
    }
}
