//! When a prediction will be over, from its log and from what earlier ones took, and when to poll.

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

/// Seconds of silence between the last bar of a log and the end, as seen of SDXL: what is assumed
/// until a model has shown its own.
const USUAL_TAILS: [f64; 6] = [0.85, 1.0, 1.1, 1.2, 1.35, 1.5];
/// A bar that has longer to go than this is polled for once more on its way, in seconds: it may
/// change its speed.
const FAR: f64 = 4.0;
/// How far apart the silences of a model may be, in seconds, whose bars need no such poll.
const STEADY: f64 = 1.0;
/// Where a speed is worked out from polls alone, the next one comes this soon, in first intervals.
const WEAK: f64 = 0.9;
/// Which part of the way that is.
const MIDWAY: f64 = 0.6;

/// What is expected of one prediction.
#[derive(Debug)]
pub(crate) struct Schedule {
    /// When it was created, where that is known, else when it was first polled.
    began: Instant,
    age: Age,
    model: Option<String>,
    key: Option<Box<Key>>,
    polls: u32,
    /// Polls in a row that showed nothing to go by.
    blind: u32,
    started: bool,
    /// Seconds from created to started, by the gateway's clock.
    queued: Option<f64>,
    polled: Option<Instant>,
    track: Option<Box<Track>>,
    /// How far this one's polls are off the others', -1 to 1.
    spread: f64,
}

/// How well it is known when a prediction was created.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Age {
    Exact,
    /// To about a second, by the gateway's clock.
    Whole,
    Unknown,
}

/// When a prediction that is waited for was created.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Created {
    /// By this client, at this moment.
    Here(Instant),
    /// Somewhere else, sometime before.
    Elsewhere,
}

/// Samples of seconds since a moment, and how many have passed since.
struct End<'a> {
    samples: std::borrow::Cow<'a, [f64]>,
    passed: f64,
    grid: Grid,
}

