//! The help in the reader's language: the words for commands and flags stand in the fluent files.
//!
//! A command's help is the message `help-PATH` with the attributes `long` and `after` (the root's path is
//! `quickrouter`). A flag's help is the attribute of its id there, otherwise the message `arg-ID`. Headings
//! are written in the source as `heading-NAME`. What the contract describes brings its own words.

use clap::Command;
use fluent_bundle::FluentArgs;
use quickrouter::catalog::ModelInput;
use quickrouter::catalog::limits;
use quickrouter::inputs::SdxlInput;

use super::settings::{KEY_VARIABLE, NO_CACHE_VARIABLE};
use crate::text::lang::Lang;
use crate::text::message::{Message, find, message};

/// What `help` explains beside the commands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Topic {
    Environment,
    ExitCodes,
}

impl Topic {
    pub(crate) const ALL: [Self; 2] = [Self::Environment, Self::ExitCodes];

    /// As it is typed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::ExitCodes => "exit-codes",
        }
    }
}

/// The commands of the first page under their headings.
pub(crate) fn groups() -> [(Message, &'static [&'static str]); 4] {
    [
        (
            message!("heading-pictures"),
            &["generate", "run", "again", "predictions", "rescue", "models", "explain", "scaffold"],
        ),
        (message!("heading-account"), &["auth", "balance", "config", "doctor"]),
        (message!("heading-programs"), &["mcp", "serve", "recordings"]),
        (message!("heading-command"), &["completions", "help"]),
    ]
}

/// The variables without a flag of the same meaning.
pub(crate) fn variables() -> [(&'static str, Message); 5] {
    [
        (KEY_VARIABLE, message!("variable-key")),
        (NO_CACHE_VARIABLE, message!("variable-no-cache")),
        ("LC_ALL, LC_MESSAGES, LANG", message!("variable-locale")),
        ("NO_COLOR, CLICOLOR, CI, TERM", message!("variable-terminal")),
        ("HTTPS_PROXY, ALL_PROXY, NO_PROXY", message!("variable-proxies")),
    ]
}

/// What messages of the help may name, from the contract.
fn values() -> FluentArgs<'static> {
    let mut values = FluentArgs::new();
    values.set("cancel_after_min", limits::CANCEL_AFTER_MIN_SECONDS.to_string());
    values.set("model", SdxlInput::model().name);
    values.set("prefer_wait_max", limits::PREFER_WAIT_MAX_SECONDS.to_string());
    values
}

/// Sets the help of a command, its flags and its subcommands.
pub(super) fn localized(command: Command, lang: Lang) -> Command {
    let path = command.get_name().to_owned();
    one(command, &path, &HelpWords { lang, values: values() })
}

struct HelpWords {
    lang: Lang,
    values: FluentArgs<'static>,
}

impl HelpWords {
    fn find(&self, id: &str) -> Option<String> {
        find(self.lang, id, Some(&self.values))
    }
}

fn one(command: Command, path: &str, words: &HelpWords) -> Command {
    let id = format!("help-{path}");
    let command = match (command.get_about(), words.find(&id)) {
        (None, Some(about)) => command.about(about),
        _ => command,
    };
    let command = match words.find(&format!("{id}.long")) {
        Some(long) => command.long_about(long),
        None => command,
    };
    let command = match words.find(&format!("{id}.after")) {
        Some(after) => command.after_help(after),
        None => command,
    };
    let heading = command.get_subcommand_help_heading().and_then(|heading| words.find(heading));
    let command = match heading {
        Some(heading) => command.subcommand_help_heading(heading),
        None => command,
    };
    let command = command.mut_args(|arg| {
        let heading = arg.get_help_heading().and_then(|heading| words.find(heading));
        let arg = match heading {
            Some(heading) => arg.help_heading(heading),
            None => arg,
        };
        if arg.get_help().is_some() {
            return arg;
        }
        let help = words.find(&format!("{id}.{}", arg.get_id()));
        match help.or_else(|| words.find(&format!("arg-{}", arg.get_id()))) {
            Some(help) => arg.help(help),
            None => arg,
        }
    });
    let inner = |path: &str, name: &str| match path {
        "quickrouter" => name.to_owned(),
        outer => format!("{outer}-{name}"),
    };
    command.mut_subcommands(|command| {
        let path = inner(path, command.get_name());
        one(command, &path, words)
    })
}

/// The ids of the messages that the help takes from the fluent files.
#[cfg(test)]
pub(crate) fn ids(root: &Command) -> std::collections::BTreeSet<String> {
    let mut ids = std::collections::BTreeSet::new();
    collect(root, root.get_name(), &mut ids);
    ids
}

/// Every command has to have its words; attributes count where the file has them.
#[cfg(test)]
fn collect(command: &Command, path: &str, ids: &mut std::collections::BTreeSet<String>) {
    let exists = |id: &str| find(Lang::English, id, Some(&values())).is_some();
    let id = format!("help-{path}");
    if command.get_about().is_none() {
        ids.insert(id.clone());
    }
    ids.extend(
        ["long", "after"].map(|name| format!("{id}.{name}")).into_iter().filter(|id| exists(id)),
    );
    for arg in command.get_arguments() {
        ids.extend(
            arg.get_help_heading()
                .filter(|heading| heading.starts_with("heading-"))
                .map(str::to_owned),
        );
        if arg.get_help().is_none() && !arg.is_hide_set() {
            let own = format!("{id}.{}", arg.get_id());
            ids.insert(if exists(&own) { own } else { format!("arg-{}", arg.get_id()) });
        }
    }
    for inner in command.get_subcommands() {
        let name = inner.get_name();
        let path = if path == "quickrouter" { name.to_owned() } else { format!("{path}-{name}") };
        collect(inner, &path, ids);
    }
}
