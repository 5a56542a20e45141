//! The log text of a prediction, growing as the model's own does: a head, then tqdm's bars.

use crate::model::log_style::LogShape;
use crate::model::plan::Plan;
use crate::model::tqdm::{BarProgress, closing};
use std::time::Duration;

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
        let logs = plan.can_run && plan.log.shape() != LogShape::None;
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
                if let Some((at, line)) = state.line(bar, &plan.log) {
                    return Some((*start + at, line));
                }
                let text = closing(bar, &plan.log);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entry::ModelEntry;
    use crate::model::plan::ProgressBar;
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
        let bar = ProgressBar {
            steps: 50,
            step,
            warm_up: Duration::from_micros(577_800),
            label: "".into(),
        };
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
        let bar = ProgressBar {
            steps: 2,
            step: Duration::ZERO,
            warm_up: Duration::ZERO,
            label: "".into(),
        };
        let expected = "  0%|          | 0/2 [00:00<?, ?it/s]\n\
            100%|██████████| 2/2 [00:00<?, ?it/s]\n";
        assert_eq!(drawn(bar), expected);
    }

    #[test]
    fn slow_steps_are_told_in_seconds_a_step() {
        let step = Duration::from_millis(2_500);
        let bar =
            ProgressBar { steps: 2, step, warm_up: Duration::from_millis(500), label: "".into() };
        let text = drawn(bar);
        let expected = "  0%|          | 0/2 [00:00<?, ?it/s]\n \
             50%|█████     | 1/2 [00:03<00:03,  3.00s/it]\n\
            100%|██████████| 2/2 [00:05<00:00,  2.75s/it]\n";
        assert_eq!(text, expected);
    }
}
