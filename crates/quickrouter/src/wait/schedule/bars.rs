//! Tracks a prediction's progress bars from poll to poll, and estimates when they will be complete.

use std::time::Duration;

use quickrouter_api::Model;
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::model::logs::bar::float;
use crate::model::logs::{Progress, Reading};

/// Minimum time between two lines of tqdm, in seconds (its `mininterval`).
const MIN_PRINT_INTERVAL: f64 = 0.1;
/// Maximum delay of log lines, in seconds: relays and log collectors forward them in batches.
const MAX_LOG_DELAY: f64 = 1.0;
/// Error of an estimate from a rate that has just changed, in seconds.
const UNSTEADY_ERROR: f64 = 0.5;
/// Error of an estimate whose rate is derived from polls alone, in seconds.
const GUESSED_ERROR: f64 = 0.6;
/// Minimum error assumed for a log that has been late before, in seconds.
const LATE_ERROR: f64 = 0.8;
/// Error of a log that has been read only once, in seconds.
const UNCONFIRMED_ERROR: f64 = 0.15;
/// A rate below this fraction of the previous one is a new rate, not a late log.
const SLOWER_RATIO: f64 = 0.87;

/// Extra duration of a bar's first step, in steps.
const FIRST_STEP_EXTRA: f64 = 2.0;

/// The work remaining.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Work {
    /// Remaining steps of this bar and those after it.
    remaining: f64,
    /// Percentage of all steps of all bars, 0 to 100.
    percent: f64,
}

impl Work {
    pub(super) fn new(
        reading: &Reading,
        model: Option<&Model>,
        input: Option<&Map<String, Value>>,
    ) -> Self {
        let progress = &reading.progress;
        let passes = passes(reading, model, input);
        let current = usize::try_from(progress.pass.saturating_sub(1)).unwrap_or_default();
        let here = float(progress.steps.saturating_sub(progress.step));
        // Bars of other lengths are not the expected ones.
        if passes.get(current) != Some(&progress.steps) {
            return Self { remaining: here, percent: progress.percent };
        }
        let (before, after) = (sum(&passes[..current]), sum(&passes[current + 1..]));
        let percent = (before + float(progress.step)) / sum(&passes) * 100.0;
        let begins = if reading.passes.is_some() {
            FIRST_STEP_EXTRA * bar_count(passes.len() - 1 - current)
        } else {
            0.0
        };
        Self { remaining: here + after + begins, percent }
    }
}

/// The number of steps of every bar, as far as contract, input and log show.
fn passes(
    reading: &Reading,
    model: Option<&Model>,
    input: Option<&Map<String, Value>>,
) -> Vec<u64> {
    /// No model draws more bars than this.
    const MAX_PASSES: usize = 1000;
    let progress = &reading.progress;
    if let Some(passes) = reading.passes {
        return vec![progress.steps; usize::try_from(passes).unwrap_or(MAX_PASSES).min(MAX_PASSES)];
    }
    let passes_of_one = match (model, input) {
        (Some(model), Some(input)) => model.progress_bars(input),
        _ => Vec::new(),
    };
    let drawn = usize::try_from(progress.pass).unwrap_or(usize::MAX);
    match passes_of_one.len() {
        // More bars than one image has means that each image has its own.
        1.. if drawn > passes_of_one.len() => passes_of_one.repeat(images(model, input)),
        0 if drawn > 1 && drawn <= images(model, input) => {
            vec![progress.steps; images(model, input)]
        }
        _ => passes_of_one,
    }
}

/// The last bar read, and when it and all following ones will be complete.
#[derive(Debug)]
pub(super) struct Track {
    progress: Progress,
    work: Work,
    rate: Option<f64>,
    /// When this bar was first read, and at which step.
    first: (Instant, u64),
    drawn: Option<Instant>,
    /// By how many seconds `drawn` may be earlier.
    error: f64,
    unsteady: bool,
    rate_is_guessed: bool,
    evidence: Evidence,
}

