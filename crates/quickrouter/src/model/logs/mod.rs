//! What a model's log shows: the seed it used, how far its progress bars are, and how fast.

pub(crate) mod bar;
mod line;
mod video;

use self::bar::{Bar, float};
use self::line::Mark;
use self::video::Video;

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
    /// Steps per second, as far as the log tells.
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

/// What a log says beyond what was known of it, and `None` if it does not go on from there.
///
/// A stream of events turns the carriage returns of bars into newlines, so that one kind of line end
/// counts for another, and for none.
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

/// What the bars of a log show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    /// The bar that moves.
    pub(crate) progress: Progress,
    /// Bars that are to be drawn in all, where an outer bar counts them.
    pub(crate) passes: Option<u32>,
    /// Seconds between two lines of the bar, where that can be worked out.
    pub(crate) interval: Option<f64>,
}

/// The bar that moves, see [`read`].
pub(crate) fn progress(logs: &str) -> Option<Progress> {
    read(logs).map(|reading| reading.progress)
}

/// Reads the progress out of a log, from lines such as
/// `38%|###8 | 19/50 [00:01<00:01, 15.97it/s]`, `Step 12/50` or `progress: 45%`. A carriage return
/// starts a new line too. Bars that show how a model is loaded do not count.
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

/// The bars that are drawn in all where each step of an outer bar is as many of them as before.
fn passes(outer: &Bar, pass: u32) -> u32 {
    let done = u32::try_from(outer.step.saturating_add(1)).unwrap_or(u32::MAX);
    let all = u32::try_from(outer.steps).unwrap_or(u32::MAX);
    all.saturating_mul(pass.div_ceil(done)).max(pass)
}

/// How many bars back a line may belong to one whose others have begun since.
const NESTED: usize = 4;

/// Adds what a line reports to its bar. `outer` has the places of the bars that are around others.
fn add(bars: &mut Vec<Bar>, outer: &mut Vec<usize>, mark: &Mark) {
    // Nested bars take turns, and there may be many inner ones; a bar that is known to be around
    // others is never far. A log may have a line for each of many thousand steps, so few are looked at.
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
            // Its rate is that of the bar before where it has none of its own.
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
