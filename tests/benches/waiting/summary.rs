//! What waiting for many predictions comes to.

/// One prediction, waited for.
#[derive(Clone, Copy)]
pub(crate) struct Noticed {
    /// From created to over, in seconds.
    pub(crate) took: f64,
    /// From over to noticed, in seconds.
    pub(crate) lag: f64,
    pub(crate) requests: u64,
}

impl Noticed {
    pub(crate) fn is_of_eight_seconds(&self) -> bool {
        (7.0..=9.0).contains(&self.took)
    }
}

/// Many predictions in short.
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) most: f64,
    pub(crate) requests: f64,
}

impl Summary {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    pub(crate) fn of<'a>(noticed: impl IntoIterator<Item = &'a Noticed>) -> Self {
        let noticed: Vec<_> = noticed.into_iter().collect();
        let mut lags: Vec<f64> = noticed.iter().map(|one| one.lag).collect();
        lags.sort_by(f64::total_cmp);
        let requests: u64 = noticed.iter().map(|one| one.requests).sum();
        Self {
            median: lags[lags.len() / 2],
            most: lags[lags.len() * 95 / 100],
            requests: requests as f64 / noticed.len() as f64,
        }
    }
}

pub(crate) fn milliseconds(seconds: f64) -> String {
    format!("{:.0} ms", seconds * 1e3)
}

/// Prints the targets, and returns whether all are reached.
pub(crate) fn checked(targets: &[(&str, bool)]) -> bool {
    println!();
    for (target, reached) in targets {
        println!("{}: {target}", if *reached { "reached" } else { "MISSED" });
    }
    targets.iter().all(|(_, reached)| *reached)
}
