//! The bill of one create: reserved before it is accepted, given back if it is not.

use crate::state::billing::Charge;
use crate::state::predictions::Record;
use crate::state::totals::{REFUNDED, USED};
use crate::state::{Shared, State};
use crate::store::Change;
use crate::wire::problem::Problem;
use quickrouter_api::Status;
use std::sync::Arc;
use std::time::SystemTime;

/// Units of quota that are reserved for a create. Dropped without a charge, it gives them back.
pub(super) struct Bill {
    state: Shared,
    units: u64,
    request_id: String,
    charged: bool,
}

impl Bill {
    /// Reserves what a create costs: once, however many outputs it asks for, as the family's price list
    /// has it.
    pub(super) fn reserve(state: &Shared, request_id: &str) -> Result<Self, Problem> {
        let units = state.tariff.units(state.price.get());
        let reserved = state.billing().reserve(units, state.now());
        reserved.map_err(|exceeded| {
            Problem::over_quota(state.traits.error_format, exceeded.available, exceeded.units)
        })?;
        let (state, request_id) = (Arc::clone(state), request_id.to_owned());
        Ok(Self { state, units, request_id, charged: false })
    }

    /// What is kept of it, with the prediction.
    pub(super) fn count(&self, record: &Record, change: Change) -> Change {
        let change = if self.units > 0 { change.count(USED, self.units) } else { change };
        match fails_at(record) {
            Some(_) if self.units > 0 => change.count(REFUNDED, self.units),
            _ => change,
        }
    }

    /// The create is accepted.
    pub(super) fn charge(mut self, record: &Record) {
        self.charged = true;
        let charge = Charge {
            at: record.lifecycle.created_at,
            model: record.model.name.clone(),
            units: self.units,
            is_refund: false,
            request_id: std::mem::take(&mut self.request_id),
        };
        self.state.billing().charge(charge, fails_at(record));
    }
}

impl Drop for Bill {
    fn drop(&mut self) {
        if !self.charged {
            self.state.billing().release(self.units);
        }
    }
}

/// When a prediction fails, which is known from its create on: the family then refunds it. One that is
/// canceled before is refunded as well.
fn fails_at(record: &Record) -> Option<SystemTime> {
    let end = record.lifecycle.end();
    (record.at(end).status == Status::Failed).then_some(end)
}

/// What a key has used, and what there is.
pub(super) struct Balance {
    pub(super) used: u64,
    pub(super) quota: Option<u64>,
}

pub(super) fn balance(state: &State) -> Balance {
    Balance { used: state.billing().used(state.now()), quota: state.tariff.quota }
}
