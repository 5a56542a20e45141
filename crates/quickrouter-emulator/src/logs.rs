//! The log text of a prediction, growing as the model's own does: a head, then tqdm's bars.

use crate::plan::{Bar, Plan};
use std::fmt::Write as _;
use std::time::Duration;

/// tqdm prints at most this often.
const INTERVAL: Duration = Duration::from_millis(100);

/// How heavy the newest line weighs in tqdm's rate.
const SMOOTHING: f64 = 0.3;

/// The logs after the model has run for `ran`. The last line of the last bar stands in a buffer
/// until the model is through: it shows only along with the end.
pub(crate) fn after(plan: &Plan, ran: Duration) -> String {
    let Some(mut left) = ran.checked_sub(plan.setup).filter(|_| plan.works) else {
        return String::new();
    };
    let mut text = format!(
        "Using seed: {}
Prompt: {}
",
        plan.seed, plan.prompt
    );
    text.push_str(if plan.bars.is_empty() {
        "Generating...
"
    } else {
        plan.mode
    });
    for (index, bar) in plan.bars.iter().enumerate() {
        let last = index + 1 == plan.bars.len();
        let over = if last { ran >= plan.run() } else { left >= bar.duration() };
        lines(&mut text, bar, left, over);
        match left.checked_sub(bar.duration()) {
            Some(rest) => left = rest,
            None => return text,
        }
    }
    if plan.bars.is_empty() && left >= plan.stepless {
        let _ = writeln!(text, "Done in {:.1} s", plan.stepless.as_secs_f64());
    }
    text
}

/// The lines that a bar has printed after `ran`; its last one only if `to_the_end`.
fn lines(text: &mut String, bar: &Bar, ran: Duration, to_the_end: bool) {
    let (mut printed, mut speed) = (0, Speed::default());
    for done in 0..bar.steps {
        let at = bar.until(done);
        if at > ran {
            return;
        }
        if done == 0 {
            line(text, bar, done, None);
            continue;
        }
        let passed = at.saturating_sub(bar.until(printed));
        if passed >= INTERVAL {
            speed.saw(done - printed, passed);
            printed = done;
            line(text, bar, done, Some(speed.rate()));
        }
    }
    // As it closes, tqdm prints the average of the whole bar.
    if to_the_end {
        line(text, bar, bar.steps, Some(per_second(bar.steps, bar.duration())));
    }
}

/// tqdm's moving averages of the steps and the seconds between two lines, the newest the heaviest.
/// Its correction for the first few lines is the same factor for both: it drops out of the rate.
#[derive(Default)]
struct Speed {
    steps: f64,
    seconds: f64,
}

impl Speed {
    #[allow(clippy::cast_precision_loss, reason = "steps are bounded")]
    fn saw(&mut self, steps: u64, passed: Duration) {
        self.steps = SMOOTHING * steps as f64 + (1.0 - SMOOTHING) * self.steps;
        self.seconds = SMOOTHING * passed.as_secs_f64() + (1.0 - SMOOTHING) * self.seconds;
    }

    fn rate(&self) -> f64 {
        self.steps / self.seconds
    }
}

#[allow(clippy::cast_precision_loss, reason = "steps are bounded")]
fn per_second(steps: u64, passed: Duration) -> f64 {
    steps as f64 / passed.as_secs_f64()
}

/// One line of tqdm: `` 38%|███▊      | 19/50 [00:01<00:01, 15.97it/s]``.
#[allow(clippy::cast_precision_loss, reason = "steps are bounded")]
fn line(text: &mut String, bar: &Bar, done: u64, rate: Option<f64>) {
    let total = bar.steps;
    let percent = done * 100 / total;
    let eighths = usize::try_from(done * 80 / total).unwrap_or_default();
    let mut drawn = "█".repeat(eighths / 8);
    drawn.extend(" ▏▎▍▌▋▊▉".chars().nth(eighths % 8).filter(|_| eighths % 8 > 0));
    let elapsed = time(bar.until(done));
    let _ = write!(text, "{percent:3}%|{drawn:<10}| {done}/{total} [{elapsed}<");
    let Some(rate) = rate else {
        text.push_str("?, ?it/s]\n");
        return;
    };
    let left = Duration::try_from_secs_f64((total - done) as f64 / rate).unwrap_or(Duration::MAX);
    let rate =
        if rate < 1.0 { format!("{:5.2}s/it", 1.0 / rate) } else { format!("{rate:5.2}it/s") };
    let _ = writeln!(text, "{}, {rate}]", time(left));
}

/// `01:05`, or `1:01:05` from an hour up.
fn time(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_bar_reads_as_a_recorded_one_of_the_same_speed() {
        let step = Duration::from_micros(59_200);
        let bar = Bar { steps: 50, step, warm_up: Duration::from_micros(577_800) };
        let mut text = String::new();
        lines(&mut text, &bar, bar.duration(), true);
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
    fn slow_steps_are_told_in_seconds_a_step() {
        let step = Duration::from_millis(2_500);
        let bar = Bar { steps: 2, step, warm_up: Duration::from_millis(500) };
        let mut text = String::new();
        lines(&mut text, &bar, bar.duration(), true);
        let expected = "  0%|          | 0/2 [00:00<?, ?it/s]\n \
             50%|█████     | 1/2 [00:03<00:03,  3.00s/it]\n\
            100%|██████████| 2/2 [00:05<00:00,  2.75s/it]\n";
        assert_eq!(text, expected);
    }
}
