//! Shows what will be made again, with what is changed, and has it confirmed.

use indicatif::HumanBytes;
use serde_json::{Map, Value};

use crate::args::command_line::Review;
use crate::exit::failure::Failure;
use crate::input::prompt::is_invisible;
use crate::input::question;
use crate::output::printer::Printer;
use crate::output::sidecar::{OMITTED, OmittedFile};
use crate::text::message::{Message, message};

/// How much of a value is shown, in characters.
const SHOWN: usize = 300;

/// Shows the model and the input, whose files are described, and asks for a confirmation.
///
/// # Errors
/// It is not confirmed, or there is nobody to confirm it. Nothing was sent to be made.
pub(crate) async fn confirm(
    review: &Review,
    model: &str,
    input: &Value,
    price: Vec<Message>,
    printer: &Printer,
) -> Result<(), Failure> {
    printer.note(&message!("again-model", model = model, file = review.source.display()));
    let empty = Map::new();
    for line in lines(&review.before, input.as_object().unwrap_or(&empty)) {
        printer.note(&line);
    }
    for line in &price {
        printer.note(line);
    }
    if review.yes {
        return Ok(());
    }
    if !Printer::can_ask() {
        return Err(Failure::refused(message!("again-unconfirmed")).hint(message!("again-yes")));
    }
    question::confirmed(printer).await
}

/// One line for each input, those that are left out among them.
fn lines(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Message> {
    let mut lines = Vec::new();
    for (name, value) in after {
        let (old, name, value_shown) = (before.get(name), shortened(name), shown(value));
        lines.push(match old {
            Some(old) if old == value => message!("again-same", name = name, value = value_shown),
            Some(old) => {
                message!("again-changed", name = name, value = value_shown, before = shown(old))
            }
            None => message!("again-added", name = name, value = value_shown),
        });
    }
    for (name, old) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
        lines.push(message!("again-left-out", name = shortened(name), before = shown(old)));
    }
    lines
}

/// A value on one line: texts as they are, files by their type and size.
fn shown(value: &Value) -> String {
    let file = value.get(OMITTED).and_then(|file| {
        let OmittedFile { media_type, bytes, .. } = serde_json::from_value(file.clone()).ok()?;
        let media_type = media_type.unwrap_or_else(|| "data:".to_owned());
        Some(format!("{media_type}, {}", HumanBytes(bytes)))
    });
    file.unwrap_or_else(|| match value {
        Value::String(text) => shortened(text),
        other => shortened(&other.to_string()),
    })
}

/// The beginning of a text, with a mark for each character that nobody sees: a record could hide words
/// in Unicode's tags, say, that the model reads.
fn shortened(text: &str) -> String {
    let text = seen(text);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({})", &text[..end], HumanBytes(text.len() as u64)),
        None => text,
    }
}

/// Emoji are joined and chosen by invisible characters, which stay.
fn seen(text: &str) -> String {
    let is_of_emoji = |c: char| matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
    let mark = |c: char| if is_invisible(c) && !is_of_emoji(c) { '\u{fffd}' } else { c };
    text.chars().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::lines;
    use crate::text::lang::Lang;

    fn reviewed(before: &Value, after: &Value) -> Vec<String> {
        let map = |value: &Value| -> Map<String, Value> { value.as_object().unwrap().clone() };
        let lines = lines(&map(before), &map(after));
        lines.iter().map(|line| line.to_text(Lang::English)).collect()
    }

    #[test]
    fn what_nobody_sees_is_marked_and_emoji_stay_whole() {
        let hidden = json!({"prompt": "a fox\u{e0041}\u{e0042}\u{200b}\u{2060}\u{3164} 👩\u{200d}🚀❤\u{fe0f}"});
        let shown = "a fox\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd} 👩\u{200d}🚀❤\u{fe0f}";
        assert_eq!(reviewed(&hidden, &hidden), [format!("  prompt: {shown}")]);
    }

    #[test]
    fn an_input_with_a_long_name_is_one_input() {
        let name = "k".repeat(400);
        let lines = reviewed(&json!({ &name: 1 }), &json!({ &name: 1 }));
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with("  kkk") && lines[0].ends_with(": 1"), "{lines:?}");
    }
}
