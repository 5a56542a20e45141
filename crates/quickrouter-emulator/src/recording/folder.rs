//! The recordings of a folder: what is kept of them in memory, and how they are found.

use crate::error::Error;
use crate::model::entry::ModelEntry;
use crate::model::hex::hex;
use crate::model::names;
use crate::model::replay::Replay;
use crate::model::timing::Timing;
use crate::recording::closest::{Asked, Closest, Entry, closest};
use crate::recording::format::{RecordedRoute, Recording};
use crate::recording::key::{Target, canonical_input};
use crate::recording::read::read;
use crate::recording::replay::replay;
use quickrouter_api::Status;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Most recordings in a folder.
const MAX_COUNT: usize = 100_000;
/// Most bytes of recordings in memory, by the size of what is kept of their JSON.
const MAX_BYTES: usize = 1024 * 1024 * 1024;
/// Longer texts of an input are kept as their digest only.
const LONG_TEXT: usize = 1024;

/// The recordings of a folder. Their files stay on disk, and so do long texts of their inputs.
#[derive(Debug, Default)]
pub(crate) struct Recordings {
    entries: Vec<Entry>,
    by_key: HashMap<String, Group>,
    /// How many were skipped since they are incomplete.
    incomplete: usize,
    /// Stand in for models that the catalog does not have.
    models: Mutex<HashMap<String, Arc<ModelEntry>>>,
}

/// The recordings of one key, from the oldest to the newest.
#[derive(Debug, Default)]
struct Group {
    places: Vec<usize>,
    /// How many creates they have answered.
    answered: AtomicUsize,
}

/// The recordings of a folder: its files whose names end in `.json` and do not start with a dot.
///
/// # Errors
/// [`Error::Recording`] if the folder cannot be read, or has too many.
pub(crate) fn paths(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |why: String| Error::Recording { path: folder.to_owned(), why };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(error.to_string()))? {
        let entry = entry.map_err(|error| failed(error.to_string()))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".json") && !name.starts_with('.') {
            paths.push(entry.path());
        }
        if paths.len() > MAX_COUNT {
            return Err(failed(format!("it has more than {MAX_COUNT} recordings")));
        }
    }
    paths.sort();
    Ok(paths)
}

impl Recordings {
    /// Reads all recordings of a folder. Incomplete ones are counted and left out.
    ///
    /// # Errors
    /// [`Error::Recording`] for the first that cannot be read or is not a recording.
    pub(crate) fn load(folder: &Path, timing: &Timing) -> Result<Self, Error> {
        let failed = |why: String| Error::Recording { path: folder.to_owned(), why };
        let paths = paths(folder)?;
        let (mut recordings, mut found, mut bytes) = (Self::default(), Vec::new(), 0);
        for path in &paths {
            let Some(one) = LoadedRecording::of(read(path)?, path, folder, timing) else {
                recordings.incomplete += 1;
                continue;
            };
            bytes += one.bytes;
            if bytes > MAX_BYTES {
                return Err(failed(format!("its recordings exceed {MAX_BYTES} bytes in memory")));
            }
            found.push(one);
        }
        let age = |one: &LoadedRecording| (one.entry.recorded_at.clone(), one.entry.name.clone());
        found.sort_by_cached_key(age);
        for (place, one) in found.into_iter().enumerate() {
            for key in one.keys {
                recordings.by_key.entry(key).or_default().places.push(place);
            }
            recordings.entries.push(one.entry);
        }
        Ok(recordings)
    }

    /// What answers a create that asks for this, with this input, as [`canonical_input`] returns it.
    /// Several recordings answer in turn, from the oldest to the newest.
    pub(crate) fn find(&self, asked: &Asked, input: &Value) -> Option<&Arc<Replay>> {
        let group = |target: Target| {
            let group = self.by_key.get(&target.key(input))?;
            let fitting = group.places.iter().map(|place| &self.entries[*place]);
            let fitting: Vec<&Entry> = fitting.filter(|entry| entry.asked.answers(asked)).collect();
            if fitting.is_empty() {
                return None;
            }
            let turn = group.answered.fetch_add(1, Ordering::Relaxed);
            Some(&fitting[turn % fitting.len()].replay)
        };
        let by_version = asked.version_target().and_then(group);
        by_version.or_else(|| asked.model_target().and_then(group))
    }

    /// The recording that is most like this create, and how it differs.
    pub(crate) fn closest(&self, asked: &Asked, input: &Value) -> Option<Closest<'_>> {
        let mut short = input.clone();
        shorten(&mut short);
        closest(&self.entries, asked, &short)
    }

    /// Stands in for a model that the catalog does not have.
    pub(crate) fn unlisted(&self, name: &str) -> Arc<ModelEntry> {
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        let made = models.entry(name.to_owned());
        Arc::clone(made.or_insert_with(|| Arc::new(ModelEntry::free(name))))
    }

    /// How many can be replayed.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many are incomplete, and so not replayed.
    pub(crate) fn incomplete(&self) -> usize {
        self.incomplete
    }
}

/// A recording that can be replayed.
struct LoadedRecording {
    entry: Entry,
    keys: Vec<String>,
    /// About how much memory it takes.
    bytes: usize,
}

impl LoadedRecording {
    /// `None` if it is incomplete.
    fn of(recording: Recording, path: &Path, folder: &Path, timing: &Timing) -> Option<Self> {
        let ended = recording.life.last().map(|last| Status::from(last.status.as_str()));
        if !recording.is_complete() || !ended.is_some_and(|status| status.is_terminal()) {
            return None;
        }
        let (replay, asked) = (replay(&recording, folder, timing), asked(&recording));
        let mut input = canonical_input(&recording.request.input, &|_| None);
        let targets = [asked.version_target(), asked.model_target()].into_iter().flatten();
        let keys = targets.map(|target| target.key(&input)).collect();
        shorten(&mut input);
        let input_bytes = serde_json::to_string(&input).map_or(0, |text| text.len());
        let bytes = 2 * (replay.bytes + input_bytes) + replay.inline_bytes();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let recorded_at = recording.recorded_at;
        let entry = Entry { name, recorded_at, replay: Arc::new(replay), asked, input };
        Some(Self { entry, keys, bytes })
    }
}

/// What a recording is found by. The version is the one that was asked for, or else the one that ran,
/// if the gateway said which.
fn asked(recording: &Recording) -> Asked {
    let named = |key: &str| recording.prediction.get(key).and_then(Value::as_str);
    let request = &recording.request;
    let asked = request.version.as_deref().map(Asked::by_version);
    let deployment = request.route == RecordedRoute::Deployment;
    let ran = named("version").filter(|id| !deployment && names::is_version(id));
    let model = request.model.clone().or_else(|| asked.as_ref()?.model.clone());
    Asked {
        model: model.or_else(|| named("model").filter(|_| !deployment).map(str::to_owned)),
        version: asked.and_then(|asked| asked.version).or_else(|| ran.map(str::to_owned)),
        deployment,
    }
}

/// Replaces long texts by their size and digest.
pub(crate) fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > LONG_TEXT => {
            let digest = hex(&Sha256::digest(text.as_bytes())[..8]);
            let start: String = text.chars().take(64).collect();
            *text = format!("{start}... ({} bytes, {digest})", text.len());
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(items) => items.values_mut().for_each(shorten),
        _ => {}
    }
}
