//! What a client's reply to a question means.

use quickrouter::text::printable;
use serde_json::Value;

use crate::confirm::question::FIELD;

/// Reads a reply, an `ElicitResult`: it is a yes only if a client accepts and its form says so.
///
/// An accepted form without the answer does not count as a yes. Codex accepts by itself with an empty form where it
/// may not ask (openai/codex#21277, #23383), and once sent none at all (#9053).
///
/// # Errors
/// The reason why it is a no.
pub(super) fn read(reply: &Value) -> Result<(), String> {
    let reason = match reply.get("action").and_then(Value::as_str) {
        Some("accept") => match reply.pointer(&format!("/content/{FIELD}")) {
            None | Some(Value::Null) => {
                "The client accepted without the answer of a person: `confirm` is missing. Some \
                 clients do so by themselves, or cannot show forms."
                    .to_owned()
            }
            Some(confirm) => match boolean(confirm) {
                Some(true) => return Ok(()),
                Some(false) => {
                    "A person answered no, or left the box unticked: `confirm` is false.".to_owned()
                }
                None => {
                    let confirm = printable(&confirm.to_string());
                    format!("The answer is neither yes nor no: `confirm` is {confirm}.")
                }
            },
        },
        // `reject` is what a draft of MCP said, and what some clients say (MCPJam/inspector#229).
        // Claude Code declines by itself where it cannot show a question (anthropics/claude-code#79174,
        // #89858): the two cannot be told apart.
        Some("decline" | "reject") => {
            "A person declined, or the client did so without showing the question.".to_owned()
        }
        // Cancels where a question was not shown: anthropics/claude-code#84207, #88901.
        Some("cancel") => "The question was dismissed, or the client never showed it.".to_owned(),
        Some(action) => {
            format!(
                "The client's answer is not valid: `action` is {}, not accept, decline or cancel.",
                printable(action)
            )
        }
        None => "The client's answer is not valid: `action` is missing.".to_owned(),
    };
    Err(reason)
}

/// A boolean, also as the text of one: VS Code once asked for a boolean with a text box
/// (microsoft/vscode#326007).
fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn only_an_accepted_form_that_says_yes_confirms() {
        for confirm in [json!(true), json!("true"), json!(" True ")] {
            let reply = json!({"action": "accept", "content": {"confirm": confirm, "more": 1}});
            assert_eq!(read(&reply), Ok(()), "{reply}");
        }
        for action in ["decline", "cancel", "reject", "ACCEPT", ""] {
            let reply = json!({"action": action, "content": {"confirm": true}});
            assert!(read(&reply).is_err(), "{reply}");
        }
    }

    #[test]
    fn every_other_reply_is_a_no_that_says_why() {
        let replies = [
            json!({"action": "accept", "content": {"confirm": false}}),
            json!({"action": "accept", "content": {"confirm": "false"}}),
            json!({"action": "accept", "content": {"confirm": 1}}),
            json!({"action": "accept", "content": {"confirm": "yes\u{1b}[2J"}}),
            json!({"action": "accept", "content": {"confirm": [true]}}),
            json!({"action": "accept", "content": {"confirm": null}}),
            json!({"action": "accept", "content": {}}),
            json!({"action": "accept", "content": true}),
            json!({"action": "accept", "content": null}),
            json!({"action": "accept"}),
            json!({"action": "decline"}),
            json!({"action": "reject"}),
            json!({"action": "cancel"}),
            json!({"action": "perhaps\n"}),
            json!({"action": true, "content": {"confirm": true}}),
            json!({"confirm": true}),
            json!({}),
            json!(null),
            json!("accept"),
        ];
        let reasons: Vec<_> = replies
            .iter()
            .map(|reply| format!("{reply}\n    {}", read(reply).expect_err("a no")))
            .collect();
        insta::assert_snapshot!(reasons.join("\n"));
    }
}
