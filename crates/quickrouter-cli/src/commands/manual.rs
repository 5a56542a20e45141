//! `help COMMAND|TOPIC`, and the man pages.

use std::path::Path;

use crate::args::commands;
use crate::args::help::Topic;
use crate::args::topic::TopicArgs;
use crate::exit::failure::Failure;
use crate::help::{layout, man, page, topics};
use crate::output::printer::Printer;
use crate::text::lang::Lang;
use crate::text::message::message;

/// Shows the page of a command or a topic.
pub(crate) fn explain(typed: &TopicArgs, printer: &Printer) -> Result<u8, Failure> {
    let lang = printer.lang();
    let shown = page_of(&typed.topic, lang)?;
    printer.page(&layout::text(&shown, Printer::page_width(), lang));
    Ok(0)
}

fn page_of(words: &[String], lang: Lang) -> Result<page::HelpPage, Failure> {
    let root = commands::root(lang, None);
    if let [word] = words
        && let Some(topic) = Topic::ALL.into_iter().find(|topic| topic.name() == word)
    {
        return Ok(topics::page(topic, &root, lang));
    }
    let mut path: Vec<String> = Vec::new();
    for word in words {
        let command = commands::inner(root.clone(), &path);
        let inner: Vec<_> =
            command.get_subcommands().filter(|inner| !inner.is_hide_set()).collect();
        let found = inner.iter().find(|inner| {
            inner.get_name() == word || inner.get_all_aliases().any(|alias| alias == word)
        });
        let Some(found) = found else {
            let mut names: Vec<_> = inner.iter().map(|inner| inner.get_name()).collect();
            if path.is_empty() {
                names.extend(Topic::ALL.map(Topic::name));
            }
            let failure = Failure::refused(message!("help-unknown", word = word));
            return Err(if names.is_empty() {
                failure
            } else {
                failure.hint(message!("help-knows", names = names.join(", ")))
            });
        };
        path.push(found.get_name().to_owned());
    }
    Ok(page::of_command(&commands::inner(root, &path), false, lang))
}

/// Writes the man pages of all commands in both languages into `folder`.
pub(crate) fn write(folder: &Path, printer: &Printer) -> Result<u8, Failure> {
    for (path, text) in man::pages() {
        let file = folder.join(path);
        let written = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        written.and_then(|()| std::fs::write(&file, text)).map_err(|error| {
            Failure::other(message!(
                "file-not-written",
                file = file.display(),
                why = error.to_string()
            ))
        })?;
        printer.path(&file)?;
    }
    Ok(0)
}
