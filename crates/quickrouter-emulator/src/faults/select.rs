//! Which faults a request meets.

use super::apply::AppliedFaults;
use super::fault::{CREATE, Fault, Faults, Nth, OUTPUT};
use crate::model::rng::Rng;
use crate::wire::paths::{is_create, is_output};
use http::request::Parts;

/// The faults of one gateway, and what they have seen so far.
#[derive(Debug, Default)]
pub(crate) struct FaultSelector {
    faults: Faults,
    /// For each fault: how many requests fitted its route, and what its odds are drawn from.
    seen: Vec<(u64, Rng)>,
}

impl FaultSelector {
    /// Starts to count and to draw anew.
    pub(crate) fn new(faults: Faults) -> Self {
        let all = 0..faults.faults.len();
        let seen = all.map(|index| (0, rng_for(faults.seed, index))).collect();
        Self { faults, seen }
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// What this request meets.
    pub(crate) fn select(&mut self, operation: Option<&str>, parts: &Parts) -> AppliedFaults {
        if self.seen.is_empty() {
            return AppliedFaults::default();
        }
        let output = operation.is_none() && is_output(parts.uri.path());
        let mut effects = Vec::new();
        for (fault, (count, rng)) in self.faults.faults.iter().zip(&mut self.seen) {
            if fits(fault, operation, output) && chosen(fault, count, rng) {
                effects.push(fault.effect.clone());
            }
        }
        AppliedFaults::new(effects)
    }
}

/// What the page shows, and switches one by one.
#[cfg(feature = "page")]
impl FaultSelector {
    /// For each fault, whether it has had its turn and will not come again.
    pub(crate) fn spent(&self) -> Vec<bool> {
        let all = self.faults.faults.iter().zip(&self.seen);
        all.map(|(fault, (count, _))| match &fault.on.nth {
            None => false,
            Some(Nth::One(nth)) => nth <= count,
            Some(Nth::Each(all)) => all.iter().all(|nth| nth <= count),
        })
        .collect()
    }

    /// The others, which go on counting and drawing.
    pub(crate) fn without(&self, fault: &Fault) -> Self {
        let others = self.faults.faults.iter().zip(&self.seen).filter(|(other, _)| *other != fault);
        let (faults, seen) = others.map(|(other, seen)| (other.clone(), seen.clone())).unzip();
        Self { faults: Faults { seed: self.faults.seed, faults }, seen }
    }

    /// The same and one more, which starts to count.
    pub(crate) fn and(mut self, fault: Fault) -> Self {
        self.seen.push((0, rng_for(self.faults.seed, self.faults.faults.len())));
        self.faults.faults.push(fault);
        self
    }
}

/// Each fault has rng of its own, so that one does not change what the others draw.
fn rng_for(seed: u64, index: usize) -> Rng {
    Rng::from_bytes(format!("{seed}/{index}").as_bytes())
}

fn fits(fault: &Fault, operation: Option<&str>, output: bool) -> bool {
    match (fault.on.route.as_deref(), operation) {
        (None, operation) => operation.is_some(),
        (Some(OUTPUT), _) => output,
        (Some(CREATE), Some(operation)) => is_create(operation),
        (Some(route), operation) => Some(route) == operation,
    }
}

fn chosen(fault: &Fault, count: &mut u64, rng: &mut Rng) -> bool {
    *count += 1;
    // Drawn for every request that fits, so that nth changes nothing for the others.
    let drawn = rng.unit();
    let turn = match &fault.on.nth {
        None => true,
        Some(Nth::One(nth)) => nth == count,
        Some(Nth::Each(all)) => all.contains(count),
    };
    turn && fault.on.probability.is_none_or(|odds| drawn < odds)
}
