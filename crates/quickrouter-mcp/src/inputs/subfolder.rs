//! Folders below the output folder.

use std::path::{Path, PathBuf};

use crate::error::ToolError;

/// A folder below the output folder.
pub(crate) fn below(output: &Path, subfolder: &str) -> Result<PathBuf, ToolError> {
    let _ = subfolder;
    Ok(output.to_owned())
}
