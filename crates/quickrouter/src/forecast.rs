//! When a prediction will be over, from its log and from what earlier ones took, and when to look.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use quickrouter_api::{Model, Status, find_model};
use serde_json::Value;
use tokio::time::Instant;

use crate::history::{Past, Took};
use crate::logs::Progress;
use crate::prediction::Prediction;
use crate::wait_policy::WaitPolicy;

/// Seconds of silence between the last bar of a log and the end, as seen of SDXL: what is assumed
/// until a model has shown its own.
const USUAL_TAILS: [f64; 6] = [0.85, 1.0, 1.1, 1.2, 1.35, 1.5];
/// How many predictions of a model say more than an assumption.
const ENOUGH: usize = 3;
/// tqdm prints at most this often, in seconds.
const PRINTED_EVERY: f64 = 0.1;

/// What is foretold of one prediction.
#[derive(Debug)]
pub(crate) struct Forecast {
    /// When it was created, where this client did that, else when it was first looked at.
    began: Instant,
    created_here: bool,
    model: Option<String>,
    looks: u32,
    /// Looks in a row that told nothing to go by.
    blind: u32,
    started: bool,
    /// The last bar seen, and when it and all that follow it will have been drawn.
    bar: Option<(Progress, Option<Instant>)>,
    /// Of all steps of all bars, 0 to 100.
    percent: Option<f64>,
    /// How far this one's looks are off the others', -1 to 1.
    spread: f64,
}

/// When a prediction that is waited for was created.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Began {
    /// By this client, at this moment.
    Here(Instant),
    /// Somewhere else, sometime before.
    Elsewhere,
}

impl Forecast {
    /// `model` is the name it was asked for by, where it is known.
    pub(crate) fn new(began: Began, model: Option<&str>) -> Self {
        let (began, created_here) = match began {
            Began::Here(at) => (at, true),
            Began::Elsewhere => (Instant::now(), false),
        };
        let model = model.map(str::to_owned);
        Self {
            began,
            created_here,
            model,
            looks: 0,
            blind: 0,
            started: false,
            bar: None,
            percent: None,
            spread: 0.0,
        }
    }

    /// The model's name, as it was asked for or as the gateway tells it.
    pub(crate) fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// Takes in what a look at the prediction showed.
    pub(crate) fn observe(&mut self, prediction: &Prediction) {
        let now = Instant::now();
        self.looks += 1;
        if self.model.is_none() {
            self.model = prediction.named_model().map(str::to_owned);
        }
        self.spread = spread(prediction, self.looks);
        let had_started = self.started;
        self.started = prediction.started_at().is_some()
            || !matches!(prediction.status(), Status::Starting | Status::Other(_));
        let Some(seen) = prediction.progress() else {
            self.blind = if self.started == had_started { self.blind + 1 } else { 1 };
            return;
        };
        self.blind = 0;
        let passes = self.passes(prediction);
        self.percent = Some(percent(&seen, &passes));
        let drawn = seconds_to_draw(&seen, &passes).map(|seconds| later(now, seconds));
        let before = self.bar.and_then(|(_, drawn)| drawn);
        // A log stands still before its last line until all is over, so what was foretold earlier
        // is better than what that last line seems to say.
        let drawn = match (drawn, before) {
            (Some(drawn), Some(before)) if is_last_line(&seen, &passes) => Some(drawn.min(before)),
            (drawn, before) => drawn.or(before),
        };
        self.bar = Some((seen, drawn));
    }

    /// The steps of every bar, as far as the contract tells.
    fn passes(&self, prediction: &Prediction) -> Vec<u64> {
        let model: Option<&Model> = self.model().and_then(find_model);
        let input = prediction.input().and_then(Value::as_object);
        match (model, input) {
            (Some(model), Some(input)) => model.passes(input),
            _ => Vec::new(),
        }
    }

    /// How long to wait until the next look.
    pub(crate) fn pause(&self, past: &Past, policy: &WaitPolicy) -> Duration {
        let now = Instant::now();
        let (seconds, aimed) = match self.aim(past, now) {
            Some(seconds) => (seconds, true),
            None => (self.feel_about(past, policy), false),
        };
        // Whoever aims must not be thrown off far, nor be early; all others may spread out.
        let off = if aimed {
            (seconds * 0.05).min(0.01) * (self.spread + 1.0)
        } else {
            seconds * 0.1 * self.spread
        };
        policy.within_bounds(seconds + off)
    }

    /// Seconds until the end is worth a look, where something tells when that will be.
    fn aim(&self, past: &Past, now: Instant) -> Option<f64> {
        if let Some((_, Some(drawn))) = self.bar {
            return Some(aim(tails(past), seconds_since(drawn, now)));
        }
        let told = past.totals.len() >= ENOUGH && self.created_here;
        let no_bars = past.tails.len() < ENOUGH;
        let narrow = spread_of(&past.totals) < 0.15 * quantile(&past.totals, 0.5);
        (told && (no_bars || narrow)).then(|| aim(&past.totals, seconds_since(self.began, now)))
    }

    /// Seconds until the next look while nothing tells when the end will be: as long as it takes to
    /// come upon the bars of a short prediction.
    fn feel_about(&self, past: &Past, policy: &WaitPolicy) -> f64 {
        let shortest =
            |seconds: &[f64]| seconds.first().copied().filter(|_| seconds.len() >= ENOUGH);
        let first = policy.first().as_secs_f64();
        if self.looks <= 1 && !self.started {
            return shortest(&past.totals).map_or(first, |total| (total * 0.5).max(first));
        }
        let step = shortest(&past.runs).map_or(2.5 * first, |run| run * 0.7);
        let step = if self.started { (first * 1.5).min(step) } else { step };
        step * 1.25_f64.powi(i32::try_from(self.blind.min(32)).unwrap_or_default() - 1)
    }

