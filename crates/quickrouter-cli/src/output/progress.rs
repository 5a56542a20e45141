//! Progress of predictions: a bar on a terminal, plain lines elsewhere.

use std::fmt::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use quickrouter::{Prediction, Status, Update};

use crate::output::printer::Printer;
use quickrouter::text;

/// Shows the progress of one prediction after another.
pub(crate) struct Progress {
    printer: Printer,
    bar: Option<ProgressBar>,
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
        Self { printer: printer.clone(), bar: None, reported: Reported::default() }
    }

    /// Shows what is new.
    pub(crate) fn show(&mut self, update: &Update) {
        let prediction = &update.prediction;
        let id = prediction.id().map_or_else(|| "(no id)".to_owned(), ToString::to_string);
        if self.reported.id.as_ref() != Some(&id) {
            self.finish();
            self.reported = Reported { id: Some(id.clone()), ..Reported::default() };
            self.bar = self.printer.bar().inspect(dress);
            if self.bar.is_some() {
                self.printer.progress(format!("prediction {id}"));
            }
        }
        match &self.bar {
            Some(bar) => {
                let percent = update.percent.unwrap_or_default();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a percentage"
                )]
                bar.set_position(percent.clamp(0.0, 100.0) as u64);
                bar.set_message(text::one_line(&word(prediction, update.remaining)));
            }
            None => {
                let percent = update.percent.unwrap_or_default();
                if self.reported.is_news(prediction.status(), percent) {
                    let word = word(prediction, update.remaining);
                    self.printer.progress(format!("prediction {id}: {word}"));
                }
            }
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

/// `processing, 19 of 50 steps, about 4 s left`.
fn word(prediction: &Prediction, left: Option<Duration>) -> String {
    let mut word = prediction.status().to_string();
    if prediction.is_terminal() {
        return word;
    }
    if let Some(progress) = prediction.progress() {
        let _ = write!(word, ", {} of {} steps", progress.step, progress.steps);
        if progress.pass > 1 {
            let _ = write!(word, " of pass {}", progress.pass);
        }
    }
    if let Some(left) = left {
        let _ = write!(word, ", about {:.0} s left", left.as_secs_f64().ceil());
    }
    word
}

fn dress(bar: &ProgressBar) {
    let style = ProgressStyle::with_template("{spinner} {wide_bar} {elapsed} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
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
