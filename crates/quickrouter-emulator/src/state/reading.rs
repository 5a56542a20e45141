//! Reads what was kept.

use crate::delivery::Delivery;
use crate::model::catalog::Catalog;
use crate::model::definition::ModelDefinition;
use crate::model::entry::ModelEntry;
use crate::model::lifecycle::Lifecycle;
use crate::state::files::File;
use crate::state::kept::Kept;
use crate::state::record::{Record, Webhook};
use crate::store::{Loaded, Table};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::Arc;

/// A prediction as it was written.
#[derive(Deserialize)]
struct KeptRecord {
    id: String,
    model: String,
    version: Option<String>,
    input: Box<RawValue>,
    lifecycle: Lifecycle,
    stream: String,
    dropped: Vec<usize>,
    webhook: Option<Webhook>,
    bytes: usize,
}

impl Kept {
    /// The models that were kept; their rows are left.
    ///
    /// # Errors
    /// Which row cannot be read.
    pub(crate) fn models(loaded: &mut Loaded) -> Result<(Vec<u64>, Vec<ModelEntry>), String> {
        let (mut keys, mut models) = (Vec::new(), Vec::new());
        for (key, row) in loaded.take(Table::Models) {
            keys.push(key);
            let definition: ModelDefinition = parsed(Table::Models, key, &row)?;
            let name = definition.name.clone();
            match ModelEntry::new(definition) {
                Ok(model) => models.push(model),
                Err(error) => tracing::warn!(name, %error, "a model that was kept is dropped"),
            }
        }
        Ok((keys, models))
    }

    /// The rest.
    ///
    /// # Errors
    /// Which row cannot be read.
    pub(crate) fn read(
        mut loaded: Loaded,
        catalog: &Catalog,
        models: Vec<u64>,
    ) -> Result<Self, String> {
        Ok(Self {
            starts: loaded.starts,
            predictions: predictions(loaded.take(Table::Predictions), catalog)?,
            files: files(loaded.take(Table::Files), loaded.take(Table::Contents))?,
            deliveries: deliveries(loaded.take(Table::Deliveries))?,
            webhooks: loaded.take(Table::Webhooks),
            models,
            totals: loaded.totals,
        })
    }
}

fn parsed<T: DeserializeOwned>(table: Table, key: u64, row: &[u8]) -> Result<T, String> {
    serde_json::from_slice(row).map_err(|error| unreadable(table, key, &error))
}

fn unreadable(table: Table, key: u64, error: &dyn std::fmt::Display) -> String {
    let table = table.name();
    format!("row {key} of its table {table} cannot be read ({error}); move it away to begin anew")
}

fn predictions(
    rows: Vec<(u64, Bytes)>,
    catalog: &Catalog,
) -> Result<Vec<(u64, usize, Record)>, String> {
    let mut gone: HashMap<(String, Option<String>), Arc<ModelEntry>> = HashMap::new();
    let mut read = |(key, row): (u64, Bytes)| {
        let kept: KeptRecord = parsed(Table::Predictions, key, &row)?;
        let same = |model: &&Arc<ModelEntry>| {
            model.name == kept.model && model.latest_version() == kept.version.as_deref()
        };
        let model = match catalog.find(&kept.model).filter(same) {
            Some(model) => Arc::clone(model),
            None => match gone.get(&(kept.model.clone(), kept.version.clone())) {
                Some(model) => Arc::clone(model),
                None => {
                    let made = ModelEntry::stand_in(&kept.model, kept.version.as_deref());
                    let made = made.map_err(|error| unreadable(Table::Predictions, key, &error))?;
                    let made = Arc::new(made);
                    gone.insert((kept.model, kept.version), Arc::clone(&made));
                    made
                }
            },
        };
        let record = Record {
            id: kept.id.into(),
            model,
            input: kept.input.into(),
            lifecycle: kept.lifecycle,
            stream: kept.stream,
            dropped: kept.dropped,
            webhook: kept.webhook,
        };
        Ok((key, kept.bytes, record))
    };
    rows.into_iter().map(&mut read).collect()
}

fn files(
    rows: Vec<(u64, Bytes)>,
    contents: Vec<(u64, Bytes)>,
) -> Result<Vec<(u64, File, Option<Bytes>)>, String> {
    let mut contents: HashMap<u64, Bytes> = contents.into_iter().collect();
    let mut read = |(key, row): (u64, Bytes)| {
        Ok((key, parsed::<File>(Table::Files, key, &row)?, contents.remove(&key)))
    };
    rows.into_iter().map(&mut read).collect()
}

fn deliveries(rows: Vec<(u64, Bytes)>) -> Result<Vec<Delivery>, String> {
    let read = |(key, row): (u64, Bytes)| {
        Delivery::from_row(&row).map_err(|error| unreadable(Table::Deliveries, key, &error))
    };
    rows.into_iter().map(read).collect()
}
