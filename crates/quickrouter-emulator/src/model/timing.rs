//! The time scale, and the phases of a prediction whose length its input does not determine.

use crate::error::Error;
use crate::model::rng::Rng;
use quickrouter_api::limits;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Slowest time scale, except for 0, at which nothing takes any time.
const SLOWEST: f64 = 0.001;
/// Fastest time scale: results are then kept for a few seconds.
const FASTEST: f64 = 1000.0;
/// Upper bound on queue and tail: the time that a prediction may run.
const LONGEST: Duration = Duration::from_secs(limits::PREDICTION_HARD_STOP_SECONDS);

/// The timing of one gateway.
#[derive(Debug, Clone)]
pub(crate) struct Timing {
    /// How many times faster than at the gateway time passes; at 0 a prediction takes none.
    pub(crate) scale: f64,
    /// Waiting for the model, before it is scaled.
    pub(crate) queue: RangeInclusive<Duration>,
    /// Silence after the last bar, before it is scaled.
    pub(crate) tail: RangeInclusive<Duration>,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            scale: 1.0,
            queue: Duration::from_millis(300)..=Duration::from_millis(799),
            tail: Duration::from_millis(1100)..=Duration::from_millis(1100),
        }
    }
}

impl Timing {
    /// Checks that everything is within its limits.
    pub(crate) fn check(&self) -> Result<(), Error> {
        // NaN is out of range, too.
        if self.scale != 0.0 && !(SLOWEST..=FASTEST).contains(&self.scale) {
            return Err(Error::TimeScale { scale: self.scale, low: SLOWEST, high: FASTEST });
        }
        for (name, range) in [("queue", &self.queue), ("tail", &self.tail)] {
            if range.start() > range.end() || *range.end() > LONGEST {
                return Err(Error::Range {
                    name,
                    low: *range.start(),
                    high: *range.end(),
                    longest: LONGEST,
                });
            }
        }
        Ok(())
    }

    /// Scales a duration of a prediction's lifecycle.
    pub(crate) fn scaled(&self, duration: Duration) -> Duration {
        if self.scale == 0.0 { Duration::ZERO } else { duration.div_f64(self.scale) }
    }

    /// Scales a duration for which the gateway keeps things. Scale 0 does not shorten it.
    pub(crate) fn retention(&self, duration: Duration) -> Duration {
        if self.scale == 0.0 { duration } else { self.scaled(duration) }
    }
}

/// Draws a duration from the range, in steps of a millisecond.
pub(crate) fn draw(range: &RangeInclusive<Duration>, rng: &mut Rng) -> Duration {
    let span = range.end().saturating_sub(*range.start());
    let choices = u64::try_from(span.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
    *range.start() + Duration::from_millis(rng.below(choices))
}
