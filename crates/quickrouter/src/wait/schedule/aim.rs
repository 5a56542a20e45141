//! When to poll, in seconds, with and without samples of earlier durations.

/// How densely to poll around an expected end, depending on how reliable the samples are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Grid {
    /// About two polls within the spread of unreliable samples.
    Rough,
    /// About three polls within the spread of the samples.
    Coarse,
    /// About five, if nothing was polled for before.
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

/// Seconds from `passed` to the next poll, given sorted `samples` of the total time: when a quarter
/// of the remaining samples would be terminal, then several times within their spread, and at
/// growing intervals once it is overdue.
pub(crate) fn aim(samples: &[f64], passed: f64, grid: Grid) -> f64 {
    let to_come = later_than(samples, passed);
    if to_come.is_empty() {
        let overdue = passed - quantile(samples, 0.5);
        return (overdue * 0.3).max(0.2);
    }
    let until_due = quantile(to_come, if grid == Grid::Fine { 0.1 } else { 0.25 }) - passed;
    until_due.max(spread_of(samples) / grid.polls())
}

/// Seconds to the next poll of a running prediction without progress bars, aged `passed`: its end
/// is noticed within 6 % of its total time, or within the shortest of these steps.
pub(crate) fn without_estimate(passed: f64, unit: f64) -> f64 {
    /// Gives a new run time to print its first bar.
    const EARLY: f64 = 4.0;
    let step = if passed < EARLY * unit { 0.9 } else { 0.68 };
    (step * unit).max(0.055 * passed)
}

/// The sorted samples greater than a value.
pub(crate) fn later_than(samples: &[f64], passed: f64) -> &[f64] {
    &samples[samples.partition_point(|sample| *sample <= passed)..]
}

/// Every sample with and without an error of up to this many seconds, sorted: the end may be
/// earlier by that much.
pub(crate) fn sooner_by(samples: &[f64], error: f64) -> Vec<f64> {
    let parts: &[f64] = if error > 0.0 { &[1.0, 0.5, 0.0] } else { &[0.0] };
    let mut all: Vec<f64> = samples
        .iter()
        .flat_map(|sample| parts.iter().map(move |part| sample - part * error))
        .collect();
    all.sort_by(f64::total_cmp);
    all
}

/// A quantile of sorted samples, interpolated linearly; 0 if there are none.
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

/// The spread of most samples (10th to 90th percentile).
pub(crate) fn spread_of(sorted: &[f64]) -> f64 {
    quantile(sorted, 0.9) - quantile(sorted, 0.1)
}
