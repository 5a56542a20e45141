//! One prediction, and its row.

use crate::faults::WebhookFault;
use crate::model::entry::ModelEntry;
use crate::model::lifecycle::{Lifecycle, Snapshot};
use crate::model::outputs::Part;
use crate::model::replay::Shown;
use crate::store::Row;
use bytes::Bytes;
use quickrouter_api::types::WebhookEvent;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

/// One prediction.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: Arc<str>,
    pub(crate) model: Arc<ModelEntry>,
    /// The version that runs.
    pub(crate) version: Arc<str>,
    /// As JSON: most requests only write it out again.
    pub(crate) input: Arc<RawValue>,
    pub(crate) lifecycle: Lifecycle,
    /// The id of its stream: anyone who knows it may follow, without a key.
    pub(crate) stream: String,
    /// Dropped outputs, counted from 0.
    pub(crate) dropped: Vec<usize>,
    pub(crate) webhook: Option<Webhook>,
}

/// A webhook of a prediction.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    /// The events to report; all if empty.
    pub(crate) events: Vec<WebhookEvent>,
    pub(crate) fault: Option<WebhookFault>,
}

impl Record {
    pub(crate) fn at(&self, now: SystemTime) -> Snapshot {
        self.lifecycle.at(now)
    }

    /// The indices of its files once it has succeeded.
    pub(crate) fn files(&self) -> impl Iterator<Item = usize> {
        (0..self.lifecycle.plan.outputs.files()).filter(|index| !self.dropped.contains(index))
    }

    /// All parts of its output.
    pub(crate) fn parts(&self) -> Vec<Part<'_>> {
        self.lifecycle.plan.outputs.parts(&self.dropped)
    }

    /// The parts of its output that are there.
    pub(crate) fn parts_at(&self, snapshot: &Snapshot) -> Vec<Part<'_>> {
        if snapshot.removed || snapshot.started_at.is_none() {
            return Vec::new();
        }
        if snapshot.has_all() {
            return self.parts();
        }
        self.lifecycle.plan.outputs.parts_after(snapshot.ran, &self.dropped)
    }

    /// The recorded output that is there; all of it if it is `complete`.
    pub(crate) fn recorded_at(&self, snapshot: &Snapshot, complete: bool) -> Option<Shown<'_>> {
        let begun = snapshot.started_at.is_some() || snapshot.is_terminal();
        let replay = self.lifecycle.plan.recorded().filter(|_| begun && !snapshot.removed)?;
        replay.output_after(snapshot.ran, complete)
    }

    /// The last segment of the URL of a file.
    pub(crate) fn file_name(&self, index: usize) -> Cow<'_, str> {
        match self.lifecycle.plan.recorded() {
            Some(replay) => replay.files.get(index).map_or("", |file| &file.url_name).into(),
            None => {
                let (extension, _) = self.lifecycle.plan.outputs.media(index).file_type();
                format!("out-{index}.{extension}").into()
            }
        }
    }
}

/// A prediction to be written.
pub(crate) struct RecordRow {
    record: Arc<Record>,
    bytes: usize,
}

impl RecordRow {
    pub(crate) fn of(record: &Arc<Record>, bytes: usize) -> Self {
        Self { record: Arc::clone(record), bytes }
    }
}

/// What is written of it. The model is known by its name.
#[derive(Serialize)]
struct Written<'a> {
    id: &'a str,
    model: &'a str,
    version: &'a str,
    input: &'a RawValue,
    lifecycle: &'a Lifecycle,
    stream: &'a str,
    dropped: &'a [usize],
    webhook: Option<&'a Webhook>,
    bytes: usize,
}

impl Row for RecordRow {
    fn bytes(&self) -> Result<Bytes, String> {
        // All fields by name, so that none is forgotten.
        let Record { id, model, version, input, lifecycle, stream, dropped, webhook } =
            &*self.record;
        let written = Written {
            id,
            model: &model.name,
            version,
            input,
            lifecycle,
            stream,
            dropped,
            webhook: webhook.as_ref(),
            bytes: self.bytes,
        };
        serde_json::to_vec(&written).map(Bytes::from).map_err(|error| error.to_string())
    }
}
