//! What the accepted creates would have been billed, in units of quota, as a gateway of the new-api
//! family counts it: one account, whatever key is presented.

use quickrouter_api::routes::origin;
use std::collections::VecDeque;
use std::time::SystemTime;

/// Highest ratio of a group: the emulator's own limit.
pub(crate) const HIGHEST_RATIO: f64 = 1000.0;
/// How many charges are listed; then the oldest is dropped.
const MAX_CHARGES: usize = 1_000;

/// What a create costs, and what there is to spend.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tariff {
    /// `None`: unlimited.
    pub(crate) quota: Option<u64>,
    /// Names and ratios; the key is of the first.
    groups: Vec<(String, f64)>,
}

impl Tariff {
    pub(crate) fn set_ratio(&mut self, name: String, ratio: f64) {
        match self.groups.iter_mut().find(|(known, _)| *known == name) {
            Some(group) => group.1 = ratio,
            None => self.groups.push((name, ratio)),
        }
    }

    /// The first group that cannot be one.
    pub(crate) fn wrong_group(&self) -> Option<&(String, f64)> {
        let wrong = |(name, ratio): &&(String, f64)| {
            name.trim().is_empty() || !(0.0..=HIGHEST_RATIO).contains(ratio)
        };
        self.groups.iter().find(wrong)
    }

    /// All groups with their ratios.
    pub(crate) fn groups(&self) -> Vec<(&str, f64)> {
        match &self.groups[..] {
            [] => vec![(origin::groups::DEFAULT, 1.0)],
            groups => groups.iter().map(|(name, ratio)| (name.as_str(), *ratio)).collect(),
        }
    }

    /// The units that a call of this price costs: times the ratio of the key's group.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "price and ratio are at most 1000 each"
    )]
    pub(crate) fn units(&self, price: f64) -> u64 {
        let ratio = self.groups.first().map_or(1.0, |(_, ratio)| *ratio);
        (price * ratio * origin::UNITS_PER_MONEY as f64).round() as u64
    }
}

/// A line of the list of charges.
#[derive(Debug, Clone)]
pub(crate) struct Charge {
    pub(crate) at: SystemTime,
    pub(crate) model: String,
    pub(crate) units: u64,
    /// Whether it gives back what an earlier one took.
    pub(crate) is_refund: bool,
    /// That of the create.
    pub(crate) request_id: String,
}

/// The quota does not cover a create.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QuotaExceeded {
    pub(crate) available: u64,
    pub(crate) units: u64,
}

/// The account.
#[derive(Debug)]
pub(crate) struct Billing {
    quota: Option<u64>,
    used: u64,
    /// Oldest first.
    charges: VecDeque<Charge>,
    /// Those of predictions that are going to fail.
    refunds: Vec<Charge>,
}

impl Billing {
    /// An account that has used this much before.
    pub(crate) fn new(quota: Option<u64>, used: u64) -> Self {
        Self { quota, used, charges: VecDeque::new(), refunds: Vec::new() }
    }

    /// What is used by now.
    pub(crate) fn used(&mut self, now: SystemTime) -> u64 {
        self.settle(now);
        self.used
    }

    /// Takes the units of a create that is about to be accepted.
    pub(crate) fn reserve(&mut self, units: u64, now: SystemTime) -> Result<(), QuotaExceeded> {
        self.settle(now);
        if let Some(quota) = self.quota {
            let available = quota.saturating_sub(self.used);
            if available == 0 || available < units {
                return Err(QuotaExceeded { available, units });
            }
        }
        self.used = self.used.saturating_add(units);
        Ok(())
    }

    /// Gives back what was reserved for a create that was not accepted.
    pub(crate) fn release(&mut self, units: u64) {
        self.used = self.used.saturating_sub(units);
    }

    /// Lists a create whose units are reserved; they come back at `fails_at`.
    pub(crate) fn charge(&mut self, charge: Charge, fails_at: Option<SystemTime>) {
        if let Some(at) = fails_at {
            self.refunds.push(Charge { at, is_refund: true, ..charge.clone() });
        }
        self.list(charge);
    }

    /// The charges by now, newest first.
    pub(crate) fn charges(&mut self, now: SystemTime) -> impl Iterator<Item = &Charge> {
        self.settle(now);
        self.charges.iter().rev()
    }

    /// Gives back what is due.
    fn settle(&mut self, now: SystemTime) {
        let mut due: Vec<Charge> = self.refunds.extract_if(.., |refund| refund.at <= now).collect();
        due.sort_by_key(|refund| refund.at);
        for refund in due {
            self.release(refund.units);
            self.list(refund);
        }
    }

    fn list(&mut self, charge: Charge) {
        if self.charges.len() >= MAX_CHARGES {
            self.charges.pop_front();
        }
        self.charges.push_back(charge);
    }
}
