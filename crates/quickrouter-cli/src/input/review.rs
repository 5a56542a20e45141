//! Shows what will be made again, with what is changed, and has it confirmed.

use indicatif::HumanBytes;
use serde_json::{Map, Value};

use crate::args::command_line::Review;
use crate::exit::failure::Failure;
use crate::output::ask;
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
    ask::confirm(printer).await
}

/// One line for each input, those that are left out among them.
fn lines(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Message> {
    let mut lines = Vec::new();
    for (name, value) in after {
        let name = shortened(name);
        lines.push(match before.get(&name) {
            Some(old) if old == value => message!("again-same", name = name, value = shown(value)),
            Some(old) => {
                let (value, old) = (shown(value), shown(old));
                message!("again-changed", name = name, value = value, before = old)
            }
            None => message!("again-added", name = name, value = shown(value)),
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

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({})", &text[..end], HumanBytes(text.len() as u64)),
        None => text.to_owned(),
    }
}
