//! The pages of the help as man pages. clap_mangen writes English headings and facts of its own around
//! our words; its parts below, roff, do not.

use std::path::{Path, PathBuf};

use clap::Command;
use roff::{Inline, Roff, bold, roman};

use super::page::{self, HelpPage};
use super::topics;
use crate::args::commands;
use crate::args::help::Topic;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// The section of the manual that has commands.
const SECTION: &str = "1";

/// groff and mandoc guess other encodings otherwise (preconv(1), "coding tags").
const ENCODING: &str = "'\\\" -*- coding: utf-8 -*-\n";

/// The man pages of all commands in both languages, each with its path below a `man` folder.
pub(crate) fn pages() -> Vec<(PathBuf, String)> {
    let mut pages = Vec::new();
    for (lang, folder) in [(Lang::English, "man1"), (Lang::Chinese, "zh_CN/man1")] {
        let root = commands::inner(commands::root(lang, None), &[""; 0]);
        collect(&root, &root, Path::new(folder), lang, &mut pages);
    }
    pages
}

fn collect(
    command: &Command,
    root: &Command,
    folder: &Path,
    lang: Lang,
    pages: &mut Vec<(PathBuf, String)>,
) {
    let file = folder.join(format!("{}.{SECTION}", name(command)));
    pages.push((file, text(command, root, lang)));
    for inner in shown(command) {
        collect(inner, root, folder, lang, pages);
    }
}

fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|inner| !inner.is_hide_set())
}

/// `quickrouter-predictions-get`.
fn name(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).replace([' ', '/'], "-")
}

fn text(command: &Command, root: &Command, lang: Lang) -> String {
    let is_root = name(command) == name(root);
    let shown_page = page::of_command(command, false, lang);
    let mut roff = Roff::new();
    let version = concat!("quickrouter ", env!("CARGO_PKG_VERSION"));
    // Without a date, which would make every build another.
    roff.control("TH", [name(command).to_uppercase().as_str(), SECTION, "\"\"", version]);
    // Neither spaces spread over Chinese lines, nor hyphens in what people copy.
    roff.control("ad", ["l"]).control("nh", []);
    heading(&mut roff, &message!("man-name"), lang);
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    roff.text([roman(format!("{} - {about}", name(command)))]);
    heading(&mut roff, &message!("man-synopsis"), lang);
    roff.text([bold(shown_page.usage.clone().unwrap_or_default())]);
    heading(&mut roff, &message!("man-description"), lang);
    lines(&mut roff, &shown_page.about);
    sections(&mut roff, &shown_page);
    if is_root {
        for topic in Topic::ALL {
            sections(&mut roff, &topics::page(topic, root, lang));
        }
    }
    if !shown_page.after.is_empty() {
        heading(&mut roff, &message!("man-notes"), lang);
        lines(&mut roff, &shown_page.after);
    }
    let others = std::iter::once(root).filter(|_| !is_root).chain(shown(command));
    let others: Vec<_> = others.map(|other| format!("{}({SECTION})", name(other))).collect();
    heading(&mut roff, &message!("man-see-also"), lang);
    roff.text([roman(others.join(", "))]);
    format!("{ENCODING}{}", roff.to_roff())
}

fn heading(roff: &mut Roff, heading: &Message, lang: Lang) {
    roff.control("SH", [heading.to_text(lang).as_str()]);
}

/// Text whose lines stay as they are.
fn lines(roff: &mut Roff, text: &str) {
    for (at, paragraph) in text.split("\n\n").enumerate() {
        if at > 0 {
            roff.control("PP", []);
        }
        let mut words: Vec<Inline> = Vec::new();
        for line in paragraph.lines() {
            // An indented line begins anew by itself.
            if !words.is_empty() && !line.starts_with(' ') {
                words.push(roff::line_break());
            }
            words.push(roman(line.to_owned()));
        }
        roff.text(words);
    }
}

fn sections(roff: &mut Roff, page: &HelpPage) {
    for section in &page.sections {
        roff.control("SH", [section.heading.as_str()]);
        for row in &section.rows {
            roff.control("TP", []);
            roff.text([bold(row.term.trim().to_owned())]);
            roff.text([roman(row.text.clone())]);
        }
    }
}
