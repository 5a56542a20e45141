//! Pages about topics: exit codes and environment variables.

use clap::Command;

use super::page::{HelpPage, HelpRow, HelpSection};
use crate::args::help::{self, Topic};
use crate::exit::codes;
use crate::text::lang::Lang;
use crate::text::message::message;

/// The page of a topic.
pub(crate) fn page(topic: Topic, root: &Command, lang: Lang) -> HelpPage {
    match topic {
        Topic::ExitCodes => exit_codes(lang),
        Topic::Environment => environment(root, lang),
    }
}

fn exit_codes(lang: Lang) -> HelpPage {
    let meanings = codes::meanings().into_iter();
    let rows = meanings
        .map(|(code, meaning)| HelpRow { term: format!("{code:>3}"), text: meaning.to_text(lang) });
    one_section(
        message!("topic-exit-codes").to_text(lang),
        message!("heading-exit-codes").to_text(lang),
        rows.collect(),
    )
}

/// The variables that stand for flags are those of the commands, so that none is missing.
fn environment(root: &Command, lang: Lang) -> HelpPage {
    let mut rows = Vec::new();
    for (names, meaning) in help::variables() {
        rows.push(HelpRow { term: names.to_owned(), text: meaning.to_text(lang) });
    }
    of_flags(root, lang, &mut rows);
    one_section(
        message!("topic-environment").to_text(lang),
        message!("heading-environment").to_text(lang),
        rows,
    )
}

fn of_flags(command: &Command, lang: Lang, rows: &mut Vec<HelpRow>) {
    for arg in command.get_arguments() {
        let (Some(name), Some(flag)) = (arg.get_env(), arg.get_long()) else { continue };
        let term = name.to_string_lossy().into_owned();
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let flag = format!("--{flag}");
        let text = message!("variable-of-flag", help = help, flag = flag).to_text(lang);
        if !rows.iter().any(|row| row.term == term) {
            rows.push(HelpRow { term, text });
        }
    }
    for inner in command.get_subcommands() {
        of_flags(inner, lang, rows);
    }
}

fn one_section(about: String, heading: String, rows: Vec<HelpRow>) -> HelpPage {
    HelpPage {
        about,
        sections: vec![HelpSection { heading, rows, is_joined: false }],
        ..HelpPage::default()
    }
}
