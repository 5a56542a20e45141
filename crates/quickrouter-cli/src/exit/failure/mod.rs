//! Failures: a message for people, JSON for programs, and an exit code.

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use quickrouter::error::{CancelOutcome, Recovery};
use quickrouter::{Error, PredictionId};
use serde_json::{Value, json};

use super::codes::{DEADLINE, DONE, INTERRUPTED, OTHER, REFUSED_HERE, of_error};
use super::translate::{self, Words};
use crate::text::lang::Lang;
use crate::text::message::{Message, message};
use crate::text::style::Label;

/// What went wrong, or that stdout has no reader any more.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    /// The kind of failure, for programs.
    pub(crate) kind: &'static str,
    pub(crate) message: Message,
    pub(crate) about: Box<About>,
}

/// What is known about a failure.
#[derive(Debug, Default)]
pub(crate) struct About {
    /// Further facts, a sentence each.
    pub(crate) details: Vec<Message>,
    /// What to do next, a sentence each.
    pub(crate) hints: Vec<Message>,
    /// The SDK's code; a failure of the command's own goes by its message.
    pub(crate) code: Option<&'static str>,
    pub(crate) prediction_id: Option<PredictionId>,
    pub(crate) request_id: Option<String>,
    /// The HTTP status, if there was a response.
    pub(crate) http_status: Option<u16>,
    /// A response that could not be read.
    pub(crate) answer: Option<Vec<u8>>,
    /// The file that contains all of it.
    pub(crate) unread: Option<PathBuf>,
    /// Files that were saved despite the failure.
    pub(crate) saved: Vec<PathBuf>,
}

const CLOSED_PIPE: &str = "closed_pipe";
const UNKNOWN_OUTCOME: &str = "outcome_unknown";

impl Failure {
    /// Invalid arguments, settings or input; nothing was sent.
    pub(crate) fn refused(message: Message) -> Self {
        Self::new(REFUSED_HERE, "refused_here", message)
    }

    /// Anything without an exit code of its own.
    pub(crate) fn other(message: Message) -> Self {
        Self::new(OTHER, "other", message)
    }

    /// Interrupted by a signal.
    pub(crate) fn interrupted(message: Message, id: Option<PredictionId>) -> Self {
        Self::new(INTERRUPTED, "interrupted", message).of(id)
    }

    /// The deadline passed before anything was created.
    pub(crate) fn deadline(message: Message) -> Self {
        Self::new(DEADLINE, "deadline", message)
    }

    fn new(code: u8, kind: &'static str, message: Message) -> Self {
        Self { code, kind, message, about: Box::default() }
    }

    /// The failure of a folder that outputs cannot go into.
    pub(crate) fn of_folder(error: Error) -> Self {
        let mut failure = Self::from(error);
        failure.message = message!("of-flag", flag = "output", problem = failure.message.clone());
        failure.hint(message!("folder-other"))
    }

    /// Sets the prediction it is about, unless there is one already.
    pub(crate) fn of(mut self, id: Option<PredictionId>) -> Self {
        self.about.prediction_id = self.about.prediction_id.or(id);
        self
    }

    /// Adds another fact, on a line of its own.
    pub(crate) fn with(mut self, detail: Message) -> Self {
        self.about.details.push(detail);
        self
    }

    /// Adds what to do next, on a line of its own.
    pub(crate) fn hint(mut self, hint: Message) -> Self {
        self.about.hints.push(hint);
        self
    }

    /// The same failure, exiting as an interrupt.
    pub(crate) fn of_an_interrupt(self) -> Self {
        Self { code: INTERRUPTED, ..self }
    }

