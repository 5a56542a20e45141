//! A page of the help as text for a terminal.

use unicode_width::UnicodeWidthStr;

use super::page::{HelpPage, HelpRow, HelpSection};
use crate::text::lang::Lang;
use crate::text::message::message;
use crate::text::style::{HEAD, styled};
use crate::text::wrap::wrapped;

const INDENT: usize = 2;
const GAP: usize = 2;
/// The indent of what a flag means, where it stands below the flag.
const BELOW: usize = 10;
/// The share of the width that flags may take beside what they mean.
const SHARE: usize = 3;
/// Below this width, text beside flags would be a thin strip: it stands below them.
const NARROW: usize = 60;

/// A page as text at most `width` wide. Its headings are bold: who writes it to no terminal strips that.
pub(crate) fn text(page: &HelpPage, width: usize, lang: Lang) -> String {
    let mut parts = Vec::new();
    parts.extend(paragraph(&page.about, width));
    parts.extend(page.usage.as_deref().map(|line| usage(line, width, lang)));
    // Joined sections have their words in one column.
    for joined in page.sections.chunk_by(|_, next| next.is_joined) {
        let column = column(joined.iter().flat_map(|section| &section.rows), width);
        let texts = joined.iter().map(|section| of_section(section, column, width, lang));
        parts.push(texts.collect::<Vec<_>>().join("\n"));
    }
    parts.extend(paragraph(&page.after, width));
    parts.join("\n\n")
}

fn paragraph(text: &str, width: usize) -> Option<String> {
    (!text.is_empty()).then(|| wrapped(text, width).join("\n"))
}

fn usage(line: &str, width: usize, lang: Lang) -> String {
    let label = message!("usage", line = "").to_text(lang);
    let whole = message!("usage", line = line).to_text(lang);
    let indent = " ".repeat(label.width());
    let lines = wrapped(&whole, width.saturating_sub(indent.len()).max(1));
    lines.join(&format!("\n{indent}"))
}

/// Where the words beside flags begin.
fn column<'a>(rows: impl Iterator<Item = &'a HelpRow>, width: usize) -> usize {
    let terms = rows.map(|row| row.term.width()).filter(|term| *term <= width / SHARE);
    INDENT + terms.max().unwrap_or(0) + GAP
}

fn of_section(section: &HelpSection, column: usize, width: usize, lang: Lang) -> String {
    let heading = message!("heading", text = &section.heading).to_text(lang);
    let rows = section.rows.iter().flat_map(|row| of_row(row, column, width));
    let heading = styled(&heading, HEAD);
    std::iter::once(heading).chain(rows).collect::<Vec<_>>().join("\n")
}

fn of_row(row: &HelpRow, column: usize, width: usize) -> Vec<String> {
    let term = format!("{:INDENT$}{}", "", row.term);
    let beside = term.width() + GAP <= column && width >= NARROW;
    let indent = if beside { column } else { BELOW.min(width / 4) };
    let text = wrapped(&row.text, width.saturating_sub(indent));
    let (first, below) = match text.split_first().filter(|_| beside) {
        Some((first, below)) => {
            let gap = column - term.width();
            (format!("{term}{:gap$}{first}", ""), below)
        }
        None => (term, &text[..]),
    };
    let below = below.iter().map(|line| format!("{:indent$}{line}", ""));
    std::iter::once(first).chain(below).collect()
}
