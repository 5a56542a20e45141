//! Records what was delivered to webhooks, for tests and for the page, within limits.

use super::record::Delivery;
use super::row::DeliveryRow;
use crate::store::{Journal, Table};
use std::collections::VecDeque;

/// How many deliveries are kept; then the oldest is dropped.
const MAX_COUNT: usize = 2_000;

/// The last deliveries.
#[derive(Debug, Default)]
pub(crate) struct DeliveryLog {
    count: u64,
    recent: VecDeque<Delivery>,
    journal: Journal,
}

impl DeliveryLog {
    /// The deliveries that were kept, oldest first, and a journal for those to come.
    pub(crate) fn restore(&mut self, kept: Vec<Delivery>, journal: Journal) {
        self.count = kept.last().map_or(0, |delivery| delivery.number);
        self.recent = kept.into();
        self.journal = journal;
    }

    /// Adds a delivery; returns its number.
    pub(crate) fn push(&mut self, mut delivery: Delivery) -> u64 {
        self.count += 1;
        delivery.number = self.count;
        keep(&self.journal, &delivery);
        self.recent.push_back(delivery);
        if self.recent.len() > MAX_COUNT
            && let Some(oldest) = self.recent.pop_front()
        {
            self.journal.remove(Table::Deliveries, oldest.number);
        }
        self.count
    }

    /// Updates the delivery of this number, if it is still kept.
    pub(crate) fn update(&mut self, number: u64, update: impl FnOnce(&mut Delivery)) {
        let first = self.recent.front().map_or(0, |delivery| delivery.number);
        let index = number.checked_sub(first).and_then(|index| usize::try_from(index).ok());
        if let Some(delivery) = index.and_then(|index| self.recent.get_mut(index)) {
            update(delivery);
            keep(&self.journal, delivery);
        }
    }

    /// All that are kept, oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Delivery> {
        self.recent.iter()
    }
}

fn keep(journal: &Journal, delivery: &Delivery) {
    if journal.keeps() {
        journal.put(Table::Deliveries, delivery.number, DeliveryRow::json(delivery));
    }
}