impl Schedule {
    /// `model` is the name it was asked for by, where it is known.
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
            blind: 0,
            started: false,
            queued: None,
            polled: None,
            track: None,
            spread: 0.0,
        }
    }

    /// Takes in what a poll of the prediction showed.
    pub(crate) fn observe(&mut self, prediction: &Prediction, context: &Context) {
        let now = Instant::now();
        self.polls += 1;
        self.identify(prediction, context);
        self.date(prediction, now);
        self.spread = spread(prediction, self.polls);
        let had_started = self.started;
        self.started = prediction.started_at().is_some()
            || !matches!(prediction.status(), Status::Starting | Status::Other(_));
        self.queued = since(prediction.created(), prediction.started()).or(self.queued);
        let polled = self.polled.replace(now);
        let Some(reading) = logs::read(prediction.logs()) else {
            self.blind = if self.started == had_started { self.blind + 1 } else { 1 };
            return;
        };
        self.blind = 0;
        let work =
            Work::new(&reading, self.contract(), prediction.input().and_then(Value::as_object));
        let before = polled.unwrap_or(self.began);
        match &mut self.track {
            Some(track) => track.observe(&reading, work, before, now),
            None => self.track = Some(Box::new(Track::begin(&reading, work, before, now))),
        }
    }

    /// What it is called, for the durations of others like it.
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

    /// Learns how old a prediction is that was created elsewhere, from the moment of the response
    /// and of the create, both by the gateway's clock.
    fn date(&mut self, prediction: &Prediction, now: Instant) {
        /// Longer than any prediction runs: the clock of one of the two is wrong, or it was queued
        /// for so long that its age says nothing.
        const OLDEST: f64 = 1800.0;
        if self.age != Age::Unknown {
            return;
        }
        let age = since(prediction.created(), prediction.responded()).filter(|age| *age < OLDEST);
        // The header has whole seconds: on average it is half a second behind.
        let began = age.and_then(|age| now.checked_sub(Duration::from_secs_f64(age + 0.5)));
        if let Some(began) = began {
            (self.began, self.age) = (began, Age::Whole);
        }
    }

    fn contract(&self) -> Option<&'static Model> {
        self.model.as_deref().and_then(find_model)
    }

    /// How long to wait until the next poll.
    pub(crate) fn pause(&self, context: &Context) -> Duration {
        let (past, policy) = (context.durations.of(self.key.as_deref()), &context.wait);
        let now = Instant::now();
        let (seconds, aimed) = match self.aim(&past, policy, now) {
            Some(seconds) => (seconds, true),
            None => (self.explore(&past, policy, now), false),
        };
        // Whoever aims must not be thrown off far, nor be early; all others may spread out.
        let off = if aimed {
            (seconds * 0.05).min(0.01) * (self.spread + 1.0)
        } else {
            seconds * 0.08 * self.spread
        };
        policy.within_bounds(seconds + off)
    }

    /// Seconds until the end is worth a poll, where something tells when that will be.
    fn aim(&self, past: &Timings, policy: &WaitPolicy, now: Instant) -> Option<f64> {
        let end = self.end(past, now)?;
        let seconds = aim::aim(&end.samples, end.passed, end.grid);
        let overdue = aim::later_than(&end.samples, end.passed).is_empty();
        if overdue && seconds > 0.0 {
            // Long after it was expected nothing is known any more.
            return Some(seconds.min(aim::blind(self.passed(now), policy.first().as_secs_f64())));
        }
        let limit = match end.grid {
            Grid::Fine => f64::INFINITY,
            _ => self.trusted_for(past, policy, now),
        };
        Some(seconds.min(limit))
    }

    /// For how many seconds the bars are trusted, before they are polled for once more on their way.
    fn trusted_for(&self, past: &Timings, policy: &WaitPolicy, now: Instant) -> f64 {
        let Some((to_go, evidence)) =
            self.track.as_ref().and_then(|track| Some((track.to_go(now)?, track.evidence())))
        else {
            return f64::INFINITY;
        };
        // A model whose silences are all alike draws bars that can be trusted.
        let known = past.tails.len() >= ENOUGH && aim::spread_of(&past.tails) < STEADY;
        let far = match evidence {
            Evidence::Weak => {
                let first = policy.first().as_secs_f64();
                return (WEAK * first).max(aim::blind(self.passed(now), first));
            }
            Evidence::Slower => FAR / 2.0,
            _ if known => return f64::INFINITY,
            Evidence::Once => FAR,
            Evidence::Confirmed => 3.0 * FAR,
        };
        if to_go > far { to_go * MIDWAY } else { f64::INFINITY }
    }

    /// When it is expected to be over: by the narrowest of what is known.
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

    /// Seconds since it was created, as far as that is known.
    fn passed(&self, now: Instant) -> f64 {
        seconds_since(self.began, now)
    }

    /// Seconds until the next poll while nothing tells when the end will be: as long as it takes to
    /// come upon the bars of a short prediction.
    fn explore(&self, past: &Timings, policy: &WaitPolicy, now: Instant) -> f64 {
        let shortest =
            |seconds: &[f64]| seconds.first().copied().filter(|_| seconds.len() >= ENOUGH);
        let first = policy.first().as_secs_f64();
        if self.polls <= 1 && !self.started {
            return shortest(&past.totals).map_or(first, |total| (total * 0.5).max(first));
        }
        if self.started {
            let early = if self.blind <= 1 { 1.5 * first } else { 0.0 };
            let early = shortest(&past.runs).map_or(early, |run| early.min(run * 0.7));
            return early.max(aim::blind(self.passed(now), first));
        }
        let step = shortest(&past.runs).map_or(2.5 * first, |run| run * 0.7);
        step * 1.25_f64.powi(i32::try_from(self.blind.min(32)).unwrap_or_default() - 1)
    }

    /// Of all steps of all bars, 0 to 100, where there are bars.
    pub(crate) fn percent(&self) -> Option<f64> {
        self.track.as_ref().map(|track| track.percent())
    }

    /// How much longer it will probably take, where something tells.
    pub(crate) fn remaining(&self, context: &Context) -> Option<Duration> {
        let past = context.durations.of(self.key.as_deref());
        let end = self.end(&past, Instant::now())?;
        let over = aim::quantile(aim::later_than(&end.samples, end.passed), 0.5);
        Some(Duration::try_from_secs_f64(over - end.passed).unwrap_or_default())
    }

    /// Remembers what the prediction took, for those to come.
    pub(crate) fn learn(&self, prediction: &Prediction, context: &Context) {
        // One that failed may have failed at once.
        if *prediction.status() != Status::Succeeded {
            return;
        }
        if let (Some(key), Some(took)) = (self.key.as_deref(), self.took(prediction)) {
            context.durations.add(key, took);
        }
    }

    /// What the prediction took, now that it is over.
    fn took(&self, prediction: &Prediction) -> Option<Timing> {
        let total = since(prediction.created(), prediction.completed())?;
        // Only of a prediction created here it is known what its time stamps mean by our clock.
        let drawn = self.track.as_ref().and_then(|track| track.drawn());
        let tail = drawn
            .filter(|_| self.age == Age::Exact)
            .map(|drawn| total - seconds_since(self.began, drawn));
        Some(Timing { total, run: since(prediction.started(), prediction.completed()), tail })
    }
}

/// Whether samples say when something ends: those of a model without bars do, since there is nothing
/// better, others where they are close together.
fn is_narrow(end: &End<'_>, past: &Timings) -> bool {
    let no_bars = past.tails.len() < ENOUGH;
    no_bars || aim::spread_of(&end.samples) < 0.15 * aim::quantile(&end.samples, 0.5)
}

fn tails(past: &Timings) -> &[f64] {
    if past.tails.len() >= ENOUGH { &past.tails } else { &USUAL_TAILS }
}

/// Seconds from one moment to another, where it is the later one.
fn since(from: Option<SystemTime>, to: Option<SystemTime>) -> Option<f64> {
    to?.duration_since(from?).ok().map(|since| since.as_secs_f64())
}

/// -1 to 1, other for every prediction and every poll: waiters that set out together spread out,
/// and a test sees the same each time.
fn spread(prediction: &Prediction, polls: u32) -> f64 {
    let mut hasher = DefaultHasher::new();
    (prediction.id(), polls).hash(&mut hasher);
    #[expect(clippy::cast_precision_loss, reason = "32 bits are exact")]
    let unit = (hasher.finish() >> 32) as f64 / f64::from(u32::MAX);
    unit * 2.0 - 1.0
}
