//! Predicts when a prediction will be terminal, from its log and from earlier durations, and when
//! to poll it next.

pub(crate) mod aim;
mod bars;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, SystemTime};

use quickrouter_api::{Model, Status, find_model};
use serde_json::Value;
use tokio::time::Instant;

use self::aim::Grid;
use self::bars::{Evidence, Track, Work, seconds_since};
use crate::core::context::Context;
use crate::core::durations::{ENOUGH, Key, Timing, Timings};
use crate::model::logs;
use crate::model::prediction::Prediction;
use crate::policy::wait::WaitPolicy;

/// Seconds between the last progress bar and the end, as measured for SDXL; assumed until a model
/// has samples of its own.
const DEFAULT_TAILS: [f64; 6] = [0.85, 1.0, 1.1, 1.2, 1.35, 1.5];
/// A bar with more seconds than this to go is polled once more on the way, since its rate may
/// change.
const RECHECK_BEYOND: f64 = 4.0;
/// Maximum spread of a model's tails, in seconds, for its bars to need no such poll.
const STEADY_SPREAD: f64 = 1.0;
/// Delay before the next poll if the rate is derived from polls alone, in units of the initial
/// interval.
const WEAK_INTERVALS: f64 = 0.9;
/// The fraction of the remaining time after which that poll happens.
const MIDWAY: f64 = 0.6;

/// The polling schedule of one prediction.
#[derive(Debug)]
pub(crate) struct Schedule {
    /// When it was created, if known, else when it was first polled.
    began: Instant,
    age: Age,
    model: Option<String>,
    key: Option<Box<Key>>,
    polls: u32,
    /// Consecutive polls without a progress bar.
    blind_polls: u32,
    started: bool,
    /// Seconds from created to started, by the gateway's clock.
    queued: Option<f64>,
    polled: Option<Instant>,
    track: Option<Box<Track>>,
    /// Jitter of this prediction's polls, -1 to 1.
    jitter: f64,
}

/// How precisely the creation time is known.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Age {
    Exact,
    /// To about a second, by the gateway's clock.
    Whole,
    Unknown,
}

/// When and where the prediction was created.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Created {
    /// By this client, at this time.
    Here(Instant),
    /// Elsewhere, at an unknown time.
    Elsewhere,
}

/// An estimated end: sorted samples of seconds since some time, and the seconds elapsed since then.
struct End<'a> {
    samples: std::borrow::Cow<'a, [f64]>,
    passed: f64,
    grid: Grid,
}

impl Schedule {
    /// `model` is the requested name, if known.
    pub(crate) fn new(began: Created, model: Option<&str>) -> Self {
        let (began, age) = match began {
            Created::Here(at) => (at, Age::Exact),
            Created::Elsewhere => (Instant::now(), Age::Unknown),
        };
        Self {
            began,
            age,
            model: model.map(str::to_owned),
            key: None,
            polls: 0,
            blind_polls: 0,
            started: false,
            queued: None,
            polled: None,
            track: None,
            jitter: 0.0,
        }
    }

    /// Records the result of a poll.
    pub(crate) fn observe(&mut self, prediction: &Prediction, context: &Context) {
        let now = Instant::now();
        self.polls += 1;
        self.identify(prediction, context);
        self.date(prediction, now);
        self.jitter = jitter(prediction, self.polls);
        let had_started = self.started;
        self.started = prediction.started_at().is_some()
            || !matches!(prediction.status(), Status::Starting | Status::Other(_));
        self.queued = since(prediction.created(), prediction.started()).or(self.queued);
        let polled = self.polled.replace(now);
        let Some(reading) = logs::read(prediction.logs()) else {
            self.blind_polls = if self.started == had_started { self.blind_polls + 1 } else { 1 };
            return;
        };
        self.blind_polls = 0;
        let work =
            Work::new(&reading, self.contract(), prediction.input().and_then(Value::as_object));
        let before = polled.unwrap_or(self.began);
        match &mut self.track {
            Some(track) => track.observe(&reading, work, before, now),
            None => self.track = Some(Box::new(Track::begin(&reading, work, before, now))),
        }
    }

    /// Determines the key under which its duration is recorded.
    fn identify(&mut self, prediction: &Prediction, context: &Context) {
        if self.model.is_none() {
            self.model = prediction.named_model().map(str::to_owned);
        }
        if self.key.is_none()
            && let Some(model) = &self.model
        {
            let input = prediction.input().and_then(Value::as_object);
            self.key = Some(Box::new(Key {
                base_url: context.base_url.clone(),
                model: model.clone(),
                version: prediction.named_version().unwrap_or_default().to_owned(),
                steps: self.contract().zip(input).and_then(|(model, input)| model.steps(input)),
            }));
        }
    }

