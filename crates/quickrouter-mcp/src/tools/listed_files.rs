//! The files that results have named: what a client may read as resources.

use std::sync::{Mutex, PoisonError};

use crate::results::prediction::SavedFile;

/// How many files are remembered. Older ones are still where results said.
const MOST: usize = 1000;

/// Files that results have named, the latest last.
#[derive(Debug, Default)]
pub(crate) struct ListedFiles(Mutex<Vec<SavedFile>>);

impl ListedFiles {
    pub(crate) fn add(&self, files: &[SavedFile]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|old| files.iter().all(|new| new.path != old.path));
        all.extend_from_slice(files);
        let surplus = all.len().saturating_sub(MOST);
        all.drain(..surplus);
    }

    pub(crate) fn all(&self) -> Vec<SavedFile> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
