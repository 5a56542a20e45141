//! The log text of a prediction, growing as the model's own does: a head, then tqdm's bars.

use crate::plan::{Bar, Plan};
use std::fmt::Write as _;
use std::time::Duration;

/// tqdm prints at most this often.
const INTERVAL: Duration = Duration::from_millis(100);

/// The logs after the model has run for `ran`.
pub(crate) fn after(plan: &Plan, ran: Duration) -> String {
    let Some(mut left) = ran.checked_sub(plan.setup) else { return String::new() };
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
    for bar in &plan.bars {
        lines(&mut text, bar, left);
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

/// The lines that a bar has printed after `ran`.
fn lines(text: &mut String, bar: &Bar, ran: Duration) {
    let mut printed: Option<Duration> = None;
    for step in 0..=bar.steps {
        let at = bar.step.saturating_mul(u32::try_from(step).unwrap_or(u32::MAX));
        if at > ran {
            return;
        }
        if step == bar.steps || printed.is_none_or(|last| at.saturating_sub(last) >= INTERVAL) {
            printed = Some(at);
            line(text, bar, step, at);
        }
    }
}

/// One line of tqdm: `` 38%|███▊      | 19/50 [00:01<00:01, 15.97it/s]``.
fn line(text: &mut String, bar: &Bar, step: u64, at: Duration) {
    let total = bar.steps;
    let percent = step * 100 / total;
    let eighths = usize::try_from(step * 80 / total).unwrap_or_default();
    let mut drawn = "█".repeat(eighths / 8);
    drawn.extend(" ▏▎▍▌▋▊▉".chars().nth(eighths % 8).filter(|_| eighths % 8 > 0));
    let _ = write!(text, "{percent:3}%|{drawn:<10}| {step}/{total} [{}<", time(at));
    if step == 0 {
        text.push_str("?, ?it/s]\n");
        return;
    }
    let left = bar.duration().saturating_sub(at);
    let seconds = bar.step.as_secs_f64();
    let rate = if seconds < 1.0 {
        format!("{:5.2}it/s", 1.0 / seconds)
    } else {
        format!("{seconds:5.2}s/it")
    };
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
