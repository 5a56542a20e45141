//! One progress bar: its steps and its rate.

use super::line::Mark;

/// The weight of the newest interval in the rate that tqdm prints (its `smoothing`, 0.3 by default).
const SMOOTHING: f64 = 0.3;
/// Relative change from which the latest lines count instead of the whole bar.
const CHANGED: f64 = 0.15;
/// The number of last lines that show the current rate.
const RECENT: usize = 6;

/// A progress bar, read line by line.
///
/// The printed rate is a moving average that lags the true one for about a second, because the first
/// step is slow: it is the quotient of two averages, of steps and of seconds. The steps are printed,
/// so the seconds between two lines can be derived, and with them the rate without the first step.
#[derive(Debug)]
pub(super) struct Bar {
    label: String,
    pub(super) step: u64,
    pub(super) steps: u64,
    /// Whether other bars ran between its lines, one for each of its steps.
    pub(super) outer: bool,
    /// The rate of the previous bar.
    before: Option<f64>,
    printed: Option<f64>,
    /// The averages so far, of steps and of seconds.
    average: (f64, f64),
    /// Steps and seconds since the first line that had a step, line by line.
    lines: Vec<(u64, f64)>,
    /// Steps and printed seconds of the first and the last line that had a step.
    clock: Option<[(u64, f64); 2]>,
}

impl Bar {
    /// Begins a bar, which is assumed to be as fast as the previous one until it has a rate.
    pub(super) fn begin(mark: &Mark, before: Option<f64>) -> Self {
        let mut bar = Self {
            label: mark.label.clone(),
            step: 0,
            steps: mark.steps,
            outer: false,
            before,
            printed: None,
            average: (0.0, 0.0),
            lines: Vec::new(),
            clock: None,
        };
        bar.add(mark);
        bar
    }

    /// Whether a line belongs to this bar.
    pub(super) fn continues(&self, mark: &Mark) -> bool {
        self.label == mark.label && self.steps == mark.steps && self.step <= mark.step
    }

    /// Whether the bar counts all bars: the web UI's `Total progress: 45%|...| 9/20`.
    pub(super) fn is_total(&self) -> bool {
        self.label.contains("total")
    }

    pub(super) fn is_full(&self) -> bool {
        self.step == self.steps
    }

    pub(super) fn add(&mut self, mark: &Mark) {
        let done = mark.step - self.step;
        // A finished bar prints its overall rate, which is not a moving average.
        let moving = mark.rate.filter(|_| done > 0 && mark.step < mark.steps);
        if let Some(rate) = moving {
            // Without tqdm's clock, the rate is that of the last steps only.
            let weight = if mark.elapsed.is_some() { SMOOTHING } else { 1.0 };
            let steps = weight * float(done) + (1.0 - weight) * self.average.0;
            let seconds = steps / rate;
            let passed = (seconds - (1.0 - weight) * self.average.1) / weight;
            self.average = (steps, seconds);
            let since = self.lines.last().map_or(0.0, |(_, since)| since + passed.max(0.0));
            self.lines.push((mark.step, since));
            self.printed = Some(rate);
        }
        if let Some(elapsed) = mark.elapsed.filter(|_| mark.step > 0) {
            let last = (mark.step, elapsed);
            self.clock = Some([self.clock.map_or(last, |[first, _]| first), last]);
        }
        self.step = mark.step;
    }

    /// Steps per second. The first line with a step shows none yet, because that step is slow.
    pub(super) fn rate(&self) -> Option<f64> {
        // Numbers in a log may overflow or underflow.
        let measured = self.measured().filter(|rate| rate.is_finite() && *rate > 0.0);
        measured.or(self.before)
    }

    /// Steps per second measured from this bar alone.
    fn measured(&self) -> Option<f64> {
        let whole = between(self.lines.first()?, self.lines.last()?)?;
        if !self.agrees_with_clock(whole) {
            // Lines are missing, so the seconds between two cannot be derived.
            return self.by_clock();
        }
        let from = self.lines.len().saturating_sub(RECENT + 1);
        let recent = between(&self.lines[from], self.lines.last()?).unwrap_or(whole);
        let changed = self.lines.len() > RECENT && (recent / whole - 1.0).abs() > CHANGED;
        Some(if changed { recent } else { whole })
    }

    /// The printed clock has whole seconds, so each reading is up to a second early.
    fn agrees_with_clock(&self, rate: f64) -> bool {
        let Some([(from, since), (to, until)]) = self.clock.filter(|_| self.lines.len() > 1) else {
            return true;
        };
        let (worked_out, printed) = (float(to - from) / rate, until - since);
        (worked_out - printed).abs() <= 1.05 + printed * 0.1
    }

    /// The printed rate, clamped to what the printed clock allows.
    fn by_clock(&self) -> Option<f64> {
        let rate = self.printed?;
        let Some([(from, since), (to, until)]) = self.clock else { return Some(rate) };
        let (steps, seconds) = (float(to - from), until - since);
        // A clock that runs backwards is useless.
        if seconds < 0.0 {
            return Some(rate);
        }
        let slowest = steps / (seconds + 1.0);
        let fastest = if seconds > 1.0 { steps / (seconds - 1.0) } else { f64::INFINITY };
        Some(rate.clamp(slowest, fastest.max(slowest))).filter(|rate| *rate > 0.0)
    }

    /// Seconds between two of its last lines, if known.
    pub(super) fn interval(&self) -> Option<f64> {
        let from = self.lines.len().saturating_sub(RECENT + 1);
        let (first, last) = (self.lines.get(from)?, self.lines.last()?);
        let lines = u32::try_from(self.lines.len() - 1 - from).ok().filter(|lines| *lines > 0)?;
        Some((last.1 - first.1) / f64::from(lines))
    }
}

/// Steps per second between two lines.
fn between(from: &(u64, f64), to: &(u64, f64)) -> Option<f64> {
    let seconds = to.1 - from.1;
    (seconds > 0.0 && to.0 > from.0).then(|| float(to.0 - from.0) / seconds)
}

#[expect(clippy::cast_precision_loss, reason = "step counts are small")]
pub(crate) fn float(steps: u64) -> f64 {
    steps as f64
}
