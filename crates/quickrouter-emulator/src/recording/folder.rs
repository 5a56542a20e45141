//! The recordings of a folder: what is kept of them in memory, and how they are found.

use crate::error::Error;
use crate::recording::closest::{Closest, Entry, closest};
use crate::recording::format::{RecordedFile, Recording};
use crate::recording::key::{Target, canonical_input};
use crate::recording::read::read;
use crate::recording::scrub::hex;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most recordings in a folder.
const MAX_COUNT: usize = 100_000;
/// Most bytes of recordings in memory, by the size of what is kept of their JSON.
const MAX_BYTES: usize = 1024 * 1024 * 1024;
/// Longer texts of an input are kept as their digest only.
const LONG_TEXT: usize = 1024;

/// The recordings of a folder. Their files stay on disk, and so do long texts of their inputs.
#[derive(Debug, Default)]
pub(crate) struct Recordings {
    folder: PathBuf,
    entries: Vec<Entry>,
    by_key: HashMap<String, usize>,
    /// Those that are incomplete, and so not replayed.
    unfinished: Vec<(PathBuf, Recording)>,
}

impl Recordings {
    /// Reads all recordings of a folder: its files whose names end in `.json` and do not start with
    /// a dot. Incomplete ones are counted and left out; of equal ones the newest counts.
    ///
    /// # Errors
    /// [`Error::Recording`] for the first that cannot be read or is not a recording.
    pub(crate) fn load(folder: &Path) -> Result<Self, Error> {
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
        let mut recordings = Self { folder: folder.to_owned(), ..Self::default() };
        let mut bytes = 0;
        for path in &paths {
            bytes += recordings.insert(path, read(path)?);
            if bytes > MAX_BYTES {
                return Err(failed(format!("its recordings exceed {MAX_BYTES} bytes in memory")));
            }
        }
        Ok(recordings)
    }

    /// Adds a recording; returns about how many bytes it takes.
    fn insert(&mut self, path: &Path, mut recording: Recording) -> usize {
        if !recording.is_complete() {
            let bytes = serde_json::to_string(&recording).map_or(0, |text| text.len() * 2);
            self.unfinished.push((path.to_owned(), recording));
            return bytes;
        }
        let target = Target::of(&recording.request);
        let mut input = canonical_input(&recording.request.input, &|_| None);
        let key = target.key(&input);
        shorten(&mut input);
        recording.request.input.values_mut().for_each(shorten);
        recording.prediction.get_mut("input").map(shorten);
        let bytes = serde_json::to_string(&recording).map_or(0, |text| text.len() * 2);
        let newer = |at: &usize| self.entries[*at].recording.recorded_at > recording.recorded_at;
        let superseded = self.by_key.get(&key).is_some_and(newer);
        if !superseded {
            self.by_key.insert(key, self.entries.len());
        }
        self.entries.push(Entry { recording: Arc::new(recording), target, input });
        bytes
    }

    /// The recording of this target and input, the newest if there are several. The long texts of
    /// its input are shortened. `input` is what [`canonical_input`] returns.
    pub(crate) fn find(&self, target: &Target, input: &Value) -> Option<&Arc<Recording>> {
        let at = self.by_key.get(&target.key(input))?;
        Some(&self.entries[*at].recording)
    }

    /// The recording that is most like this target and input, and how it differs.
    pub(crate) fn closest(&self, target: &Target, input: &Value) -> Option<Closest<'_>> {
        let mut short = input.clone();
        shorten(&mut short);
        closest(&self.entries, target, &short)
    }

    /// The path of a recording's file.
    pub(crate) fn path(&self, file: &RecordedFile) -> PathBuf {
        self.folder.join(&file.name)
    }

    /// The ids of all predictions, of the incomplete ones, too.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        let complete = self.entries.iter().map(|entry| &*entry.recording);
        let all = complete.chain(self.unfinished.iter().map(|(_, recording)| recording));
        all.filter_map(|recording| recording.prediction.get("id")?.as_str())
    }

    /// Those that are incomplete, and their paths.
    pub(crate) fn into_unfinished(self) -> Vec<(PathBuf, Recording)> {
        self.unfinished
    }

    /// How many can be replayed.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many are incomplete, and so not replayed.
    pub(crate) fn incomplete(&self) -> usize {
        self.unfinished.len()
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
