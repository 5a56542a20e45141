//! What an earlier run of a recorder has left in its folder.

use crate::error::Error;
use crate::recording::folder::paths;
use crate::recording::format::Recording;
use crate::recording::read::read;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The predictions that were recorded before.
#[derive(Debug, Default)]
pub(crate) struct EarlierRun {
    /// Their ids, of the incomplete ones, too.
    pub(crate) ids: Vec<String>,
    /// How many are complete.
    pub(crate) complete: usize,
    /// Those that are incomplete, and their paths.
    pub(crate) unfinished: Vec<(PathBuf, Recording)>,
}

impl EarlierRun {
    /// Reads all recordings of a folder, one at a time.
    ///
    /// # Errors
    /// [`Error::Recording`] for the first that cannot be read or is not a recording.
    pub(crate) fn load(folder: &Path) -> Result<Self, Error> {
        let mut earlier = Self::default();
        for path in paths(folder)? {
            let recording = read(&path)?;
            let id = recording.prediction.get("id").and_then(Value::as_str);
            earlier.ids.extend(id.map(str::to_owned));
            if recording.is_complete() {
                earlier.complete += 1;
            } else {
                earlier.unfinished.push((path, recording));
            }
        }
        Ok(earlier)
    }
}
