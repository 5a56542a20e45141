//! Usage errors: what clap found, as a failure with a message in the reader's language.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use crate::args::values::Unaccepted;
use crate::exit::failure::Failure;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// The command line of a command, without the word before it.
pub(crate) fn line(command: &Command, lang: Lang) -> String {
    let mut line = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
    let mut add = |part: &str| {
        line.push(' ');
        line.push_str(part);
    };
    let shown = || command.get_arguments().filter(|arg| !arg.is_hide_set());
    if shown().any(|arg| !arg.is_positional() && !arg.is_required_set()) {
        add(&message!("usage-options").to_text(lang));
    }
    for arg in shown().filter(|arg| !arg.is_positional() && arg.is_required_set()) {
        add(&arg.to_string());
    }
    for arg in shown().filter(|arg| arg.is_positional()) {
        add(&arg.to_string());
    }
    if command.get_subcommands().any(|inner| !inner.is_hide_set()) {
        let name = command.get_subcommand_value_name().map(str::to_owned);
        let name = name.unwrap_or_else(|| message!("usage-command").to_text(lang));
        let is_required = command.is_subcommand_required_set();
        add(&if is_required { format!("<{name}>") } else { format!("[{name}]") });
    }
    line
}

/// The failure that an error of clap's means; `command` is the one that refused.
pub(in crate::args) fn failure(error: &Error, command: &Command, lang: Lang) -> Failure {
    if let Some(Unaccepted { why, stands_alone: true }) = unaccepted(error) {
        return hinted(Failure::refused(why.clone()), command);
    }
    let found = ClapError(error);
    let mut failure = Failure::refused(found.message(command));
    for detail in found.details() {
        failure = failure.with(detail);
    }
    let of_a_value = matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation);
    if !of_a_value {
        failure = failure.with(message!("usage", line = line(command, lang)));
    }
    for hint in found.hints(command) {
        failure = failure.hint(hint);
    }
    hinted(failure, command)
}

fn hinted(failure: Failure, command: &Command) -> Failure {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    failure.hint(message!("usage-help", command = name))
}

/// What one of our own parsers says.
fn unaccepted(error: &Error) -> Option<&Unaccepted> {
    error.source()?.downcast_ref()
}

/// An error and what clap knows about it.
struct ClapError<'a>(&'a Error);

impl ClapError<'_> {
    fn texts(&self, kind: ContextKind) -> Vec<String> {
        match self.0.get(kind) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            _ => Vec::new(),
        }
    }

    fn text(&self, kind: ContextKind) -> String {
        self.texts(kind).join(", ")
    }

    fn count(&self, kind: ContextKind) -> String {
        match self.0.get(kind) {
            Some(ContextValue::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// What went wrong, in one sentence.
    fn message(&self, command: &Command) -> Message {
        let arg = self.text(ContextKind::InvalidArg);
        let value = self.text(ContextKind::InvalidValue);
        match self.0.kind() {
            ErrorKind::UnknownArgument => message!("usage-unknown", arg = arg),
            ErrorKind::InvalidSubcommand => {
                let name = self.text(ContextKind::InvalidSubcommand);
                message!("usage-unknown-command", name = name)
            }
            ErrorKind::InvalidValue if value.is_empty() => {
                message!("usage-value-missing", arg = arg)
            }
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
                message!("usage-value", arg = arg, value = value)
            }
            ErrorKind::MissingRequiredArgument => message!("usage-required", args = arg),
            ErrorKind::MissingSubcommand => {
                let name = command.get_bin_name().unwrap_or(command.get_name());
                message!("usage-command-missing", command = name)
            }
            ErrorKind::NoEquals => message!("usage-equals", arg = arg),
            ErrorKind::TooManyValues => message!("usage-too-many", arg = arg, value = value),
            ErrorKind::TooFewValues => {
                let least = self.count(ContextKind::MinValues);
                message!("usage-too-few", arg = arg, least = least)
            }
            ErrorKind::WrongNumberOfValues => {
                let expected = self.count(ContextKind::ExpectedNumValues);
                message!("usage-values", arg = arg, expected = expected)
            }
            ErrorKind::ArgumentConflict => self.conflict(arg),
            ErrorKind::InvalidUtf8 => message!("usage-encoding"),
            // Io, Format, and what later versions of clap add.
            _ => message!("usage-other"),
        }
    }

    fn conflict(&self, arg: String) -> Message {
        let others = self.text(ContextKind::PriorArg);
        if others == arg {
            return message!("usage-twice", arg = arg);
        }
        let first = if arg.is_empty() { self.text(ContextKind::InvalidSubcommand) } else { arg };
        message!("usage-conflict", arg = first, others = others)
    }

    fn details(&self) -> Vec<Message> {
        let mut details: Vec<_> =
            unaccepted(self.0).map(|bad| bad.why.clone()).into_iter().collect();
        let values = self.texts(ContextKind::ValidValue);
        if !values.is_empty() {
            details.push(message!("usage-values-are", values = values.join(", ")));
        }
        details
    }

    fn hints(&self, command: &Command) -> Vec<Message> {
        let kinds = [
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedArg,
            ContextKind::SuggestedValue,
        ];
        let meant = kinds.into_iter().flat_map(|kind| self.texts(kind)).collect::<Vec<_>>();
        if !meant.is_empty() {
            return vec![message!("usage-meant", names = meant.join(", "))];
        }
        if self.0.kind() != ErrorKind::UnknownArgument {
            return Vec::new();
        }
        let arg = self.text(ContextKind::InvalidArg);
        let owner = command.get_subcommands().find(|inner| {
            let mut longs = inner.get_arguments().filter_map(clap::Arg::get_long);
            !inner.is_hide_set() && longs.any(|long| arg.strip_prefix("--") == Some(long))
        });
        match owner.and_then(Command::get_bin_name) {
            Some(name) => vec![message!("usage-after-command", command = name, arg = arg)],
            // clap then says so in words of its own.
            None if self.0.get(ContextKind::Suggested).is_some() => {
                vec![message!("usage-dashes", arg = arg)]
            }
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
