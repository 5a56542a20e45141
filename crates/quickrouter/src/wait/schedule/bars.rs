//! How far the bars of one prediction are, poll by poll, and when all of them will be drawn.

use std::time::Duration;

use quickrouter_api::Model;
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::model::logs::bar::float;
use crate::model::logs::{Progress, Reading};

/// tqdm prints at most this often, in seconds (its `mininterval`).
const PRINTED_EVERY: f64 = 0.1;
/// How late lines of a log may come, in seconds: relays and log collectors pass them on in batches.
const BATCH: f64 = 1.0;
/// How far off, in seconds, an end is that is worked out from a rate that has just changed.
const UNSTEADY: f64 = 0.5;
/// How far off, in seconds, an end is whose speed follows from polls alone.
const GUESSED: f64 = 0.6;
/// How late, in seconds, a log may be that was late before.
const LATE: f64 = 0.8;
/// How late a log may be that was seen once, in seconds.
const UNCONFIRMED: f64 = 0.15;
/// A rate that is lower than this part of the one before is another rate, and not a late log.
const SLOWER: f64 = 0.87;

/// By how many steps the first one of a bar is longer than the others.
const SLOW_FIRST: f64 = 2.0;

/// What is still to be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Work {
    /// Steps of this bar and those after it.
    left: f64,
    /// Of all steps of all bars, 0 to 100.
    percent: f64,
}

impl Work {
    pub(super) fn new(
        reading: &Reading,
        model: Option<&Model>,
        input: Option<&Map<String, Value>>,
    ) -> Self {
        let seen = &reading.progress;
        let passes = passes(reading, model, input);
        let current = usize::try_from(seen.pass.saturating_sub(1)).unwrap_or_default();
        let here = float(seen.steps.saturating_sub(seen.step));
        // Bars of other lengths than expected are not the expected ones.
        if passes.get(current) != Some(&seen.steps) {
            return Self { left: here, percent: seen.percent };
        }
        let (before, after) = (sum(&passes[..current]), sum(&passes[current + 1..]));
        let percent = (before + float(seen.step)) / sum(&passes) * 100.0;
        let begins = if reading.passes.is_some() {
            SLOW_FIRST * float_of(passes.len() - 1 - current)
        } else {
            0.0
        };
        Self { left: here + after + begins, percent }
    }
}

/// The steps of every bar, as far as contract, input and log tell.
fn passes(
    reading: &Reading,
    model: Option<&Model>,
    input: Option<&Map<String, Value>>,
) -> Vec<u64> {
    /// More bars than this are no model's.
    const MOST: usize = 1000;
    let seen = &reading.progress;
    if let Some(passes) = reading.passes {
        return vec![seen.steps; usize::try_from(passes).unwrap_or(MOST).min(MOST)];
    }
    let of_one = match (model, input) {
        (Some(model), Some(input)) => model.passes(input),
        _ => Vec::new(),
    };
    let drawn = usize::try_from(seen.pass).unwrap_or(usize::MAX);
    match of_one.len() {
        // Once there are more bars than one image has, each image has its own.
        1.. if drawn > of_one.len() => of_one.repeat(images(model, input)),
        0 if drawn > 1 && drawn <= images(model, input) => {
            vec![seen.steps; images(model, input)]
        }
        _ => of_one,
    }
}

/// The last bar seen, and when it and all that follow it will have been drawn.
#[derive(Debug)]
pub(super) struct Track {
    seen: Progress,
    work: Work,
    rate: Option<f64>,
    /// Where its first line of this bar was when it was first seen.
    first: (Instant, u64),
    drawn: Option<Instant>,
    /// By how many seconds it may be sooner.
    error: f64,
    unsteady: bool,
    rate_is_guessed: bool,
    evidence: Evidence,
}

/// What the expected moment rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Evidence {
    /// A bar without a rate, whose speed follows from polls, or one that belies its rate.
    Weak,
    /// A rate that has become lower, and may go on to.
    Slower,
    /// The rate of a log, seen once.
    Once,
    /// The same at a later poll.
    Confirmed,
}

impl Track {
    /// A first bar, not seen at `before`.
    pub(super) fn begin(reading: &Reading, work: Work, before: Instant, now: Instant) -> Self {
        let seen = reading.progress;
        let rate = seen.rate.or_else(|| measured(float(seen.step), before, now));
        let mut track = Self {
            seen,
            work,
            rate,
            first: (now, seen.step),
            drawn: None,
            error: 0.0,
            unsteady: seen.rate.is_none() || reading.passes.is_some(),
            rate_is_guessed: seen.rate.is_none(),
            evidence: Evidence::Once,
        };
        track.drawn = track.expected(reading, now);
        if seen.rate.is_none() {
            track.error = GUESSED;
            track.evidence = Evidence::Weak;
        } else if track.is_near_its_end(reading) {
            // Its last line may have been there for as long as nobody looked.
            track.error = seconds_since(before, now).min(BATCH);
        }
        track
    }

