//! The log text of a prediction, growing as the model's own does: a head, then tqdm's bars.

use crate::model::behavior::LogShape;
use crate::model::plan::{Plan, ProgressBar};
use std::fmt::{self, Write as _};
use std::time::Duration;

/// tqdm prints at most this often.
const INTERVAL: Duration = Duration::from_millis(100);

/// The weight of the newest line in tqdm's rate.
const SMOOTHING: f64 = 0.3;

/// The logs after the model has run for `ran`.
pub(crate) fn after(plan: &Plan, ran: Duration) -> String {
    if let Some(replay) = plan.recorded() {
        return replay.logs_after(ran);
    }
    let (mut text, mut lines) = (String::new(), Lines::new(plan));
    while let Some(line) = lines.up_to(plan, ran) {
        text.push_str(&line);
    }
    text
}

/// Iterates over the logs of a plan as they are written. It walks a bar of many steps once, not
/// anew for each line.
#[derive(Debug)]
pub(crate) struct Lines {
    part: Section,
    /// The next lines, and the run time at which they appear.
    upcoming: Option<(Duration, String)>,
}

impl Lines {
    /// Starts at the first line.
    pub(crate) fn new(plan: &Plan) -> Self {
        // A model that never started working logs nothing.
        let logs = plan.can_run && plan.log != LogShape::None;
        let mut part = match plan.recorded() {
            Some(_) => Section::Recorded(0),
            None if logs => Section::default(),
            None => Section::Over,
        };
        let upcoming = part.next(plan);
        Self { part, upcoming }
    }

    /// Returns the next lines if they have appeared after the model has run for `ran`.
    pub(crate) fn up_to(&mut self, plan: &Plan, ran: Duration) -> Option<String> {
        let (_, text) = self.upcoming.take_if(|(at, _)| *at <= ran)?;
        self.upcoming = self.part.next(plan);
        Some(text)
    }

    /// The run time at which the next lines appear.
    pub(crate) fn next_at(&self) -> Option<Duration> {
        self.upcoming.as_ref().map(|(at, _)| *at)
    }
}

#[derive(Debug, Default)]
enum Section {
    #[default]
    Head,
    Bars {
        bar: usize,
        /// The run time at which the bar starts.
        start: Duration,
        state: BarProgress,
    },
    /// The changes of a recording, from this one on. What takes the place of earlier lines follows
    /// them here.
    Recorded(usize),
    Over,
}

/// How far a bar is.
#[derive(Debug, Default)]
struct BarProgress {
    /// How many of its steps were visited, counting step 0.
    seen: u64,
    printed: u64,
    speed: RateEstimate,
}

impl Section {
    /// Returns the next lines and the run time at which they appear; `None` after the last. The
    /// last line of the last bar is buffered until the model finishes: it appears only with the
    /// end.
    fn next(&mut self, plan: &Plan) -> Option<(Duration, String)> {
        match self {
            Section::Head => {
                *self = Section::Bars { bar: 0, start: plan.setup, state: BarProgress::default() };
                Some((plan.setup, head(plan)))
            }
            Section::Bars { bar: index, start, state } => {
                let Some(bar) = plan.bars.get(*index) else {
                    *self = Section::Over;
                    return plan.bars.is_empty().then(|| last(plan));
                };
                if let Some((at, line)) = state.line(bar) {
                    return Some((*start + at, line));
                }
                // As it closes, tqdm prints the average of the whole bar.
                let mut text = String::new();
                line(&mut text, bar, bar.steps, per_second(bar.steps, bar.duration()));
                let end = *start + bar.duration();
                let last = *index + 1 == plan.bars.len();
                *self =
                    Section::Bars { bar: *index + 1, start: end, state: BarProgress::default() };
                Some((if last { plan.run() } else { end }, text))
            }
            Section::Recorded(next) => {
                let change = plan.recorded()?.logs.get(*next)?;
                *next += 1;
                Some((change.at, change.text.clone()))
            }
            Section::Over => None,
        }
    }
}

fn head(plan: &Plan) -> String {
    let then = if plan.bars.is_empty() { "Generating...\n" } else { &plan.mode };
    format!("Using seed: {}\nPrompt: {}\n{then}", plan.seed, plan.prompt)
}

/// The closing line of a model that reports no steps.
fn last(plan: &Plan) -> (Duration, String) {
    let text = format!("Done in {:.1} s\n", plan.stepless.as_secs_f64());
    (plan.setup + plan.stepless, text)
}