    /// Of all steps of all bars, 0 to 100, where there are bars.
    pub(crate) fn percent(&self) -> Option<f64> {
        self.percent
    }

    /// How much longer it will probably take, where something tells.
    pub(crate) fn left(&self, past: &Past) -> Option<Duration> {
        let now = Instant::now();
        let (samples, passed) = match self.bar {
            Some((_, Some(drawn))) => (tails(past), seconds_since(drawn, now)),
            _ if past.totals.len() >= ENOUGH && self.created_here => {
                (past.totals.as_slice(), seconds_since(self.began, now))
            }
            _ => return None,
        };
        let over = quantile(later_than(samples, passed), 0.5);
        Some(Duration::try_from_secs_f64(over - passed).unwrap_or_default())
    }

    /// What the prediction took, now that it is over.
    pub(crate) fn took(&self, prediction: &Prediction) -> Option<Took> {
        let since = |stamp: Option<std::time::SystemTime>| {
            prediction.completed()?.duration_since(stamp?).ok().map(|since| since.as_secs_f64())
        };
        let total = since(prediction.created())?;
        let tail = match self.bar {
            // Only of a prediction created here it is known what its time stamps mean by our clock.
            Some((_, Some(drawn))) if self.created_here => {
                Some(total - seconds_since(self.began, drawn))
            }
            _ => None,
        };
        Some(Took { total, run: since(prediction.started()), tail })
    }
}

/// Steps that are still to be done, in this bar and those after it.
fn steps_left(seen: &Progress, passes: &[u64]) -> f64 {
    let pass = usize::try_from(seen.pass).unwrap_or(usize::MAX);
    float(seen.steps.saturating_sub(seen.step)) + sum(passes.get(pass..).unwrap_or_default())
}

/// As a number that does not overflow, whatever a server says.
fn sum(steps: &[u64]) -> f64 {
    steps.iter().map(|steps| float(*steps)).sum()
}

/// Seconds between two lines of a bar at this rate: whole steps.
fn between_lines(rate: f64) -> f64 {
    (PRINTED_EVERY * rate).ceil().max(1.0) / rate
}

/// Seconds until this bar and those after it are drawn, at the rate of this one.
fn seconds_to_draw(seen: &Progress, passes: &[u64]) -> Option<f64> {
    let rate = seen.rate?;
    // On average the last line is half as old as it can be.
    let age = between_lines(rate) / 2.0;
    Some((steps_left(seen, passes) / rate - age).max(0.0))
}

/// Whether no line comes after this one but the one that says that all is drawn.
fn is_last_line(seen: &Progress, passes: &[u64]) -> bool {
    let left = steps_left(seen, passes);
    seen.rate.is_some_and(|rate| left / rate <= between_lines(rate) * 1.01)
}

#[expect(clippy::cast_precision_loss, reason = "step counts are small")]
fn float(steps: u64) -> f64 {
    steps as f64
}

fn percent(seen: &Progress, passes: &[u64]) -> f64 {
    let current = usize::try_from(seen.pass.saturating_sub(1)).unwrap_or_default();
    if passes.get(current) != Some(&seen.steps) {
        return seen.percent;
    }
    let before = sum(&passes[..current]);
    (before + float(seen.step)) / sum(passes) * 100.0
}

fn tails(past: &Past) -> &[f64] {
    if past.tails.len() >= ENOUGH { &past.tails } else { &USUAL_TAILS }
}

/// Seconds from `passed` to the next look at something that took `samples`, the shortest first:
/// when a quarter of those still to come would be over, then about three times within their spread,
/// and once it is overdue at growing intervals.
fn aim(samples: &[f64], passed: f64) -> f64 {
    let to_come = later_than(samples, passed);
    match to_come {
        [] => {
            let overdue = passed - quantile(samples, 0.5);
            (overdue * 0.3).max(0.15)
        }
        to_come => {
            let due = quantile(to_come, 0.25) - passed;
            due.max(spread_of(samples) / 3.3)
        }
    }
}

fn later_than(samples: &[f64], passed: f64) -> &[f64] {
    &samples[samples.partition_point(|sample| *sample <= passed)..]
}

/// From sorted samples, between neighbours in proportion; 0 of none.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "few samples")]
    let place = part * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the samples"
    )]
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * place.fract()
}

/// How far apart most of the samples are.
fn spread_of(sorted: &[f64]) -> f64 {
    quantile(sorted, 0.9) - quantile(sorted, 0.1)
}

fn seconds_since(then: Instant, now: Instant) -> f64 {
    if now >= then { (now - then).as_secs_f64() } else { -(then - now).as_secs_f64() }
}

/// A moment so many seconds later; one too far to count is a day off.
fn later(now: Instant, seconds: f64) -> Instant {
    const DAY: f64 = 24.0 * 3600.0;
    now + Duration::from_secs_f64(seconds.clamp(0.0, DAY))
}

/// -1 to 1, other for every prediction and every look: waiters that set out together spread out,
/// and a test sees the same each time.
fn spread(prediction: &Prediction, looks: u32) -> f64 {
    let mut hasher = DefaultHasher::new();
    (prediction.id(), looks).hash(&mut hasher);
    #[expect(clippy::cast_precision_loss, reason = "32 bits are exact")]
    let unit = (hasher.finish() >> 32) as f64 / f64::from(u32::MAX);
    unit * 2.0 - 1.0
}
