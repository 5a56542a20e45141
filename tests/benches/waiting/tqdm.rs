//! Progress bars as tqdm and others print them, line by line with its moment.

use std::fmt::Write as _;

/// tqdm prints at most this often, in seconds (its `mininterval`).
const INTERVAL: f64 = 0.1;
/// The weight of the newest interval in its rate (its `smoothing`).
const SMOOTHING: f64 = 0.3;

/// A text and the second at which it is written.
pub(crate) type Line = (f64, String);

/// How lines look.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// Before the bar, with its colon.
    pub(crate) label: &'static str,
    /// What a step is called.
    pub(crate) unit: &'static str,
    /// After the rate.
    pub(crate) postfix: &'static str,
    /// Whether the bar itself is drawn.
    pub(crate) drawn: bool,
    /// How lines end.
    pub(crate) end: &'static str,
    /// Every so many lines are in the log.
    pub(crate) every: usize,
}

pub(crate) const TQDM: Style =
    Style { label: "", unit: "it", postfix: "", drawn: true, end: "\n", every: 1 };

/// The lines of a bar that begins at the first of these moments and has a step at each of the
/// others.
pub(crate) fn bar(style: &Style, moments: &[f64]) -> Vec<Line> {
    let (start, total) = (moments[0], moments.len() - 1);
    let mut lines = vec![(start, line(style, 0, total, 0.0, None))];
    let (mut printed, mut average) = (0, (0.0, 0.0));
    for (done, moment) in moments.iter().enumerate().skip(1) {
        let passed = moment - moments[printed];
        if done == total {
            let rate = count(total) / (moment - start);
            lines.push((*moment, line(style, done, total, moment - start, Some(rate))));
        } else if passed >= INTERVAL {
            average.0 = SMOOTHING * count(done - printed) + (1.0 - SMOOTHING) * average.0;
            average.1 = SMOOTHING * passed + (1.0 - SMOOTHING) * average.1;
            printed = done;
            let rate = average.0 / average.1;
            lines.push((*moment, line(style, done, total, moment - start, Some(rate))));
        }
    }
    let last = lines.len() - 1;
    let kept = |(index, line)| (index % style.every == 0 || index == last).then_some(line);
    lines.into_iter().enumerate().filter_map(kept).collect()
}

fn line(style: &Style, done: usize, total: usize, elapsed: f64, rate: Option<f64>) -> String {
    let mut text = format!("{}{:3}%", style.label, done * 100 / total);
    if style.drawn {
        let full = done * 10 / total;
        let _ = write!(text, "|{}{}|", "█".repeat(full), " ".repeat(10 - full));
    }
    let _ = write!(text, " {done}/{total} [{}<", clock(elapsed));
    let unit = style.unit;
    let _ = match rate {
        None => write!(text, "?, ?{unit}/s]"),
        Some(rate) => {
            let left = clock(count(total - done) / rate);
            let postfix = style.postfix;
            if rate < 1.0 {
                write!(text, "{left}, {:5.2}s/{unit}{postfix}]", 1.0 / rate)
            } else {
                write!(text, "{left}, {rate:5.2}{unit}/s{postfix}]")
            }
        }
    };
    text + style.end
}

fn clock(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "short times")]
    let seconds = seconds as u64;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

pub(crate) fn count(steps: usize) -> f64 {
    f64::from(u32::try_from(steps).unwrap_or(u32::MAX))
}