/// What the estimate is based on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Evidence {
    /// A bar without a rate, so that the rate is derived from polls, or a bar that contradicts its
    /// rate.
    Weak,
    /// A rate that has dropped and may continue to.
    Slower,
    /// A rate read from the log once.
    Once,
    /// Confirmed by a later poll.
    Confirmed,
}

impl Track {
    /// Starts with a first bar, which was not there at `before`.
    pub(super) fn begin(reading: &Reading, work: Work, before: Instant, now: Instant) -> Self {
        let progress = reading.progress;
        let rate = progress.rate.or_else(|| measured(float(progress.step), before, now));
        let mut track = Self {
            progress,
            work,
            rate,
            first: (now, progress.step),
            drawn: None,
            error: 0.0,
            unsteady: progress.rate.is_none() || reading.passes.is_some(),
            rate_is_guessed: progress.rate.is_none(),
            evidence: Evidence::Once,
        };
        track.drawn = track.expected(reading, now);
        if progress.rate.is_none() {
            track.error = GUESSED_ERROR;
            track.evidence = Evidence::Weak;
        } else if track.is_near_its_end(reading) {
            // Its last line may have been there since the previous poll.
            track.error = seconds_since(before, now).min(MAX_LOG_DELAY);
        }
        track
    }

    /// Records the bar of a later poll; the previous poll was at `before`.
    pub(super) fn observe(&mut self, reading: &Reading, work: Work, before: Instant, now: Instant) {
        let progress = reading.progress;
        let same = (progress.pass, progress.step, progress.steps)
            == (self.progress.pass, self.progress.step, self.progress.steps);
        if same && self.drawn.is_some() {
            // An unchanged bar is late, or complete without a last line: the previous estimate is
            // better than what the line suggests.
            return;
        }
        if self.rate_is_guessed && progress.rate.is_some() {
            *self = Self::begin(reading, work, before, now);
            return;
        }
        let is_new = (progress.pass, progress.steps) != (self.progress.pass, self.progress.steps);
        let rate = self.new_rate(&progress, is_new, before, now);
        let slower =
            matches!((rate, self.rate), (Some(new), Some(old)) if new < old * SLOWER_RATIO);
        let unforeseen = work.remaining > self.work.remaining;
        (self.progress, self.work, self.rate) = (progress, work, rate);
        let expected = self.expected(reading, now);
        let last = self.is_near_its_end(reading);
        let steady = self.steadiness(before);
        let moved = self.drawn.zip(expected).map(|(old, new)| seconds_since(old, new).abs());
        let was_weak = self.evidence == Evidence::Weak && !is_new;
        self.evidence = match moved {
            _ if progress.rate.is_none() && is_new => Evidence::Weak,
            Some(moved) if moved <= steady => Evidence::Confirmed,
            _ => Evidence::Once,
        };
        self.drawn = match (self.drawn, expected) {
            (Some(old), Some(new)) if new >= old => {
                let later = seconds_since(old, new);
                let late = later <= MAX_LOG_DELAY && !slower && !unforeseen;
                if later > steady && !last && !is_new {
                    self.error = self.error.max(later.clamp(LATE_ERROR, MAX_LOG_DELAY));
                }
                let contradicted = later > MAX_LOG_DELAY || (was_weak && later > steady);
                if contradicted && !slower && !unforeseen && !last {
                    // Less progress than the printed rate implies: neither is reliable.
                    self.evidence = Evidence::Weak;
                }
                if slower {
                    self.evidence = Evidence::Slower;
                    self.unsteady = true;
                    self.error = self.error.max(UNSTEADY_ERROR);
                }
                Some(if late || (last && !unforeseen) { old } else { new })
            }
            (Some(old), Some(new)) => {
                // The log was late before, or the bar has become faster.
                let sooner = seconds_since(new, old);
                if sooner > steady && !is_new {
                    self.error = self.error.max((sooner * 0.6).clamp(LATE_ERROR, MAX_LOG_DELAY));
                }
                Some(new)
            }
            (old, new) => new.or(old),
        };
    }

