//! Progress of predictions: a bar on a terminal, plain lines elsewhere.

use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use quickrouter::{Status, Update};

use crate::output::printer::{Printer, bar_width};
use crate::output::progress_line::RunFacts;
use crate::text::lang::Lang;
use crate::text::message::message;

/// What the spinner and the edge of the terminal take of a line.
const SPINNER: usize = 3;

/// Shows the progress of one prediction after another.
pub(crate) struct Progress {
    printer: Printer,
    bar: Option<ProgressBar>,
    /// What the bar shows; it is drawn by a thread of its own.
    facts: Arc<Mutex<RunFacts>>,
    reported: Reported,
}

/// What has been reported about the prediction.
#[derive(Debug, Default)]
struct Reported {
    id: Option<String>,
    status: Option<Status>,
    percent: f64,
}

impl Progress {
    pub(crate) fn new(printer: &Printer) -> Self {
        let facts = Arc::default();
        Self { printer: printer.clone(), bar: None, facts, reported: Reported::default() }
    }

    /// Shows what is new.
    pub(crate) fn show(&mut self, update: &Update) {
        let prediction = &update.prediction;
        let id = prediction.id().map_or_else(|| "-".to_owned(), ToString::to_string);
        if self.reported.id.as_ref() != Some(&id) {
            self.finish();
            self.reported = Reported { id: Some(id.clone()), ..Reported::default() };
            self.bar =
                self.printer.bar().inspect(|bar| dress(bar, &self.facts, self.printer.lang()));
            if self.bar.is_some() {
                self.printer.progress(&message!("progress-of", id = &id));
            }
        }
        let facts = RunFacts::of(update);
        if let Some(bar) = &self.bar {
            *self.facts.lock().unwrap_or_else(PoisonError::into_inner) = facts;
            bar.tick();
        } else if self.reported.is_news(prediction.status(), update.percent.unwrap_or_default()) {
            self.printer.progress(&facts.message(&id));
        }
    }

    /// Removes the bar.
    pub(crate) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Reported {
    /// Whether this is worth a line: a new status, or about ten percent more.
    fn is_news(&mut self, status: &Status, percent: f64) -> bool {
        let further = percent - self.percent >= 10.0;
        let news = further || self.status.as_ref() != Some(status);
        self.status = Some(status.clone());
        if further {
            self.percent = percent;
        }
        news
    }
}

fn dress(bar: &ProgressBar, facts: &Arc<Mutex<RunFacts>>, lang: Lang) {
    let facts = facts.clone();
    let line = move |state: &ProgressState, line: &mut dyn Write| {
        let facts = facts.lock().unwrap_or_else(PoisonError::into_inner);
        let width = bar_width().saturating_sub(SPINNER);
        // A line that cannot be written is drawn again.
        let _ = line.write_str(&facts.line(state.elapsed(), width, lang));
    };
    let style = ProgressStyle::with_template("{spinner} {line}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar()).with_key("line", line);
    bar.set_style(style);
    bar.enable_steady_tick(Duration::from_millis(120));
}

#[cfg(test)]
mod tests {
    use quickrouter::Status;

    use super::Reported;

    #[test]
    fn a_line_is_worth_a_new_status_or_ten_percent() {
        let mut reported = Reported::default();
        let mut seen = |status, percent| reported.is_news(&status, percent);
        assert!(seen(Status::Starting, 0.0));
        assert!(!seen(Status::Starting, 0.0));
        assert!(seen(Status::Processing, 0.0));
        assert!(!seen(Status::Processing, 2.0));
        assert!(!seen(Status::Processing, 9.0));
        assert!(seen(Status::Processing, 19.0));
        assert!(!seen(Status::Processing, 28.0));
        assert!(seen(Status::Processing, 100.0));
        assert!(seen(Status::Succeeded, 100.0));
    }
}
