//! Selects the faults that apply to a request.

use super::apply::AppliedFaults;
use super::fault::{CREATE, Fault, Faults, Nth, OUTPUT};
use crate::model::rng::Rng;
use crate::wire::paths::{is_create, is_output};
use http::request::Parts;
use quickrouter_api::routes::origin;

/// The faults of one gateway, with their counts so far.
#[derive(Debug, Default)]
pub(crate) struct FaultSelector {
    faults: Faults,
    /// For each fault: how many requests matched its route, and its own random numbers.
    seen: Vec<(u64, Rng)>,
}

impl FaultSelector {
    /// Starts counting and drawing from the beginning.
    pub(crate) fn new(faults: Faults) -> Self {
        let all = 0..faults.faults.len();
        let seen = all.map(|index| (0, rng_for(faults.seed, index))).collect();
        Self { faults, seen }
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Selects the faults that apply to this request, and counts it.
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

/// For the page, which shows faults and switches them one by one.
#[cfg(feature = "page")]
impl FaultSelector {
    /// For each fault, whether it has fired and will not fire again.
    pub(crate) fn spent(&self) -> Vec<bool> {
        let all = self.faults.faults.iter().zip(&self.seen);
        all.map(|(fault, (count, _))| match &fault.on.nth {
            None => false,
            Some(Nth::One(nth)) => nth <= count,
            Some(Nth::Each(all)) => all.iter().all(|nth| nth <= count),
        })
        .collect()
    }

    /// All faults but this one; they keep their counts.
    pub(crate) fn without(&self, fault: &Fault) -> Self {
        let others = self.faults.faults.iter().zip(&self.seen).filter(|(other, _)| *other != fault);
        let (faults, seen) = others.map(|(other, seen)| (other.clone(), seen.clone())).unzip();
        Self { faults: Faults { seed: self.faults.seed, faults }, seen }
    }

    /// The same faults and one more, which starts counting.
    pub(crate) fn and(mut self, fault: Fault) -> Self {
        self.seen.push((0, rng_for(self.faults.seed, self.faults.faults.len())));
        self.faults.faults.push(fault);
        self
    }
}

/// Each fault draws from its own numbers, so that one does not affect the others.
fn rng_for(seed: u64, index: usize) -> Rng {
    Rng::from_bytes(format!("{seed}/{index}").as_bytes())
}

fn fits(fault: &Fault, operation: Option<&str>, output: bool) -> bool {
    match (fault.on.route.as_deref(), operation) {
        // What lies beside the API only if it is named.
        (None, operation) => operation.is_some_and(|name| !is_beside(name)),
        (Some(OUTPUT), _) => output,
        (Some(CREATE), Some(operation)) => is_create(operation),
        (Some(route), operation) => Some(route) == operation,
    }
}

fn is_beside(operation: &str) -> bool {
    origin::ALL.iter().any(|route| route.name == operation)
}

fn chosen(fault: &Fault, count: &mut u64, rng: &mut Rng) -> bool {
    *count += 1;
    // Drawn for every matching request, so that `nth` does not shift the others.
    let drawn = rng.unit();
    let turn = match &fault.on.nth {
        None => true,
        Some(Nth::One(nth)) => nth == count,
        Some(Nth::Each(all)) => all.contains(count),
    };
    turn && fault.on.probability.is_none_or(|odds| drawn < odds)
}
