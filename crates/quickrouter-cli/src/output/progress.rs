//! Progress of predictions: a bar on a terminal, plain lines elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use quickrouter::{Prediction, PredictionId, Status, Update};

use crate::output::printer::Printer;
use crate::text::message::{Message, message};

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
        let id = prediction.id().map_or("-", PredictionId::as_str);
        if self.reported.id.as_deref() != Some(id) {
            self.finish();
            self.reported = Reported { id: Some(id.to_owned()), ..Reported::default() };
            self.bar = self.printer.bar().inspect(dress);
            if self.bar.is_some() {
                self.printer.progress(&message!("progress-of", id = id));
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
                bar.set_message(state(prediction, update.remaining).to_text(self.printer.lang()));
            }
            None => {
                let percent = update.percent.unwrap_or_default();
                if self.reported.is_news(prediction.status(), percent) {
                    let state = state(prediction, update.remaining);
                    self.printer.progress(&message!("progress-line", id = id, state = state));
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
fn state(prediction: &Prediction, left: Option<Duration>) -> Message {
    let status = prediction.status().as_str();
    let over = prediction.is_terminal();
    let left = left.map(|left| format!("{:.0}", left.as_secs_f64().ceil()));
    match (prediction.progress().filter(|_| !over), left.filter(|_| !over)) {
        (Some(progress), left) => {
            let (step, steps) = (progress.step, progress.steps);
            match (u64::from(progress.pass), left) {
                (..=1, None) => {
                    message!("progress-steps", status = status, step = step, steps = steps)
                }
                (..=1, Some(left)) => message!(
                    "progress-steps-left",
                    status = status,
                    step = step,
                    steps = steps,
                    left = left
                ),
                (pass, None) => message!(
                    "progress-pass",
                    status = status,
                    step = step,
                    steps = steps,
                    pass = pass
                ),
                (pass, Some(left)) => message!(
                    "progress-pass-left",
                    status = status,
                    step = step,
                    steps = steps,
                    pass = pass,
                    left = left
                ),
            }
        }
        (None, Some(left)) => message!("progress-left", status = status, left = left),
        (None, None) => message!("progress-status", status = status),
    }
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
