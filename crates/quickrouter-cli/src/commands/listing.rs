//! `predictions list` on a terminal: a table, a page of predictions at a time.

use std::io;

use jiff::Timestamp;
use quickrouter::{Prediction, PredictionId, text};

use crate::output::printer::Printer;
use crate::output::table::{Fit, Table};
use crate::text::ago::ago;
use crate::text::lang::Lang;
use crate::text::message::message;

/// With more, the first ones would come too late, and all of them would be kept in memory.
const PAGE: usize = 100;
/// A model's name, or a time, is not cut below this width.
const LEAST_SHOWN: usize = 12;

/// Collects predictions, and prints them when a page is full.
pub(super) struct Pages<'a> {
    printer: &'a Printer,
    page: Table,
    count: usize,
}

impl<'a> Pages<'a> {
    pub(super) fn new(printer: &'a Printer) -> Self {
        Self { printer, page: table(printer.lang()), count: 0 }
    }

    pub(super) fn add(&mut self, prediction: &Prediction) -> io::Result<()> {
        self.page.row(cells(prediction, Timestamp::now(), self.printer.lang()));
        self.count += 1;
        if self.count.is_multiple_of(PAGE) { self.print() } else { Ok(()) }
    }

    /// Prints what has been collected since the last page.
    pub(super) fn print(&mut self) -> io::Result<()> {
        if self.page.is_empty() {
            return Ok(());
        }
        let page = std::mem::replace(&mut self.page, table(self.printer.lang()));
        self.printer.table(&page)
    }
}

fn table(lang: Lang) -> Table {
    let columns = [
        (message!("column-id"), Fit::Whole),
        (message!("column-status"), Fit::Shortened(LEAST_SHOWN)),
        (message!("column-model"), Fit::Shortened(LEAST_SHOWN)),
        (message!("column-created"), Fit::Shortened(LEAST_SHOWN)),
    ];
    Table::new(columns.into_iter().map(|(head, fit)| (head.to_text(lang), fit)).collect())
}

fn cells(prediction: &Prediction, now: Timestamp, lang: Lang) -> Vec<String> {
    let created =
        prediction.created_at().map_or_else(|| "-".to_owned(), |time| ago(time, now).to_text(lang));
    vec![
        text::one_line(prediction.id().map_or("-", PredictionId::as_str)),
        text::one_line(prediction.status().as_str()),
        text::one_line(prediction.model().unwrap_or("-")),
        created,
    ]
}

#[cfg(test)]
mod tests {
    use quickrouter::Prediction;
    use serde_json::json;

    use super::{cells, table};
    use crate::text::lang::Lang;

    fn shown(lang: Lang, width: usize) -> String {
        let mut table = table(lang);
        for (id, status, model, created) in [
            (
                "rrr4z55ocneqzikepnug6xezpe",
                "succeeded",
                "stability-ai/sdxl",
                "2026-03-01T11:57:00.123Z",
            ),
            (
                "q8fz1n6kc5rme0cs4e5vh0a2x8",
                "processing",
                "flux-kontext-apps/multi-image-kontext-max",
                "2026-02-27T11:00:00Z",
            ),
            ("q8fz1n6kc5rme0cs4e5vh0a2x9", "排队\u{1b}[2J中", "某中转站/图像\n模型", "昨天"),
        ] {
            let json = json!({"id": id, "status": status, "model": model, "created_at": created});
            let prediction = Prediction::from_json(json).unwrap();
            table.row(cells(&prediction, "2026-03-01T12:00:00Z".parse().unwrap(), lang));
        }
        let laid = table.laid(Some(width));
        laid.head.into_iter().chain(laid.rows).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_list_fits_the_terminal_and_keeps_its_ids_whole() {
        for width in [40, 80, 120] {
            insta::assert_snapshot!(format!("list_{width}"), shown(Lang::English, width));
            insta::assert_snapshot!(format!("list_{width}_zh"), shown(Lang::Chinese, width));
        }
    }
}
