//! What outlived an earlier process, as it was read at the start.

use crate::delivery::Delivery;
use crate::state::files::File;
use crate::state::record::Record;
use crate::state::totals::RUNS;
use bytes::Bytes;
use std::collections::HashMap;

/// What was kept: nothing, if nothing is.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// How often it was opened before.
    pub(crate) starts: u64,
    pub(crate) totals: HashMap<String, u64>,
    /// Each with its number and its bytes.
    pub(crate) predictions: Vec<(u64, usize, Record)>,
    /// Each with its number and its content.
    pub(crate) files: Vec<(u64, File, Option<Bytes>)>,
    pub(crate) deliveries: Vec<Delivery>,
    /// How far the webhook of the prediction of each number is.
    pub(crate) webhooks: Vec<(u64, Bytes)>,
    /// The keys of the models' rows.
    pub(crate) models: Vec<u64>,
    /// The keys of the rows of recordings.
    pub(crate) recordings: Vec<u64>,
}

impl Kept {
    pub(crate) fn total(&self, name: &str) -> u64 {
        self.totals.get(name).copied().unwrap_or_default()
    }

    /// How many creates each model had.
    pub(crate) fn runs(&self) -> HashMap<String, u64> {
        let all = self.totals.iter();
        all.filter_map(|(name, count)| Some((name.strip_prefix(RUNS)?.to_owned(), *count)))
            .collect()
    }
}