    /// Whether the reader of stdout closed it.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        self.kind == CLOSED_PIPE
    }

    /// Whether a create succeeded with a response that could not be read.
    pub(crate) fn is_of_an_unread_create(&self) -> bool {
        self.kind == UNKNOWN_OUTCOME && self.about.http_status.is_some_and(|status| status < 300)
    }

    /// The lines that people read, behind their labels: the message, its details, its hints.
    pub(crate) fn lines(&self, lang: Lang) -> Vec<(Option<Label>, String)> {
        let About { details, hints, .. } = &*self.about;
        let first = (Some(Label::Error), self.message.to_text(lang));
        let details = details.iter().map(|detail| (None, format!("  {}", detail.to_text(lang))));
        let hints = hints.iter().map(|hint| (Some(Label::Hint), hint.to_text(lang)));
        std::iter::once(first).chain(details).chain(hints).collect()
    }

    /// The lines without colors.
    #[cfg(test)]
    pub(crate) fn plain(&self, lang: Lang) -> String {
        let lines = self.lines(lang).into_iter().map(|(label, text)| match label {
            Some(label) => label.message().to_text(lang) + &text,
            None => text,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// All of it in English, without `error:` and `hint:`.
    #[cfg(test)]
    pub(crate) fn text(&self) -> String {
        let parts =
            std::iter::once(&self.message).chain(&self.about.details).chain(&self.about.hints);
        parts.map(|part| part.to_text(Lang::English)).collect::<Vec<_>>().join("\n")
    }

    /// What happened, for programs: finer than the kind, and the same in every language.
    fn named(&self) -> String {
        match (self.about.code, self.message.id()) {
            (Some(code), _) => code.to_owned(),
            (None, Some(id)) => id.replace('-', "_"),
            (None, None) => self.kind.to_owned(),
        }
    }

    /// For `--json`.
    pub(crate) fn to_json(&self, lang: Lang) -> Value {
        let texts = |messages: &[Message]| -> Vec<_> {
            messages.iter().map(|message| message.to_text(lang)).collect()
        };
        json!({
            "message": self.message.to_text(lang),
            "details": texts(&self.about.details),
            "hints": texts(&self.about.hints),
            "kind": self.kind,
            "code": self.named(),
            "exit_code": self.code,
            "prediction_id": self.about.prediction_id,
            "request_id": self.about.request_id,
            "answer": self.about.answer.as_deref().map(String::from_utf8_lossy),
            "unread": self.about.unread.as_deref().map(Path::to_string_lossy),
        })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let Words { message, details, hints } = translate::words(&error);
        let mut failure = Self::new(of_error(&error), error.kind().as_str(), message);
        failure.about.details = details;
        failure.about.hints = hints;
        failure.about.hints.extend(next_step(&error));
        failure.about.code = Some(error.code());
        failure.about.prediction_id = error.prediction_id().cloned();
        failure.about.request_id = error.request_id().map(str::to_owned);
        failure.about.http_status = error.http_status();
        match error {
            Error::Output(output) => {
                failure.about.saved = output.saved;
                failure.about.unread = output.unread;
            }
            Error::OutcomeUnknown(unknown) => failure.about.answer = Some(unknown.body.into()),
            Error::UnexpectedResponse(answer) => failure.about.answer = Some(answer.body.into()),
            _ => {}
        }
        failure
    }
}

/// Writing to stdout failed.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let message = message!("stdout-failed", error = error.to_string());
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(DONE, CLOSED_PIPE, message),
            _ => Self::other(message),
        }
    }
}

/// The next command to type, which the SDK cannot suggest.
fn next_step(error: &Error) -> Option<Message> {
    let id = || error.prediction_id().map(PredictionId::as_str);
    match error {
        Error::Output(_) => Some(message!("next-save", id = id()?)),
        Error::OutcomeUnknown(unknown) if unknown.recovery == Recovery::NotRelayed => None,
        Error::OutcomeUnknown(_) if id().is_none() => Some(message!("next-list")),
        Error::NotSent { may_still_run: true, .. } => Some(message!("next-wait", id = id()?)),
        Error::Api(refusal) if refusal.may_still_run => Some(message!("next-wait", id = id()?)),
        Error::UnexpectedResponse(response) if response.may_still_run => {
            Some(message!("next-wait", id = id()?))
        }
        Error::Deadline(passed) if passed.cancel == CancelOutcome::NotRequested => {
            Some(message!("next-wait", id = id()?))
        }
        Error::Deadline(_)
        | Error::Interrupted { .. }
        | Error::UnexpectedResponse(_)
        | Error::OutcomeUnknown(_) => Some(message!("next-get", id = id()?)),
        _ => None,
    }
}
