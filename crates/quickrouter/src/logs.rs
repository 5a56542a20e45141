//! What a model's log tells: the seed it used, and how far its progress bars are.

/// How far a prediction is, read from the last progress bar in its log.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// Which bar it is, from 1; a refiner draws a second one.
    pub pass: u32,
    /// Steps done in this bar.
    pub step: u64,
    /// Steps of this bar.
    pub steps: u64,
    /// Percent of this bar, 0 to 100.
    pub percent: f64,
}

/// The number after `Using seed:`.
pub(crate) fn seed(logs: &str) -> Option<i64> {
    let line = logs.lines().find_map(|line| line.trim().strip_prefix("Using seed:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The last bar of the form `38%|###8 | 19/50 [...]`. A carriage return starts a new bar line too.
pub(crate) fn progress(logs: &str) -> Option<Progress> {
    let mut last: Option<(u32, u64, u64)> = None;
    for (step, steps) in logs.split(['\n', '\r']).filter_map(bar) {
        last = Some(match last {
            None => (1, step, steps),
            Some((pass, before, of)) if step < before || steps != of => (pass + 1, step, steps),
            Some((pass, ..)) => (pass, step, steps),
        });
    }
    let (pass, step, steps) = last?;
    #[expect(clippy::cast_precision_loss, reason = "step counts are small")]
    let percent = step as f64 / steps as f64 * 100.0;
    Some(Progress { pass, step, steps, percent })
}

/// Steps done and steps in all of one bar line.
fn bar(line: &str) -> Option<(u64, u64)> {
    let (percent, rest) = line.split_once("%|")?;
    percent.trim().parse::<f64>().ok()?;
    let (_, counts) = rest.rsplit_once('|')?;
    let (counts, _) = counts.split_once('[')?;
    let (step, steps) = counts.trim().split_once('/')?;
    let (step, steps) = (step.parse().ok()?, steps.parse().ok()?);
    (steps > 0 && step <= steps).then_some((step, steps))
}
