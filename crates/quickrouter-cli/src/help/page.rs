//! A page of the help as data. clap's own renderer breaks lines at spaces only, which Chinese has none
//! of, and its words are English.

use clap::builder::{PossibleValue, StyledStr};
use clap::{Arg, ArgAction, Command};

use crate::args::{help, usage};
use crate::text::lang::Lang;
use crate::text::message::message;

/// A page of the help.
#[derive(Debug, Default)]
pub(crate) struct HelpPage {
    pub(crate) about: String,
    /// The command line, if the page is about a command.
    pub(crate) usage: Option<String>,
    pub(crate) sections: Vec<HelpSection>,
    pub(crate) after: String,
}

/// Some lines of a page under a heading.
#[derive(Debug)]
pub(crate) struct HelpSection {
    pub(crate) heading: String,
    pub(crate) rows: Vec<HelpRow>,
    /// Whether no empty line parts it from the section before.
    pub(crate) is_joined: bool,
}

/// A command, a flag or a value, and what it means.
#[derive(Debug, PartialEq)]
pub(crate) struct HelpRow {
    pub(crate) term: String,
    pub(crate) text: String,
}

/// The page of a command that knows what it inherits. In brief, it has no rarely used flags.
pub(crate) fn of_command(command: &Command, brief: bool, lang: Lang) -> HelpPage {
    let is_root = command.get_bin_name().is_none_or(|name| !name.contains(' '));
    // Every command repeats the flags that its first page leaves out.
    let brief = brief || is_root;
    let whole = command.get_long_about().filter(|_| !brief);
    let mut sections = if is_root { grouped(command, lang) } else { ungrouped(command, lang) };
    sections.extend(flags(command, brief, lang));
    let after = command.get_after_help().filter(|_| !brief);
    HelpPage {
        about: plain(whole.or(command.get_about())),
        usage: Some(usage::line(command, lang)),
        sections,
        after: plain(after),
    }
}

fn plain(text: Option<&StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

/// The commands of the first page, under the headings of their groups.
fn grouped(root: &Command, lang: Lang) -> Vec<HelpSection> {
    let groups = help::groups().into_iter().enumerate().map(|(at, (heading, names))| {
        let commands = names.iter().filter_map(|name| root.find_subcommand(name));
        let rows = commands.map(|command| of_inner(command, lang)).collect();
        // So that the page fits a screen.
        HelpSection { heading: heading.to_text(lang), rows, is_joined: at > 0 }
    });
    groups.filter(|group| !group.rows.is_empty()).collect()
}

fn ungrouped(command: &Command, lang: Lang) -> Vec<HelpSection> {
    let inner = command.get_subcommands().filter(|inner| !inner.is_hide_set());
    let rows: Vec<_> = inner.map(|inner| of_inner(inner, lang)).collect();
    let heading = command.get_subcommand_help_heading().map(str::to_owned);
    let heading = heading.unwrap_or_else(|| message!("heading-commands").to_text(lang));
    if rows.is_empty() { Vec::new() } else { vec![HelpSection { heading, rows, is_joined: false }] }
}

fn of_inner(command: &Command, lang: Lang) -> HelpRow {
    let mut text = plain(command.get_about());
    let aliases: Vec<_> = command.get_visible_aliases().collect();
    if !aliases.is_empty() {
        append(&mut text, &message!("help-aliases", names = aliases.join(", ")).to_text(lang));
    }
    HelpRow { term: command.get_name().to_owned(), text }
}

/// The flags and places of a command, under their headings, in the order of declaration.
fn flags(command: &Command, brief: bool, lang: Lang) -> Vec<HelpSection> {
    let mut sections: Vec<HelpSection> = Vec::new();
    for arg in command.get_arguments() {
        if arg.is_hide_set() || arg.is_hide_short_help_set() && brief {
            continue;
        }
        let heading = match arg.get_help_heading() {
            Some(heading) => heading.to_owned(),
            None if arg.is_positional() => message!("heading-arguments").to_text(lang),
            None => message!("heading-options").to_text(lang),
        };
        let row = of_arg(arg, brief, lang);
        match sections.iter_mut().find(|section| section.heading == heading) {
            Some(section) => section.rows.push(row),
            None => sections.push(HelpSection { heading, rows: vec![row], is_joined: false }),
        }
    }
    // What is of this command first, and what goes with every command last.
    let shared = message!("heading-settings").to_text(lang);
    let places = message!("heading-arguments").to_text(lang);
    let options = message!("heading-options").to_text(lang);
    sections.sort_by_key(|section| match &section.heading {
        heading if *heading == places => 0,
        heading if *heading == options => 1,
        heading if *heading == shared => 3,
        _ => 2,
    });
    sections
}

fn of_arg(arg: &Arg, brief: bool, lang: Lang) -> HelpRow {
    let term = match arg.get_short() {
        Some(short) if arg.get_long().is_some() => format!("-{short}, {arg}"),
        None if !arg.is_positional() => format!("    {arg}"),
        _ => arg.to_string(),
    };
    HelpRow { term, text: explained(arg, brief, lang) }
}

/// What a flag means, with its default, its values and, unless in brief, its variable.
fn explained(arg: &Arg, brief: bool, lang: Lang) -> String {
    let mut text = plain(arg.get_help());
    let takes = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    if takes && !arg.is_hide_possible_values_set() {
        let values = arg.get_possible_values();
        let values: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
        if !values.is_empty() {
            append(&mut text, &message!("help-values", values = values.join(", ")).to_text(lang));
        }
    }
    let defaults: Vec<_> =
        arg.get_default_values().iter().map(|text| text.to_string_lossy()).collect();
    if takes && !defaults.is_empty() && !arg.is_hide_default_value_set() {
        append(&mut text, &message!("help-default", value = defaults.join(" ")).to_text(lang));
    }
    if let Some(variable) = arg.get_env().filter(|_| !brief) {
        let name = variable.to_string_lossy().into_owned();
        append(&mut text, &message!("help-variable", name = name).to_text(lang));
    }
    text
}

fn append(text: &mut String, fact: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(fact);
}