impl BarProgress {
    /// Returns the next line of a bar before it closes, and how long the bar has run by then.
    fn line(&mut self, bar: &ProgressBar) -> Option<(Duration, String)> {
        let mut text = String::new();
        while self.seen < bar.steps {
            let done = self.seen;
            self.seen += 1;
            let at = bar.until(done);
            if done == 0 {
                line(&mut text, bar, done, None);
                return Some((at, text));
            }
            let passed = at.saturating_sub(bar.until(self.printed));
            if passed >= INTERVAL {
                self.speed.saw(done - self.printed, passed);
                self.printed = done;
                line(&mut text, bar, done, Some(self.speed.rate()));
                return Some((at, text));
            }
        }
        None
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

    fn rate(&self) -> f64 {
        self.steps / self.seconds
    }
}

/// `None` if no time has passed.
#[allow(clippy::cast_precision_loss, reason = "steps are bounded")]
fn per_second(steps: u64, passed: Duration) -> Option<f64> {
    (!passed.is_zero()).then(|| steps as f64 / passed.as_secs_f64())
}

/// One line of tqdm: `` 38%|███▊      | 19/50 [00:01<00:01, 15.97it/s]``.
#[allow(clippy::cast_precision_loss, reason = "steps are bounded")]
fn line(text: &mut String, bar: &ProgressBar, done: u64, rate: Option<f64>) {
    let total = bar.steps;
    let eighths = usize::try_from(done * 80 / total).unwrap_or_default();
    let part = " ▏▎▍▌▋▊▉".chars().nth(eighths % 8).filter(|_| eighths % 8 > 0);
    let _ = write!(text, "{:3}%|", done * 100 / total);
    text.push_str(&"██████████"[..'█'.len_utf8() * (eighths / 8)]);
    text.extend(part);
    text.push_str(&"          "[eighths.div_ceil(8)..]);
    let _ = write!(text, "| {done}/{total} [{}<", ClockTime(bar.until(done)));
    let Some(rate) = rate else {
        text.push_str("?, ?it/s]\n");
        return;
    };
    let left = Duration::try_from_secs_f64((total - done) as f64 / rate).unwrap_or(Duration::MAX);
    let _ = write!(text, "{}, ", ClockTime(left));
    let _ = if rate < 1.0 {
        writeln!(text, "{:5.2}s/it]", 1.0 / rate)
    } else {
        writeln!(text, "{rate:5.2}it/s]")
    };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entry::ModelEntry;
    use crate::model::rng::Rng;
    use crate::model::timing::Timing;
    use quickrouter_api::models;
    use serde_json::json;

    /// Lines of a real SDXL log: 512x512, 50 steps.
    const RECORDED: [&str; 7] = [
        "  0%|          | 0/50 [00:00<?, ?it/s]",
        "  2%|▏         | 1/50 [00:00<00:31,  1.57it/s]",
        "  6%|▌         | 3/50 [00:00<00:09,  4.80it/s]",
        " 18%|█▊        | 9/50 [00:01<00:03, 11.76it/s]",
        " 38%|███▊      | 19/50 [00:01<00:01, 15.97it/s]",
        " 98%|█████████▊| 49/50 [00:03<00:00, 16.83it/s]",
        "100%|██████████| 50/50 [00:03<00:00, 14.13it/s]",
    ];

    fn rate_of(line: &str) -> Option<(&str, f64)> {
        let (before, rate) = line.strip_suffix("it/s]")?.rsplit_once(", ")?;
        Some((before, rate.trim().parse().ok()?))
    }

    /// The whole bar, as the only one of a plan.
    fn drawn(bar: ProgressBar) -> String {
        let (model, timing) = (ModelEntry::of_contract(&models()[0]), Timing::default());
        let mut plan = Plan::new(&model, &json!({}), &mut Rng::from_seed(1), &timing).unwrap();
        plan.bars = vec![bar];
        let text = after(&plan, plan.run());
        text.strip_prefix(&head(&plan)).expect("a head").to_owned()
    }

    #[test]
    fn a_bar_reads_as_a_recorded_one_of_the_same_speed() {
        let step = Duration::from_micros(59_200);
        let bar = ProgressBar { steps: 50, step, warm_up: Duration::from_micros(577_800) };
        let text = drawn(bar);
        let drawn: Vec<&str> = text.lines().collect();
        assert_eq!(drawn.len(), 27, "every other step, the start and the end:\n{text}");
        for recorded in RECORDED {
            let count = recorded.split(['|', '[']).nth(2);
            let same = drawn.iter().find(|line| line.split(['|', '[']).nth(2) == count);
            let same = same.expect("a line of the same step");
            match (rate_of(recorded), rate_of(same)) {
                (Some((before, rate)), Some((drawn_before, drawn_rate))) => {
                    assert_eq!(drawn_before, before);
                    assert!((drawn_rate / rate - 1.0).abs() < 0.02, "{same} for {recorded}");
                }
                _ => assert_eq!(*same, recorded),
            }
        }
    }

    #[test]
    fn a_bar_that_took_no_time_tells_no_rate() {
        let bar = ProgressBar { steps: 2, step: Duration::ZERO, warm_up: Duration::ZERO };
        let expected = "  0%|          | 0/2 [00:00<?, ?it/s]\n\
            100%|██████████| 2/2 [00:00<?, ?it/s]\n";
        assert_eq!(drawn(bar), expected);
    }

    #[test]
    fn slow_steps_are_told_in_seconds_a_step() {
        let step = Duration::from_millis(2_500);
        let bar = ProgressBar { steps: 2, step, warm_up: Duration::from_millis(500) };
        let text = drawn(bar);
        let expected = "  0%|          | 0/2 [00:00<?, ?it/s]\n \
             50%|█████     | 1/2 [00:03<00:03,  3.00s/it]\n\
            100%|██████████| 2/2 [00:05<00:00,  2.75s/it]\n";
        assert_eq!(text, expected);
    }
}