    /// Takes in the bar of a later poll; the one before was at `before`.
    pub(super) fn observe(&mut self, reading: &Reading, work: Work, before: Instant, now: Instant) {
        let seen = reading.progress;
        let same =
            (seen.pass, seen.step, seen.steps) == (self.seen.pass, self.seen.step, self.seen.steps);
        if same && self.drawn.is_some() {
            // A bar that stands still is late, or done but for a last line that never comes: what was
            // expected before is better than what that line seems to say.
            return;
        }
        if self.rate_is_guessed && seen.rate.is_some() {
            *self = Self::begin(reading, work, before, now);
            return;
        }
        let is_new = (seen.pass, seen.steps) != (self.seen.pass, self.seen.steps);
        let rate = self.new_rate(&seen, is_new, before, now);
        let slower = matches!((rate, self.rate), (Some(new), Some(old)) if new < old * SLOWER);
        let unforeseen = work.left > self.work.left;
        (self.seen, self.work, self.rate) = (seen, work, rate);
        let expected = self.expected(reading, now);
        let last = self.is_near_its_end(reading);
        let steady = self.steadiness(before);
        let moved = self.drawn.zip(expected).map(|(old, new)| seconds_since(old, new).abs());
        let was_weak = self.evidence == Evidence::Weak && !is_new;
        self.evidence = match moved {
            _ if seen.rate.is_none() && is_new => Evidence::Weak,
            Some(moved) if moved <= steady => Evidence::Confirmed,
            _ => Evidence::Once,
        };
        self.drawn = match (self.drawn, expected) {
            (Some(old), Some(new)) if new >= old => {
                let later = seconds_since(old, new);
                let late = later <= BATCH && !slower && !unforeseen;
                if later > steady && !last && !is_new {
                    self.error = self.error.max(later.clamp(LATE, BATCH));
                }
                let belied = later > BATCH || (was_weak && later > steady);
                if belied && !slower && !unforeseen && !last {
                    // Less was done than the printed rate says: neither can be relied on.
                    self.evidence = Evidence::Weak;
                }
                if slower {
                    self.evidence = Evidence::Slower;
                    self.unsteady = true;
                    self.error = self.error.max(UNSTEADY);
                }
                Some(if late || (last && !unforeseen) { old } else { new })
            }
            (Some(old), Some(new)) => {
                // The log was late before, or the bar has become faster.
                let sooner = seconds_since(new, old);
                if sooner > steady && !is_new {
                    self.error = self.error.max((sooner * 0.6).clamp(LATE, BATCH));
                }
                Some(new)
            }
            (old, new) => new.or(old),
        };
    }

    /// Steps per second: as the log shows them, else as the polls do.
    fn new_rate(
        &mut self,
        seen: &Progress,
        is_new: bool,
        before: Instant,
        now: Instant,
    ) -> Option<f64> {
        if is_new {
            self.first = (now, seen.step);
        }
        let (since, from) = if is_new { (before, 0) } else { self.first };
        let own = || measured(float(seen.step.saturating_sub(from)), since, now);
        seen.rate.or_else(own).or(self.rate)
    }

    /// By how many seconds the expected moment may move without a reason: a rate is known to some
    /// percent only, so that what is far off moves more.
    fn steadiness(&self, before: Instant) -> f64 {
        let ahead = self.drawn.map_or(0.0, |drawn| seconds_since(before, drawn).max(0.0));
        PRINTED_EVERY * 2.0 + 0.06 * ahead
    }

    /// When all bars will be drawn, at this rate.
    fn expected(&self, reading: &Reading, now: Instant) -> Option<Instant> {
        let rate = self.rate?;
        // On average the last line is half as old as it can be.
        let age = between_lines(rate, reading) / 2.0;
        Some(later(now, (self.work.left / rate - age).max(0.0)))
    }

    /// Whether no line comes after this one but those that say that all is drawn, which some logs
    /// never show.
    fn is_near_its_end(&self, reading: &Reading) -> bool {
        let Some(rate) = self.rate else { return false };
        self.work.left / rate <= between_lines(rate, reading) * 2.01
    }

    /// When all bars will be, or were, drawn.
    pub(super) fn drawn(&self) -> Option<Instant> {
        self.drawn
    }

    /// Seconds until then.
    pub(super) fn to_go(&self, now: Instant) -> Option<f64> {
        self.drawn.map(|drawn| seconds_since(now, drawn))
    }

    pub(super) fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// Whether the end may be off in both directions.
    pub(super) fn is_unsteady(&self) -> bool {
        self.unsteady
    }

    /// By how many seconds all may be drawn sooner. The samples of a known model have the usual
    /// error in them.
    pub(super) fn error(&self, is_known: bool) -> f64 {
        match self.evidence {
            Evidence::Once if !is_known => self.error.max(UNCONFIRMED),
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

/// Seconds between two lines of a bar: whole steps.
fn between_lines(rate: f64, reading: &Reading) -> f64 {
    reading.interval.unwrap_or_else(|| (PRINTED_EVERY * rate).ceil().max(1.0) / rate)
}

/// As a number that does not overflow, whatever a server says.
fn sum(steps: &[u64]) -> f64 {
    steps.iter().map(|steps| float(*steps)).sum()
}

fn float_of(bars: usize) -> f64 {
    f64::from(u32::try_from(bars).unwrap_or(u32::MAX))
}

/// A moment so many seconds later; one too far to count is a day off.
fn later(now: Instant, seconds: f64) -> Instant {
    const DAY: f64 = 24.0 * 3600.0;
    now + Duration::from_secs_f64(seconds.clamp(0.0, DAY))
}

/// The seconds from one moment to another, negative where it is earlier.
pub(super) fn seconds_since(then: Instant, now: Instant) -> f64 {
    if now >= then { (now - then).as_secs_f64() } else { -(then - now).as_secs_f64() }
}

/// The number of images that an input of the model asks for.
fn images(model: Option<&Model>, input: Option<&Map<String, Value>>) -> usize {
    let images = model.zip(input).and_then(|(model, input)| model.outputs_asked(input));
    images.and_then(|images| usize::try_from(images).ok()).unwrap_or(1).clamp(1, 64)
}