    /// Steps per second, from the log or else from the polls.
    fn new_rate(
        &mut self,
        progress: &Progress,
        is_new: bool,
        before: Instant,
        now: Instant,
    ) -> Option<f64> {
        if is_new {
            self.first = (now, progress.step);
        }
        let (since, from) = if is_new { (before, 0) } else { self.first };
        let from_polls = || measured(float(progress.step.saturating_sub(from)), since, now);
        progress.rate.or_else(from_polls).or(self.rate)
    }

    /// By how many seconds the estimate may move without a reason. Rates are accurate to a few
    /// percent, so estimates further ahead move more.
    fn steadiness(&self, before: Instant) -> f64 {
        let ahead = self.drawn.map_or(0.0, |drawn| seconds_since(before, drawn).max(0.0));
        MIN_PRINT_INTERVAL * 2.0 + 0.06 * ahead
    }

    /// When all bars will be complete at this rate.
    fn expected(&self, reading: &Reading, now: Instant) -> Option<Instant> {
        let rate = self.rate?;
        // On average the last line is half as old as it can be.
        let age = between_lines(rate, reading) / 2.0;
        Some(later(now, (self.work.remaining / rate - age).max(0.0)))
    }

    /// Whether the only lines left are those of completion, which some logs never show.
    fn is_near_its_end(&self, reading: &Reading) -> bool {
        let Some(rate) = self.rate else { return false };
        self.work.remaining / rate <= between_lines(rate, reading) * 2.01
    }

    /// When all bars will be, or were, complete.
    pub(super) fn drawn(&self) -> Option<Instant> {
        self.drawn
    }

    /// Seconds until all bars are complete.
    pub(super) fn to_go(&self, now: Instant) -> Option<f64> {
        self.drawn.map(|drawn| seconds_since(now, drawn))
    }

    pub(super) fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// Whether the estimate may be off in both directions.
    pub(super) fn is_unsteady(&self) -> bool {
        self.unsteady
    }

    /// By how many seconds the estimate may be too late. Samples of a known model already include
    /// the usual error.
    pub(super) fn error(&self, is_known: bool) -> f64 {
        match self.evidence {
            Evidence::Once if !is_known => self.error.max(UNCONFIRMED_ERROR),
            _ => self.error,
        }
    }

    pub(super) fn percent(&self) -> f64 {
        self.work.percent
    }
}

/// Steps per second between two polls.
fn measured(steps: f64, from: Instant, to: Instant) -> Option<f64> {
    let seconds = seconds_since(from, to);
    (steps > 0.0 && seconds > 0.0).then(|| steps / seconds)
}

/// Seconds between two lines of a bar, a whole number of steps.
fn between_lines(rate: f64, reading: &Reading) -> f64 {
    reading.interval.unwrap_or_else(|| (MIN_PRINT_INTERVAL * rate).ceil().max(1.0) / rate)
}

/// The sum as a float, which cannot overflow whatever the server sends.
fn sum(steps: &[u64]) -> f64 {
    steps.iter().map(|steps| float(*steps)).sum()
}

fn bar_count(bars: usize) -> f64 {
    f64::from(u32::try_from(bars).unwrap_or(u32::MAX))
}

/// `now` plus `seconds`, at most a day.
fn later(now: Instant, seconds: f64) -> Instant {
    const DAY: f64 = 24.0 * 3600.0;
    now + Duration::from_secs_f64(seconds.clamp(0.0, DAY))
}

/// Seconds from `then` to `now`, negative if `now` is earlier.
pub(super) fn seconds_since(then: Instant, now: Instant) -> f64 {
    if now >= then { (now - then).as_secs_f64() } else { -(then - now).as_secs_f64() }
}

/// The number of images the input requests.
fn images(model: Option<&Model>, input: Option<&Map<String, Value>>) -> usize {
    let images = model.zip(input).and_then(|(model, input)| model.requested_outputs(input));
    images.and_then(|images| usize::try_from(images).ok()).unwrap_or(1).clamp(1, 64)
}
