//! Which faults a request meets.

use super::apply::Met;
use super::fault::{CREATE, Fault, Faults, Nth, OUTPUT};
use crate::model::rng::Numbers;
use crate::wire::paths::{is_create, is_output};
use http::request::Parts;

/// The faults of one gateway, and what they have seen so far.
#[derive(Debug, Default)]
pub(crate) struct Plotted {
    faults: Faults,
    /// For each fault: how many requests fitted its route, and what its odds are drawn from.
    seen: Vec<(u64, Numbers)>,
}

impl Plotted {
    /// Starts to count and to draw anew.
    pub(crate) fn new(faults: Faults) -> Self {
        let all = 0..faults.faults.len();
        let seen = all.map(|index| (0, numbers(faults.seed, index))).collect();
        Self { faults, seen }
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

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
        self.seen.push((0, numbers(self.faults.seed, self.faults.faults.len())));
        self.faults.faults.push(fault);
        self
    }

    /// What this request meets.
    pub(crate) fn meet(&mut self, operation: Option<&str>, parts: &Parts) -> Met {
        if self.seen.is_empty() {
            return Met::default();
        }
        let output = operation.is_none() && is_output(parts.uri.path());
        let mut effects = Vec::new();
        for (fault, (count, numbers)) in self.faults.faults.iter().zip(&mut self.seen) {
            if fits(fault, operation, output) && chosen(fault, count, numbers) {
                effects.push(fault.effect.clone());
            }
        }
        Met::new(effects)
    }
}

/// Each fault has numbers of its own, so that one does not change what the others draw.
fn numbers(seed: u64, index: usize) -> Numbers {
    Numbers::from_bytes(format!("{seed}/{index}").as_bytes())
}

fn fits(fault: &Fault, operation: Option<&str>, output: bool) -> bool {
    match (fault.on.route.as_deref(), operation) {
        (None, operation) => operation.is_some(),
        (Some(OUTPUT), _) => output,
        (Some(CREATE), Some(operation)) => is_create(operation),
        (Some(route), operation) => Some(route) == operation,
    }
}

fn chosen(fault: &Fault, count: &mut u64, numbers: &mut Numbers) -> bool {
    *count += 1;
    // Drawn for every request that fits, so that nth changes nothing for the others.
    let drawn = numbers.unit();
    let turn = match &fault.on.nth {
        None => true,
        Some(Nth::One(nth)) => nth == count,
        Some(Nth::Each(all)) => all.contains(count),
    };
    turn && fault.on.probability.is_none_or(|odds| drawn < odds)
}