    /// Determines the age of a prediction created elsewhere, from the times of the response and of
    /// the create, both by the gateway's clock.
    fn date(&mut self, prediction: &Prediction, now: Instant) {
        /// No prediction runs longer: either one of the clocks is wrong, or it was queued for so
        /// long that its age is meaningless.
        const MAX_AGE: f64 = 1800.0;
        if self.age != Age::Unknown {
            return;
        }
        let age = since(prediction.created(), prediction.responded()).filter(|age| *age < MAX_AGE);
        // The header is in whole seconds, half a second behind on average.
        let began = age.and_then(|age| now.checked_sub(Duration::from_secs_f64(age + 0.5)));
        if let Some(began) = began {
            (self.began, self.age) = (began, Age::Whole);
        }
    }

    fn contract(&self) -> Option<&'static Model> {
        self.model.as_deref().and_then(find_model)
    }

    /// Time until the next poll.
    pub(crate) fn pause(&self, context: &Context) -> Duration {
        let (past, policy) = (context.durations.of(self.key.as_deref()), &context.wait);
        let now = Instant::now();
        let (seconds, aimed) = match self.aim(&past, policy, now) {
            Some(seconds) => (seconds, true),
            None => (self.explore(&past, policy, now), false),
        };
        // Aimed polls get little jitter and are never early; all others may spread out.
        let jitter = if aimed {
            (seconds * 0.05).min(0.01) * (self.jitter + 1.0)
        } else {
            seconds * 0.08 * self.jitter
        };
        policy.within_bounds(seconds + jitter)
    }

    /// Seconds until the expected end is worth a poll, if there is an estimate.
    fn aim(&self, past: &Timings, policy: &WaitPolicy, now: Instant) -> Option<f64> {
        let end = self.end(past, now)?;
        let seconds = aim::aim(&end.samples, end.passed, end.grid);
        let overdue = aim::later_than(&end.samples, end.passed).is_empty();
        if overdue && seconds > 0.0 {
            // Long after the expected end the estimate is worthless.
            return Some(
                seconds.min(aim::without_estimate(self.passed(now), policy.first().as_secs_f64())),
            );
        }
        let limit = match end.grid {
            Grid::Fine => f64::INFINITY,
            _ => self.trusted_for(past, policy, now),
        };
        Some(seconds.min(limit))
    }

    /// For how many seconds the bars are trusted before they are polled again.
    fn trusted_for(&self, past: &Timings, policy: &WaitPolicy, now: Instant) -> f64 {
        let Some((to_go, evidence)) =
            self.track.as_ref().and_then(|track| Some((track.to_go(now)?, track.evidence())))
        else {
            return f64::INFINITY;
        };
        // Consistent tails mean that this model's bars can be trusted.
        let known = past.tails.len() >= ENOUGH && aim::spread_of(&past.tails) < STEADY_SPREAD;
        let far = match evidence {
            Evidence::Weak => {
                let first = policy.first().as_secs_f64();
                return (WEAK_INTERVALS * first)
                    .max(aim::without_estimate(self.passed(now), first));
            }
            Evidence::Slower => RECHECK_BEYOND / 2.0,
            _ if known => return f64::INFINITY,
            Evidence::Once => RECHECK_BEYOND,
            Evidence::Confirmed => 3.0 * RECHECK_BEYOND,
        };
        if to_go > far { to_go * MIDWAY } else { f64::INFINITY }
    }

    /// The expected end, by the narrowest estimate available.
    fn end<'a>(&self, past: &'a Timings, now: Instant) -> Option<End<'a>> {
        let bars = self.track.as_ref().and_then(|track| {
            let passed = seconds_since(track.drawn()?, now);
            let is_known = past.tails.len() >= ENOUGH;
            let samples = aim::sooner_by(tails(past), track.error(is_known)).into();
            let grid = if track.is_unsteady() { Grid::Rough } else { Grid::Coarse };
            Some(End { samples, passed, grid })
        });
        let known = |samples: &'a [f64], passed: f64| {
            let error = if self.age == Age::Whole { 0.5 } else { 0.0 };
            let samples =
                if error > 0.0 { aim::sooner_by(samples, error).into() } else { samples.into() };
            End { samples, passed, grid: Grid::Fine }
        };
        let passed = self.passed(now);
        let total = (past.totals.len() >= ENOUGH && self.age != Age::Unknown)
            .then(|| known(&past.totals, passed))
            .filter(|end| is_narrow(end, past));
        let run = self.queued.filter(|_| past.runs.len() >= ENOUGH && self.age != Age::Unknown);
        let run =
            run.map(|queued| known(&past.runs, passed - queued)).filter(|end| is_narrow(end, past));
        let width = |end: &End<'_>| aim::spread_of(&end.samples);
        [bars, run, total]
            .into_iter()
            .flatten()
            .min_by(|one, other| width(one).total_cmp(&width(other)))
    }

    /// Seconds since it was created, as far as known.
    fn passed(&self, now: Instant) -> f64 {
        seconds_since(self.began, now)
    }

    /// Seconds until the next poll without an estimate: enough to catch the bars of a short
    /// prediction.
    fn explore(&self, past: &Timings, policy: &WaitPolicy, now: Instant) -> f64 {
        let shortest =
            |seconds: &[f64]| seconds.first().copied().filter(|_| seconds.len() >= ENOUGH);
        let first = policy.first().as_secs_f64();
        if self.polls <= 1 && !self.started {
            return shortest(&past.totals).map_or(first, |total| (total * 0.5).max(first));
        }
        if self.started {
            let early = if self.blind_polls <= 1 { 1.5 * first } else { 0.0 };
            let early = shortest(&past.runs).map_or(early, |run| early.min(run * 0.7));
            return early.max(aim::without_estimate(self.passed(now), first));
        }
        let step = shortest(&past.runs).map_or(2.5 * first, |run| run * 0.7);
        step * 1.25_f64.powi(i32::try_from(self.blind_polls.min(32)).unwrap_or_default() - 1)
    }

    /// Percentage of all steps of all bars, 0 to 100, if there are bars.
    pub(crate) fn percent(&self) -> Option<f64> {
        self.track.as_ref().map(|track| track.percent())
    }

    /// Estimated time remaining, if there is an estimate.
    pub(crate) fn remaining(&self, context: &Context) -> Option<Duration> {
        let past = context.durations.of(self.key.as_deref());
        let end = self.end(&past, Instant::now())?;
        let end_at = aim::quantile(aim::later_than(&end.samples, end.passed), 0.5);
        Some(Duration::try_from_secs_f64(end_at - end.passed).unwrap_or_default())
    }

    /// Records the prediction's duration for later ones.
    pub(crate) fn learn(&self, prediction: &Prediction, context: &Context) {
        // Failed predictions may have failed immediately.
        if *prediction.status() != Status::Succeeded {
            return;
        }
        if let (Some(key), Some(timing)) = (self.key.as_deref(), self.timing(prediction)) {
            context.durations.add(key, timing);
        }
    }

    /// The duration of the terminal prediction.
    fn timing(&self, prediction: &Prediction) -> Option<Timing> {
        let total = since(prediction.created(), prediction.completed())?;
        // Time stamps can be related to the local clock only for predictions created here.
        let drawn = self.track.as_ref().and_then(|track| track.drawn());
        let tail = drawn
            .filter(|_| self.age == Age::Exact)
            .map(|drawn| total - seconds_since(self.began, drawn));
        Some(Timing { total, run: since(prediction.started(), prediction.completed()), tail })
    }
}

/// Whether samples are a usable estimate: without bars they always are, since there is nothing
/// better; otherwise only if they are close together.
fn is_narrow(end: &End<'_>, past: &Timings) -> bool {
    let no_bars = past.tails.len() < ENOUGH;
    no_bars || aim::spread_of(&end.samples) < 0.15 * aim::quantile(&end.samples, 0.5)
}

fn tails(past: &Timings) -> &[f64] {
    if past.tails.len() >= ENOUGH { &past.tails } else { &DEFAULT_TAILS }
}

/// Seconds between two times, if `to` is the later one.
fn since(from: Option<SystemTime>, to: Option<SystemTime>) -> Option<f64> {
    to?.duration_since(from?).ok().map(|since| since.as_secs_f64())
}

/// Jitter from -1 to 1, different for every prediction and poll: waiters that start together spread
/// out, and tests are deterministic.
fn jitter(prediction: &Prediction, polls: u32) -> f64 {
    let mut hasher = DefaultHasher::new();
    (prediction.id(), polls).hash(&mut hasher);
    #[expect(clippy::cast_precision_loss, reason = "32 bits are exact")]
    let unit = (hasher.finish() >> 32) as f64 / f64::from(u32::MAX);
    unit * 2.0 - 1.0
}
