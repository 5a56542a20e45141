//! The create request of a command, and the warnings about it.

use quickrouter::{AnyInput, CreateRequest, Warning};
use serde_json::Value;

use crate::args::command_line::GenerateArgs;
use crate::text::message::{Message, message};

/// The create request of an input.
pub(super) fn request(args: &GenerateArgs, input: Value) -> CreateRequest {
    let input = AnyInput::new(args.model.full.clone(), input);
    // At the deadline, existing outputs are saved before the cancel.
    let mut request = CreateRequest::new(input).cancel_at_deadline(false);
    if let Some(longest) = args.flags.prefer_wait {
        request = request.prefer_wait(longest);
    }
    if let Some(limit) = args.flags.cancel_after {
        request = request.cancel_after(limit);
    }
    request
}

/// A warning in the reader's language, with the input's name if the message lacks it.
pub(super) fn wording(warning: &Warning) -> Message {
    let message = Message::of_contract(&warning.message, &warning.message_zh);
    let named = |text: &String| text.contains(&warning.field);
    if named(&warning.message) && named(&warning.message_zh) {
        return message;
    }
    message!("warning-of-input", input = &warning.field, text = message)
}
