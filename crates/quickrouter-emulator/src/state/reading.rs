//! Reads what was kept.

use crate::delivery::Delivery;
use crate::model::catalog::Catalog;
use crate::model::definition::ModelDefinition;
use crate::model::entry::ModelEntry;
use crate::model::lifecycle::Lifecycle;
use crate::model::outputs::Outputs;
use crate::model::replay::Replay;
use crate::state::files::File;
use crate::state::kept::Kept;
use crate::state::record::{Record, Webhook};
use crate::store::{Loaded, Table};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A prediction as it was written.
#[derive(Deserialize)]
struct KeptRecord {
    id: String,
    model: String,
    version: String,
    input: Box<RawValue>,
    lifecycle: Lifecycle,
    stream: String,
    dropped: Vec<usize>,
    webhook: Option<Webhook>,
    bytes: usize,
}

impl Kept {
    /// The keys of the rows of models, and those models that none of `given` replaces, by its name, a
    /// version or a deployment.
    ///
    /// # Errors
    /// Which row cannot be read.
    pub(crate) fn models(
        loaded: &mut Loaded,
        given: &[ModelDefinition],
    ) -> Result<(Vec<u64>, Vec<ModelDefinition>), String> {
        let mut taken: HashSet<String> = given.iter().flat_map(words).collect();
        let (mut keys, mut models) = (Vec::new(), Vec::new());
        for (key, row) in loaded.take(Table::Models) {
            keys.push(key);
            let definition: ModelDefinition = parsed(Table::Models, key, &row)?;
            let own: Vec<String> = words(&definition).collect();
            if own.iter().any(|word| taken.contains(word)) {
                continue;
            }
            taken.extend(own);
            models.push(definition);
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
        let replays = replays(loaded.take(Table::Recordings))?;
        Ok(Self {
            starts: loaded.starts,
            predictions: predictions(loaded.take(Table::Predictions), catalog, &replays)?,
            recordings: replays.into_keys().collect(),
            files: files(loaded.take(Table::Files), loaded.take(Table::Contents))?,
            deliveries: deliveries(loaded.take(Table::Deliveries))?,
            webhooks: loaded.take(Table::Webhooks),
            models,
            totals: loaded.totals,
        })
    }
}

/// What no two models may have in common.
fn words(definition: &ModelDefinition) -> impl Iterator<Item = String> {
    let versions = definition.versions.iter().map(|id| format!("version {id}"));
    let deployments = definition.deployments.iter().map(|name| format!("deployment {name}"));
    let all = versions.chain(deployments).chain([format!("model {}", definition.name)]);
    all.map(|word| word.to_ascii_lowercase())
}

fn parsed<T: DeserializeOwned>(table: Table, key: u64, row: &[u8]) -> Result<T, String> {
    serde_json::from_slice(row).map_err(|error| unreadable(table, key, &error))
}

fn unreadable(table: Table, key: u64, error: &dyn std::fmt::Display) -> String {
    let table = table.name();
    format!("row {key} of its table {table} cannot be read ({error}); move it away to begin anew")
}

/// What was replayed, by its digest.
fn replays(rows: Vec<(u64, Bytes)>) -> Result<HashMap<u64, Arc<Replay>>, String> {
    let read = |(digest, row): (u64, Bytes)| {
        let replay: Replay = parsed(Table::Recordings, digest, &row)?;
        Ok((digest, Arc::new(Replay { digest, ..replay })))
    };
    rows.into_iter().map(read).collect()
}

/// Lets a prediction have what it replays.
fn share(outputs: &mut Outputs, replays: &HashMap<u64, Arc<Replay>>) -> Result<(), &'static str> {
    if let Outputs::Recorded(replay) = outputs {
        *replay = replays.get(&replay.digest).cloned().ok_or("its recording is missing")?;
    }
    Ok(())
}

fn predictions(
    rows: Vec<(u64, Bytes)>,
    catalog: &Catalog,
    replays: &HashMap<u64, Arc<Replay>>,
) -> Result<Vec<(u64, usize, Record)>, String> {
    let mut gone: HashMap<String, Arc<ModelEntry>> = HashMap::new();
    let mut read = |(key, row): (u64, Bytes)| {
        let mut kept: KeptRecord = parsed(Table::Predictions, key, &row)?;
        share(&mut kept.lifecycle.plan.outputs, replays)
            .map_err(|why| unreadable(Table::Predictions, key, &why))?;
        let known = catalog.find(&kept.model).filter(|model| model.name == kept.model);
        let model = match known.or_else(|| gone.get(&kept.model)) {
            Some(model) => Arc::clone(model),
            None => {
                let made = Arc::new(ModelEntry::free(&kept.model));
                gone.insert(kept.model, Arc::clone(&made));
                made
            }
        };
        let record = Record {
            id: kept.id.into(),
            model,
            version: kept.version.into(),
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
