//! Tables: within the width of a terminal, or whole for files and programs.

use unicode_width::UnicodeWidthStr;

use crate::text::wrap::wrapped;

/// Spaces between columns.
const GAP: usize = 2;
/// A description is not wrapped into less.
const LEAST_WRAPPED: usize = 24;
/// Terminals say 0, or nonsense, when they do not know.
const LEAST_WIDTH: usize = 20;
/// The indent of what stands below a row.
const BELOW: usize = 4;

/// How a column is made to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fit {
    /// Never cut: what people copy.
    Whole,
    /// Cut with an ellipsis, but not below this width.
    Shortened(usize),
    /// On several lines, broken between words.
    Wrapped,
    /// Left out where there is no room for it.
    Optional,
}

/// A table of cells that may contain wide characters.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<(String, Fit)>,
    rows: Vec<TableRow>,
}

#[derive(Debug)]
struct TableRow {
    cells: Vec<String>,
    /// Texts that stand below it, over all columns.
    below: Vec<String>,
}

/// A table as lines.
#[derive(Debug, PartialEq)]
pub(crate) struct Laid {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<String>,
}

impl Table {
    pub(crate) fn new(columns: Vec<(String, Fit)>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// A table whose columns have no heads.
    pub(crate) fn headless(columns: &[Fit]) -> Self {
        Self::new(columns.iter().map(|fit| (String::new(), *fit)).collect())
    }

    /// Adds a row, with a cell for every column.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.row_above(cells, Vec::new());
    }

