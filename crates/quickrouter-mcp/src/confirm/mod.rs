//! A person is asked before anything is created.
//!
//! Up to protocol version 2025-11-25 the server sends a request of its own while the call runs
//! (`elicitation/create`). From 2026-07-28 on it returns the question as the call's result, and the
//! client calls again with the answer and the state that came with the question.
//!
//! Only an explicit yes counts. Clients are known to decline, cancel or accept by themselves; `reply`
//! and `question` name the reports.

mod open_questions;
pub(crate) mod question;
mod reply;
#[cfg(test)]
mod tests;

use std::time::Duration;

use quickrouter::text::printable;
use quickrouter_account::Amount;
use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, ClientCapabilities, ClientResult, CustomResult, ElicitRequest,
    InputRequest, InputRequests, InputRequiredResult, ProtocolVersion, ServerRequest,
};
use rmcp::service::{PeerRequestOptions, RequestContext, RequestHandle, ServiceError};
use serde_json::Value;

use crate::confirm::open_questions::OpenQuestions;
use crate::confirm::question::{FIELD, Question};

/// How long a person may take. Most clients cancel the call earlier, after 60 seconds.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// How long the withdrawal of a question may take, if the client does not read.
const WITHDRAWAL: Duration = Duration::from_secs(5);

/// When a person is asked before a create, where the client can ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Confirmation {
    /// Always.
    #[default]
    Always,
    /// Above a cost, or where there is no price.
    Above(Amount),
    /// Never.
    Never,
}

/// How a question ended.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A person agreed.
    Confirmed,
    /// The client cannot ask.
    CannotAsk,
    /// A person declined, or the reply is not valid; contains the reason.
    Declined(String),
    /// The client has to ask, and then to repeat the call with the answer.
    Ask(Box<InputRequiredResult>),
}

/// Asks questions, and recognizes answers to its own.
#[derive(Debug)]
pub(crate) struct Confirmations {
    open: OpenQuestions,
}

impl Confirmations {
    /// # Panics
    /// The system has no random numbers.
    pub(crate) fn new() -> Self {
        Self { open: OpenQuestions::new(PATIENCE) }
    }

    /// Asks a person, where the client says that it can. Call it in the task that handles the call:
    /// rmcp knows by the task to which call a question belongs.
    pub(crate) async fn ask(
        &self,
        question: &Question,
        call: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Answer {
        if context.ct.is_cancelled() {
            return canceled();
        }
        let version = context.protocol_version();
        if version.is_none_or(|version| version < ProtocolVersion::V_2026_07_28) {
            if can_ask(context.client_capabilities()) {
                return elicit(question, context).await;
            }
        } else if let Some(answer) = self.answer_of(question, call) {
            return answer;
        } else if can_ask(context.client_capabilities()) {
            return Answer::Ask(Box::new(self.input_required(question, call)));
        }
        Answer::CannotAsk
    }

    /// The answer that a call brings, if it is one to this very question, which was asked and not
    /// answered before. What is missing is asked for again, as MCP 2026-07-28 says (Multi Round-Trip
    /// Requests, Error Handling).
    fn answer_of(&self, question: &Question, call: &CallToolRequestParams) -> Option<Answer> {
        let reply = call.input_responses.as_ref()?.get(FIELD)?;
        let state = call.request_state.as_deref()?;
        self.open.close(state, &subject(question, call)).then(|| answer(reply))
    }

    fn input_required(
        &self,
        question: &Question,
        call: &CallToolRequestParams,
    ) -> InputRequiredResult {
        let request = InputRequest::Elicitation(ElicitRequest::new(question.form()));
        let state = self.open.open(&subject(question, call));
        let requests = InputRequests::from([(FIELD.to_owned(), request)]);
        InputRequiredResult::new(Some(requests), Some(state))
    }
}

/// What a state is bound to: the question and the tool.
fn subject(question: &Question, call: &CallToolRequestParams) -> Vec<u8> {
    serde_json::json!([question.digest, call.name]).to_string().into_bytes()
}

/// Whether a client can show a form. One that names no mode can (MCP 2025-11-25, Elicitation,
/// Capabilities).
fn can_ask(capabilities: Option<ClientCapabilities>) -> bool {
    capabilities
        .and_then(|capabilities| capabilities.elicitation)
        .is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
}

/// Asks while the call runs.
async fn elicit(question: &Question, context: &RequestContext<RoleServer>) -> Answer {
    let request = ServerRequest::ElicitRequest(ElicitRequest::new(question.form()));
    let options = PeerRequestOptions::no_options();
    let mut handle = match context.peer.send_cancellable_request(request, options).await {
        Ok(handle) => handle,
        Err(error) => return failed(&error),
    };
    tokio::select! {
        biased;
        () = context.ct.cancelled() => {
            withdraw(handle, "the call was canceled").await;
            canceled()
        }
        response = &mut handle.rx => match response {
            Ok(Ok(ClientResult::ElicitResult(reply))) => {
                answer(&serde_json::to_value(reply).unwrap_or_default())
            }
            Ok(Ok(ClientResult::CustomResult(CustomResult(reply)))) => answer(&reply),
            Ok(Ok(_)) => answer(&Value::Null),
            Ok(Err(error)) => failed(&error),
            Err(_) => failed(&ServiceError::TransportClosed),
        },
        () = tokio::time::sleep(PATIENCE) => {
            withdraw(handle, "nobody answered in time").await;
            let minutes = PATIENCE.as_secs() / 60;
            Answer::Declined(format!("Nobody answered the question within {minutes} minutes."))
        }
    }
}

/// Tells the client that the question needs no answer any more.
async fn withdraw(handle: RequestHandle<RoleServer>, reason: &str) {
    let _ = tokio::time::timeout(WITHDRAWAL, handle.cancel(Some(reason.to_owned()))).await;
}

fn answer(reply: &Value) -> Answer {
    match reply::read(reply) {
        Ok(()) => Answer::Confirmed,
        Err(reason) => Answer::Declined(reason),
    }
}

fn canceled() -> Answer {
    Answer::Declined("The call was canceled before a person answered the question.".to_owned())
}

fn failed(error: &ServiceError) -> Answer {
    let error = printable(&error.to_string());
    Answer::Declined(format!("The client failed to ask the question: {error}"))
}
