//! Messages for the SDK's details: the id is `reason-CODE`, the attribute `hint` says what to do next.

use quickrouter::error::{Detail, DetailValue};

use crate::text::lang::Lang;
use crate::text::message::{Message, find};

/// How deep details lie in each other at most; the SDK's are three deep.
const MAX_DEPTH: usize = 8;

/// The message of a detail. A code without a message, of a later SDK say, keeps its English words.
pub(crate) fn message(detail: &Detail) -> Message {
    one(detail, &id(detail), MAX_DEPTH)
}

/// What to do next, by a detail and by those inside it.
pub(crate) fn hints(detail: &Detail) -> Vec<Message> {
    let mut hints = Vec::new();
    collect(detail, &mut hints, MAX_DEPTH);
    hints
}

fn id(detail: &Detail) -> String {
    format!("reason-{}", detail.code().as_str().replace('_', "-"))
}

fn one(detail: &Detail, id: &str, depth: usize) -> Message {
    if depth == 0 || !exists(id) {
        return Message::verbatim(detail.as_str());
    }
    detail.values().iter().fold(Message::new(id.to_owned()), |message, (name, value)| match value {
        DetailValue::Text(text) => message.with(name, text),
        DetailValue::Number(number) => message.with(name, *number),
        DetailValue::Detail(inner) => message.with(name, one(inner, &self::id(inner), depth - 1)),
        DetailValue::Contract { english, chinese, .. } => {
            message.with(name, Message::of_contract(english, chinese))
        }
        _ => message,
    })
}

fn collect(detail: &Detail, hints: &mut Vec<Message>, depth: usize) {
    let hint = format!("{}.hint", id(detail));
    if exists(&hint) {
        hints.push(one(detail, &hint, depth));
    }
    for (_, value) in detail.values() {
        match value {
            DetailValue::Detail(inner) if depth > 0 => collect(inner, hints, depth - 1),
            _ => {}
        }
    }
}

/// Whether there is a message, in every language: a test shows that none has more than another.
fn exists(id: &str) -> bool {
    find(Lang::English, id, None).is_some()
}