    /// Adds a row with texts below it.
    pub(crate) fn row_above(&mut self, cells: Vec<String>, below: Vec<String>) {
        self.rows.push(TableRow { cells, below });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Lays it out within a width, or without any cut.
    pub(crate) fn laid(&self, width: Option<usize>) -> Laid {
        let Some(width) = width.map(|width| width.max(LEAST_WIDTH)) else {
            let all: Vec<_> = (0..self.columns.len()).collect();
            return self.aligned(&all, None);
        };
        let is_optional = |at: &usize| self.columns[*at].1 == Fit::Optional;
        let mut kept: Vec<usize> = (0..self.columns.len()).collect();
        while self.least(&kept) > width {
            // The last optional column goes first.
            let Some(place) = kept.iter().rposition(is_optional) else {
                let rows = self.rows.iter().flat_map(|row| {
                    let lines = self.stacked(row, &kept, width);
                    lines.into_iter().chain(row.below(Some(width)))
                });
                return Laid { head: Vec::new(), rows: rows.collect() };
            };
            kept.remove(place);
        }
        self.aligned(&kept, Some(width))
    }

    /// The width of a column's longest cell.
    fn natural(&self, at: usize) -> usize {
        let cells = self.rows.iter().map(|row| row.cells[at].as_str());
        let head = self.columns[at].0.width();
        cells.map(UnicodeWidthStr::width).max().unwrap_or_default().max(head)
    }

    /// The least width of a column.
    fn least_of(&self, at: usize) -> usize {
        let natural = self.natural(at);
        match self.columns[at].1 {
            Fit::Whole | Fit::Optional => natural,
            Fit::Shortened(least) => natural.min(least),
            Fit::Wrapped => natural.min(LEAST_WRAPPED),
        }
    }

    /// The width that keeps every word of a column whole.
    fn unbroken(&self, at: usize) -> usize {
        match self.columns[at].1 {
            Fit::Wrapped => {
                let cells = self.rows.iter().map(|row| longest_word(&row.cells[at]));
                cells.max().unwrap_or_default()
            }
            _ => self.least_of(at),
        }
    }

    fn least(&self, kept: &[usize]) -> usize {
        kept.iter().map(|at| self.least_of(*at) + GAP).sum::<usize>() - GAP
    }

    fn aligned(&self, kept: &[usize], width: Option<usize>) -> Laid {
        let widths = match width {
            Some(width) => self.shared(kept, width),
            None => kept.iter().map(|at| self.natural(*at)).collect(),
        };
        let lines = |row: &[String]| {
            let cells = kept.iter().zip(&widths);
            let cells = cells.map(|(at, width)| match self.columns[*at].1 {
                Fit::Wrapped => wrapped(&row[*at], *width),
                _ => vec![shortened(&row[*at], *width)],
            });
            side_by_side(&cells.collect::<Vec<_>>(), &widths)
        };
        let heads: Vec<_> = self.columns.iter().map(|(head, _)| head.clone()).collect();
        let head = if heads.iter().all(String::is_empty) { Vec::new() } else { lines(&heads) };
        let rows = self.rows.iter().flat_map(|row| {
            let is_wrapped = |at: usize| self.columns[at].1 == Fit::Wrapped;
            let mut cells = kept.iter().zip(&widths);
            let overflows =
                cells.any(|(at, width)| is_wrapped(*at) && longest_word(&row.cells[*at]) > *width);
            let lines = match width {
                Some(width) if overflows => self.stacked(row, kept, width),
                _ => lines(&row.cells),
            };
            lines.into_iter().chain(row.below(width))
        });
        Laid { head, rows: rows.collect() }
    }

    /// The widths of columns that share one: each has its least, then what keeps its words whole, and
    /// the narrowest get the rest first.
    fn shared(&self, kept: &[usize], width: usize) -> Vec<usize> {
        let mut widths: Vec<_> = kept.iter().map(|at| self.least_of(*at)).collect();
        let mut rest = width.saturating_sub(self.least(kept));
        let unbroken: Vec<_> = kept.iter().map(|at| self.unbroken(*at)).collect();
        let natural: Vec<_> = kept.iter().map(|at| self.natural(*at)).collect();
        for wanted in [unbroken, natural] {
            while rest > 0 {
                let wanting = (0..widths.len()).filter(|place| widths[*place] < wanted[*place]);
                let Some(narrowest) = wanting.min_by_key(|place| widths[*place]) else { break };
                widths[narrowest] += 1;
                rest -= 1;
            }
        }
        widths
    }

    /// A row where there is no room for its columns: as many cells a line as fit, the first line
    /// unindented.
    fn stacked(&self, row: &TableRow, kept: &[usize], width: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for at in kept {
            let (cell, fit) = (&row.cells[*at], self.columns[*at].1);
            let gap = if line.trim().is_empty() { 0 } else { GAP };
            if line.width() + gap + cell.width() <= width {
                line.push_str(&" ".repeat(gap));
                line.push_str(cell);
                continue;
            }
            if !line.trim().is_empty() {
                lines.push(std::mem::take(&mut line));
                line = " ".repeat(GAP);
            }
            match fit {
                Fit::Whole | Fit::Optional => line.push_str(cell),
                Fit::Shortened(_) => line.push_str(&shortened(cell, width - line.width())),
                Fit::Wrapped => {
                    let indent = " ".repeat(GAP);
                    let parts = wrapped(cell, width - GAP);
                    lines.extend(parts.iter().map(|part| format!("{indent}{part}")));
                    line.clone_from(&indent);
                }
            }
        }
        if !line.trim().is_empty() {
            lines.push(line);
        }
        lines
    }
}

impl TableRow {
    /// The texts below it, as lines.
    fn below(&self, width: Option<usize>) -> Vec<String> {
        let indented = self.below.iter().map(|text| format!("{:BELOW$}{text}", ""));
        match width {
            Some(width) => indented.flat_map(|text| wrapped(&text, width)).collect(),
            None => indented.collect(),
        }
    }
}

/// The width of the longest part that is not broken.
fn longest_word(text: &str) -> usize {
    wrapped(text, 1).iter().map(|part| part.width()).max().unwrap_or_default()
}

/// Puts the lines of cells beside each other.
fn side_by_side(cells: &[Vec<String>], widths: &[usize]) -> Vec<String> {
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let line = |at: usize| {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let text = cell.get(at).map_or("", String::as_str);
            line.push_str(text);
            line.push_str(&" ".repeat(width.saturating_sub(text.width()) + GAP));
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// Cuts a text to a width, with an ellipsis.
fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let fits = |end: &usize| text[..*end].width() < width;
    let ends = text.char_indices().map(|(at, _)| at).take_while(fits);
    let end = ends.last().unwrap_or_default();
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::{Fit, Laid, Table, shortened};

    fn table() -> Table {
        let column = |head: &str, fit| (head.to_owned(), fit);
        let mut table = Table::new(vec![
            column("ID", Fit::Whole),
            column("模型", Fit::Shortened(8)),
            column("N", Fit::Optional),
            column("DESCRIPTION", Fit::Wrapped),
        ]);
        let mut row = |id: &str, model: &str, text: &str| {
            let cells = [id, model, "12", text].map(str::to_owned);
            table.row(cells.to_vec());
        };
        row(
            "rrr4z55ocneqzikepnug6xezpe",
            "一个名字很长的模型/第二版",
            "Makes pictures from a text, as many as one asks for.",
        );
        row(
            "short",
            "owner/name",
            "根据提示词生成图像，也可改绘已有图像（image）或重绘其中一部分。",
        );
        table
    }

    fn text(laid: &Laid) -> String {
        laid.head.iter().chain(&laid.rows).map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_table_keeps_to_the_width_and_never_cuts_what_is_copied() {
        for width in [20, 30, 40, 60, 80, 120, 200] {
            let laid = table().laid(Some(width));
            let text = text(&laid);
            for line in text.lines() {
                let most = width.max("rrr4z55ocneqzikepnug6xezpe".len());
                assert!(line.width() <= most, "{width}: {line:?}");
                assert_eq!(line, line.trim_end());
            }
            assert!(text.contains("rrr4z55ocneqzikepnug6xezpe"), "{text}");
        }
        insta::assert_snapshot!("at_40", text(&table().laid(Some(40))));
        insta::assert_snapshot!("at_80", text(&table().laid(Some(80))));
        insta::assert_snapshot!("at_120", text(&table().laid(Some(120))));
    }

    #[test]
    fn without_a_width_nothing_is_cut_and_columns_are_aligned_by_display_width() {
        insta::assert_snapshot!("whole", text(&table().laid(None)));
    }

    #[test]
    fn cells_are_cut_between_characters() {
        assert_eq!(shortened("一个名字很长的模型", 9), "一个名字…");
        assert_eq!(shortened("一个名字很长的模型", 10), "一个名字…");
        assert_eq!(shortened("short", 9), "short");
        assert_eq!(shortened("black-forest-labs/flux", 9), "black-fo…");
    }

    #[test]
    fn rows_whose_words_are_wider_than_their_column_and_texts_below_rows_fit_as_well() {
        let mut table = Table::headless(&[Fit::Whole, Fit::Whole, Fit::Wrapped]);
        let row = |check: &str, text: &str| ["ok", check, text].map(str::to_owned).to_vec();
        table.row_above(
            row("base_url", "one two three four five six seven eight nine"),
            vec![
                "hint: 设置 QUICKROUTER_BASE_URL 以使用其他网关，或改用 --base-url 参数。"
                    .to_owned(),
            ],
        );
        table.row(row("config", "/home/somebody/.config/quickrouter/config.toml was read"));
        table.row(row("key", ""));
        insta::assert_snapshot!("headless_50", text(&table.laid(Some(50))));
        insta::assert_snapshot!("headless", text(&table.laid(None)));
    }
}
