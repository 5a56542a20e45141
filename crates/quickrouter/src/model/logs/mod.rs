//! Reading a model's log: the seed, the progress bars and their rate.

pub(crate) mod bar;
mod line;
mod video;

use self::bar::{Bar, float};
use self::line::Mark;
use self::video::Video;

/// The progress of a prediction, read from the last progress bar in its log.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// The number of the bar, from 1; a refiner draws a second one.
    pub pass: u32,
    /// Steps done in this bar.
    pub step: u64,
    /// Steps of this bar.
    pub steps: u64,
    /// Percent of this bar, 0 to 100.
    pub percent: f64,
    /// Steps per second, if the log shows it.
    pub rate: Option<f64>,
}

/// The number after `Using seed:`.
pub(crate) fn seed(logs: &str) -> Option<i64> {
    let line = logs.lines().find_map(|line| line.trim().strip_prefix("Using seed:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The line in which a model says why it dropped an output. SDXL's safety checker prints `NSFW content
/// detected in image 0`; other models name safety or moderation.
pub(crate) fn dropped_because(logs: &str) -> Option<String> {
    let names_it = |line: &&str| {
        let line = line.to_lowercase();
        ["nsfw", "safety", "moderat", "sensitive"].iter().any(|word| line.contains(word))
    };
    logs.lines().map(str::trim).find(names_it).map(str::to_owned)
}

/// Returns what a log adds to its known part; `None` if it does not start with that.
///
/// An event stream turns the carriage returns of bars into newlines, so line endings are ignored in
/// the comparison.
pub(crate) fn after<'a>(logs: &'a str, known: &str) -> Option<&'a str> {
    if let Some(new) = logs.strip_prefix(known) {
        return Some(new);
    }
    let ends = ['\n', '\r'];
    let mut rest = logs;
    for character in known.chars().filter(|character| !ends.contains(character)) {
        rest = rest.trim_start_matches(ends).strip_prefix(character)?;
    }
    Some(if known.ends_with(ends) { rest.trim_start_matches(ends) } else { rest })
}

/// What the progress bars of a log show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    /// The active bar.
    pub(crate) progress: Progress,
    /// The total number of bars, if an outer bar counts them.
    pub(crate) passes: Option<u32>,
    /// Seconds between two lines of the bar, if they can be derived.
    pub(crate) interval: Option<f64>,
}

/// Returns the active bar, see [`read`].
pub(crate) fn progress(logs: &str) -> Option<Progress> {
    read(logs).map(|reading| reading.progress)
}

/// Reads the progress out of a log, from lines such as
/// `38%|###8 | 19/50 [00:01<00:01, 15.97it/s]`, `Step 12/50` or `progress: 45%`. A carriage return
/// starts a new line too. Bars for loading a model do not count.
pub(crate) fn read(logs: &str) -> Option<Reading> {
    let (mut bars, mut outer): (Vec<Bar>, Vec<usize>) = Default::default();
    let mut video = Video::default();
    for line in logs.split(['\n', '\r']) {
        if let Some(mark) = line::read(line).or_else(|| video.read(line)) {
            add(&mut bars, &mut outer, &mark);
        }
    }
    if let Some(total) = bars.iter().rfind(|bar| bar.is_total() && bar.steps > 0) {
        return Some(reading(total, 1, None));
    }
    let inner = bars.iter().filter(|bar| !bar.outer).count();
    let outer = bars.iter().rfind(|bar| bar.outer && !bar.is_full());
    let last = bars.iter().rfind(|bar| !bar.outer).or(bars.last())?;
    let pass = u32::try_from(inner.max(1)).unwrap_or(u32::MAX);
    Some(reading(last, pass, outer.map(|outer| passes(outer, pass))))
}

/// Extrapolates the total number of bars from the inner bars per step of an outer bar.
fn passes(outer: &Bar, pass: u32) -> u32 {
    let done = u32::try_from(outer.step.saturating_add(1)).unwrap_or(u32::MAX);
    let all = u32::try_from(outer.steps).unwrap_or(u32::MAX);
    all.saturating_mul(pass.div_ceil(done)).max(pass)
}

/// How many bars back a line may belong to.
const NESTED: usize = 4;

/// Adds a line to its bar. `outer` has the indexes of bars with nested ones.
fn add(bars: &mut Vec<Bar>, outer: &mut Vec<usize>, mark: &Mark) {
    // Nested bars alternate, and there may be many inner ones; a known outer bar is never far. A log
    // may have a line for each of thousands of steps, so only a few bars are checked.
    let recent = bars.len().saturating_sub(NESTED);
    let newest = bars.len().wrapping_sub(1);
    let around = outer.iter().rev().copied().filter(|at| *at < recent).take(NESTED);
    let mut places = (recent..bars.len()).rev().chain(around);
    match places.find(|at| bars[*at].continues(mark)) {
        Some(place) => {
            if place != newest && mark.step > bars[place].step && !bars[place].outer {
                bars[place].outer = true;
                outer.push(place);
            }
            bars[place].add(mark);
        }
        None => {
            // Until it has a rate of its own, it uses that of the previous bar.
            let inner = bars.iter().rev().take(2 * NESTED).find(|bar| !bar.outer);
            let before = inner.and_then(Bar::rate);
            bars.push(Bar::begin(mark, before));
        }
    }
}

fn reading(bar: &Bar, pass: u32, passes: Option<u32>) -> Reading {
    let (step, steps) = (bar.step, bar.steps);
    let percent = float(step) / float(steps) * 100.0;
    let progress = Progress { pass, step, steps, percent, rate: bar.rate() };
    Reading { progress, passes, interval: bar.interval() }
}

#[cfg(test)]
mod tests;
