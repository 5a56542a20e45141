//! How far predictions are: a bar on a terminal, plain lines elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use quickrouter::{Prediction, Status};

use crate::plain;
use crate::printer::Printer;

/// Shows one prediction after another as they are seen.
pub(crate) struct Progress {
    printer: Printer,
    bar: Option<ProgressBar>,
    told: Told,
}

/// What has been told of the prediction.
#[derive(Debug, Default)]
struct Told {
    id: Option<String>,
    status: Option<Status>,
    percent: f64,
    pass: u32,
}

impl Progress {
    pub(crate) fn new(printer: &Printer) -> Self {
        Self { printer: printer.clone(), bar: None, told: Told::default() }
    }

    /// Tells what is new.
    pub(crate) fn show(&mut self, prediction: &Prediction) {
        let id = prediction.id().map_or_else(|| "(no id)".to_owned(), ToString::to_string);
        if self.told.id.as_ref() != Some(&id) {
            self.finish();
            self.told = Told { id: Some(id.clone()), ..Told::default() };
            self.bar = self.printer.bar().inspect(dress);
            if self.bar.is_some() {
                self.printer.progress(&format!("prediction {id}"));
            }
        }
        match &self.bar {
            Some(bar) => {
                let percent = prediction.progress().map_or(0.0, |progress| progress.percent);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a percentage"
                )]
                bar.set_position(percent.clamp(0.0, 100.0) as u64);
                bar.set_message(plain::one_line(&word(prediction)));
            }
            None => {
                let seen = prediction.progress();
                let (percent, pass) = seen.map_or((0.0, 0), |seen| (seen.percent, seen.pass));
                if self.told.is_news(prediction.status(), percent, pass) {
                    self.printer.progress(&format!("prediction {id}: {}", word(prediction)));
                }
            }
        }
    }

    /// Takes the bar away.
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

impl Told {
    /// Whether this is worth a line: a new status, or about ten percent more of one bar.
    fn is_news(&mut self, status: &Status, percent: f64, pass: u32) -> bool {
        let next_bar = self.pass > 0 && pass > self.pass;
        let further = next_bar || percent - self.percent >= 10.0;
        let news = further || self.status.as_ref() != Some(status);
        self.status = Some(status.clone());
        self.pass = self.pass.max(pass);
        if further {
            self.percent = percent;
        }
        news
    }
}

/// `processing, 19 of 50 steps (38 %)`.
fn word(prediction: &Prediction) -> String {
    match prediction.progress() {
        Some(progress) if !prediction.is_terminal() => format!(
            "{}, {} of {} steps ({:.0} %)",
            prediction.status(),
            progress.step,
            progress.steps,
            progress.percent
        ),
        _ => prediction.status().to_string(),
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

    use super::Told;

    #[test]
    fn a_line_is_worth_a_new_status_or_ten_percent() {
        let mut told = Told::default();
        let mut seen = |status, percent, pass| told.is_news(&status, percent, pass);
        assert!(seen(Status::Starting, 0.0, 0));
        assert!(!seen(Status::Starting, 0.0, 0));
        assert!(seen(Status::Processing, 0.0, 0));
        assert!(!seen(Status::Processing, 2.0, 1));
        assert!(!seen(Status::Processing, 9.0, 1));
        assert!(seen(Status::Processing, 19.0, 1));
        assert!(!seen(Status::Processing, 28.0, 1));
        assert!(seen(Status::Processing, 100.0, 1));
        assert!(seen(Status::Processing, 4.0, 2), "a refiner starts from nothing");
        assert!(seen(Status::Succeeded, 100.0, 2));
    }
}
