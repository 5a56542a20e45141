//! Progress bars as tqdm draws them.

use crate::model::log_style::LogStyle;
use crate::model::plan::ProgressBar;
use std::fmt::{self, Write as _};
use std::time::Duration;

/// tqdm prints at most this often.
const INTERVAL: Duration = Duration::from_millis(100);

/// The weight of the newest line in tqdm's rate.
const SMOOTHING: f64 = 0.3;

/// How far a bar is.
#[derive(Debug, Default)]
pub(crate) struct BarProgress {
    /// How many of its steps were visited, counting step 0.
    seen: u64,
    printed: u64,
    speed: RateEstimate,
}

impl BarProgress {
    /// Returns the next line of a bar before it closes, and how long the bar has run by then.
    pub(crate) fn line(
        &mut self,
        bar: &ProgressBar,
        style: &LogStyle,
    ) -> Option<(Duration, String)> {
        while self.seen < bar.steps {
            let done = self.seen;
            self.seen += 1;
            let at = bar.until(done);
            if done == 0 {
                return Some((at, styled(&line(bar, done, None), style, false)));
            }
            let passed = at.saturating_sub(bar.until(self.printed));
            let is_due = match style.steps_between() {
                Some(steps) => done.is_multiple_of(steps),
                None => passed >= INTERVAL,
            };
            if is_due {
                self.speed.saw(done - self.printed, passed);
                self.printed = done;
                return Some((at, styled(&line(bar, done, self.speed.rate()), style, false)));
            }
        }
        None
    }
}

/// The last line of a bar. As it closes, tqdm prints the average of the whole bar.
pub(crate) fn closing(bar: &ProgressBar, style: &LogStyle) -> String {
    styled(&line(bar, bar.steps, per_second(bar.steps, bar.duration())), style, true)
}

/// A line with what separates it from the others: on a terminal, tqdm overwrites the one before.
fn styled(line: &str, style: &LogStyle, last: bool) -> String {
    match (style.overwrites(), last) {
        (false, _) => format!("{line}\n"),
        (true, false) => format!("\r{line}"),
        (true, true) => format!("\r{line}\n"),
    }
}

/// tqdm's moving averages of the steps and the seconds between two lines, the newest the heaviest.
/// Its correction for the first few lines is the same factor for both: it drops out of the rate.
#[derive(Debug, Default)]
struct RateEstimate {
    steps: f64,
    seconds: f64,
}

impl RateEstimate {
    #[allow(clippy::cast_precision_loss, reason = "steps are bounded")]
    fn saw(&mut self, steps: u64, passed: Duration) {
        self.steps = SMOOTHING * steps as f64 + (1.0 - SMOOTHING) * self.steps;
        self.seconds = SMOOTHING * passed.as_secs_f64() + (1.0 - SMOOTHING) * self.seconds;
    }

    /// `None` if no time has passed.
    fn rate(&self) -> Option<f64> {
        (self.seconds > 0.0).then(|| self.steps / self.seconds)
    }
}

/// `None` if no time has passed.
#[allow(clippy::cast_precision_loss, reason = "steps are bounded")]
fn per_second(steps: u64, passed: Duration) -> Option<f64> {
    (!passed.is_zero()).then(|| steps as f64 / passed.as_secs_f64())
}

/// One line of tqdm: `` 38%|███▊      | 19/50 [00:01<00:01, 15.97it/s]``.
#[allow(clippy::cast_precision_loss, reason = "steps are bounded")]
fn line(bar: &ProgressBar, done: u64, rate: Option<f64>) -> String {
    let total = bar.steps;
    let eighths = usize::try_from(done * 80 / total).unwrap_or_default();
    let part = " ▏▎▍▌▋▊▉".chars().nth(eighths % 8).filter(|_| eighths % 8 > 0);
    let mut text = String::new();
    if !bar.label.is_empty() {
        let _ = write!(text, "{}: ", bar.label);
    }
    let _ = write!(text, "{:3}%|", done * 100 / total);
    text.push_str(&"██████████"[..'█'.len_utf8() * (eighths / 8)]);
    text.extend(part);
    text.push_str(&"          "[eighths.div_ceil(8)..]);
    let _ = write!(text, "| {done}/{total} [{}<", ClockTime(bar.until(done)));
    let Some(rate) = rate else {
        text.push_str("?, ?it/s]");
        return text;
    };
    let left = Duration::try_from_secs_f64((total - done) as f64 / rate).unwrap_or(Duration::MAX);
    let _ = write!(text, "{}, ", ClockTime(left));
    let _ = if rate < 1.0 {
        write!(text, "{:5.2}s/it]", 1.0 / rate)
    } else {
        write!(text, "{rate:5.2}it/s]")
    };
    text
}

/// `01:05`, or `1:01:05` from an hour up.
struct ClockTime(Duration);

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if hours > 0 {
            write!(f, "{hours}:")?;
        }
        write!(f, "{minutes:02}:{seconds:02}")
    }
}
