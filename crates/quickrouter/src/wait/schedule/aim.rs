//! When to poll, in seconds: from samples of what earlier predictions took, and without any.

/// How much more the polls around an expected end are than one, by how well the samples are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Grid {
    /// About two polls within the spread of samples that may be off.
    Rough,
    /// About three polls within the spread of the samples.
    Coarse,
    /// About five: where nothing else was polled for before.
    Fine,
}

impl Grid {
    fn polls(self) -> f64 {
        match self {
            Self::Rough => 3.0,
            Self::Coarse => 3.3,
            Self::Fine => 5.0,
        }
    }
}

/// Seconds from `passed` to the next poll of something that took `samples`, the shortest first:
/// when a quarter of those still to come would be over, then several times within their spread, and
/// once it is overdue at growing intervals.
pub(crate) fn aim(samples: &[f64], passed: f64, grid: Grid) -> f64 {
    let to_come = later_than(samples, passed);
    if to_come.is_empty() {
        let overdue = passed - quantile(samples, 0.5);
        return (overdue * 0.3).max(0.2);
    }
    let due = quantile(to_come, if grid == Grid::Fine { 0.1 } else { 0.25 }) - passed;
    due.max(spread_of(samples) / grid.polls())
}

/// Seconds to the next poll of a prediction that runs and shows nothing, at an age of `passed`: the
/// end is then noticed within 6 % of all the time it took, or within the shortest of these steps.
pub(crate) fn blind(passed: f64, unit: f64) -> f64 {
    /// A run that has just begun is given time to show its first bar.
    const EARLY: f64 = 4.0;
    let step = if passed < EARLY * unit { 0.9 } else { 0.68 };
    (step * unit).max(0.055 * passed)
}

/// Those of sorted samples beyond a value.
pub(crate) fn later_than(samples: &[f64], passed: f64) -> &[f64] {
    &samples[samples.partition_point(|sample| *sample <= passed)..]
}

/// Every sample with and without an error of up to so many seconds, sorted: an end that may be
/// sooner by that much.
pub(crate) fn sooner_by(samples: &[f64], error: f64) -> Vec<f64> {
    let parts: &[f64] = if error > 0.0 { &[1.0, 0.5, 0.0] } else { &[0.0] };
    let mut all: Vec<f64> = samples
        .iter()
        .flat_map(|sample| parts.iter().map(move |part| sample - part * error))
        .collect();
    all.sort_by(f64::total_cmp);
    all
}

/// From sorted samples, between neighbours in proportion; 0 of none.
pub(crate) fn quantile(sorted: &[f64], part: f64) -> f64 {
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
pub(crate) fn spread_of(sorted: &[f64]) -> f64 {
    quantile(sorted, 0.9) - quantile(sorted, 0.1)
}
