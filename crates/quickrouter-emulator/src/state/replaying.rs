//! The recordings that answer creates.

use crate::error::Error;
use crate::model::timing::Timing;
use crate::recording::folder::Recordings;
use std::path::PathBuf;

/// Which recordings answer creates.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReplayOptions {
    pub(crate) folder: Option<PathBuf>,
    /// Whether a create that has none is answered as without recordings.
    pub(crate) else_draw: bool,
}

impl ReplayOptions {
    /// Reads the folder, if there is one.
    pub(crate) fn load(&self, timing: &Timing) -> Result<Option<Replaying>, Error> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let recordings = Recordings::load(folder, timing)?;
        Ok(Some(Replaying { recordings, else_draw: self.else_draw }))
    }
}

/// The recordings that were read.
pub(crate) struct Replaying {
    pub(crate) recordings: Recordings,
    pub(crate) else_draw: bool,
}
