//! A person is asked before anything is created.

use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, InputRequiredResult};
use rmcp::service::RequestContext;

/// What a person is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// The question, without control characters.
    pub(crate) text: String,
    /// A digest of what is asked: an answer counts for it alone.
    pub(crate) digest: String,
}

/// How a question ended.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A person agreed.
    Confirmed,
    /// The client cannot ask.
    CannotAsk,
    /// A person declined, or the answer is none: with the reason.
    Declined(String),
    /// The client has to ask, and to call again with the answer.
    Ask(Box<InputRequiredResult>),
}

/// Asks questions, and recognizes answers to its own.
#[derive(Debug)]
pub(crate) struct Confirmations {}

impl Confirmations {
    pub(crate) fn new() -> Self {
        Self {}
    }

    /// Asks a person, where the client says that it can.
    pub(crate) async fn ask(
        &self,
        _question: &Question,
        _call: &CallToolRequestParams,
        _context: &RequestContext<RoleServer>,
    ) -> Answer {
        let _ = self;
        Answer::CannotAsk
    }
}
