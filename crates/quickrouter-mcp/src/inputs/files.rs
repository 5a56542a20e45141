//! Files of this machine in inputs: only from folders that a person has named.
//!
//! A path is resolved, with all its links, before it is compared with the folders, and what is opened
//! later is the resolved path. A file outside the folders and one that does not exist give the same
//! message, so that nobody can ask which files exist.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use quickrouter::catalog::{Model, ModelName};
use quickrouter::{Client, Error, Warning};
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::error::ToolError;
use crate::inputs::local_path::{of_free_text, of_uri_input, shown};

/// The most files of one input. The contract's models take two.
const MAX_FILES: usize = 16;

/// Stands for a file before it is sent, so that the whole input can be checked first. No check resolves
/// this scheme.
const STAND_IN: &str = "upload:to-come";

/// The folders whose files may be sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowedFolders {
    folders: Vec<PathBuf>,
}

/// The files that an input names: where they stand in it, and which they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct InputFiles {
    model: Option<&'static Model>,
    files: Vec<InputFile>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct InputFile {
    input: String,
    /// The place in an array.
    index: Option<usize>,
    /// Resolved: absolute, without links.
    path: PathBuf,
}

impl AllowedFolders {
    pub(crate) fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// Finds the files that an input names, and refuses those outside the folders. Sends nothing, and
    /// opens no file.
    ///
    /// A URI input of the contract takes an absolute path, a path relative to an allowed folder, or a
    /// `file:` URI. Every other input, of whatever model, takes a `file:` URI alone, as its value or as an
    /// element of an array that is its value: any other text may be a prompt.
    ///
    /// # Errors
    /// A text names a file that is not below one of the folders, or no file at all.
    pub(crate) fn find(&self, model: &str, input: &JsonObject) -> Result<InputFiles, ToolError> {
        let model = ModelName::resolve(model).ok().and_then(|name| name.known);
        let mut files = Vec::new();
        for (name, value) in input {
            let schema = model.and_then(|model| model.input(name));
            let is_uri = |schema: &Value| schema["format"] == "uri";
            match value {
                Value::String(text) => {
                    let path = self.named(name, text, schema.map(is_uri))?;
                    files.extend(path.map(|path| (name, None, path)));
                }
                Value::Array(values) => {
                    let is_uri = schema.map(|schema| is_uri(&schema["items"]));
                    for (at, value) in values.iter().enumerate() {
                        let Value::String(text) = value else { continue };
                        let path = self.named(name, text, is_uri)?;
                        files.extend(path.map(|path| (name, Some(at), path)));
                    }
                }
                _ => {}
            }
            if files.len() > MAX_FILES {
                let message = format!("The input names more than {MAX_FILES} files.");
                return Err(ToolError::arguments(message, "Name fewer."));
            }
        }
        let file =
            |(input, index, path): (&String, _, _)| InputFile { input: input.clone(), index, path };
        Ok(InputFiles { model, files: files.into_iter().map(file).collect() })
    }

    /// The file that a text names. `is_uri`: whether the contract has the input as a URI; `None` if it
    /// does not have the input.
    fn named(
        &self,
        input: &str,
        text: &str,
        is_uri: Option<bool>,
    ) -> Result<Option<PathBuf>, ToolError> {
        let named = match is_uri {
            Some(true) => of_uri_input(text),
            Some(false) => return Ok(None),
            None => of_free_text(text),
        };
        let path = named.map_err(|why| {
            let message = format!("{}: {:?} {why}.", quoted(input), excerpt(text));
            ToolError::arguments(message, self.advice())
        })?;
        path.map(|path| self.resolved(input, text, &path)).transpose()
    }

    /// The one file below the folders that a path leads to.
    fn resolved(&self, input: &str, text: &str, path: &Path) -> Result<PathBuf, ToolError> {
        let refused = |what: String| {
            let message = format!("{}: {what}", quoted(input));
            ToolError::arguments(message, self.advice())
        };
        if self.folders.is_empty() {
            return Err(refused("it names a file, and no folder is allowed.".to_owned()));
        }
        let folders: Vec<_> =
            self.folders.iter().filter_map(|folder| folder.canonicalize().ok()).collect();
        // An absolute path replaces the folder that it is joined to.
        let found = folders.iter().filter_map(|folder| folder.join(path).canonicalize().ok());
        let mut found: Vec<_> =
            found.filter(|file| folders.iter().any(|folder| file.starts_with(folder))).collect();
        found.sort();
        found.dedup();
        match found.as_slice() {
            [file] if fs::metadata(file).is_ok_and(|metadata| metadata.is_file()) => {
                Ok(file.clone())
            }
            [file] => Err(refused(format!("{} is not a file.", shown(file)))),
            [first, second, ..] => Err(refused(format!(
                "{:?} is a file of two folders, {} and {}: give the whole path.",
                excerpt(text),
                shown(first),
                shown(second)
            ))),
            [] => Err(refused(format!(
                "there is no file {:?} below the allowed folders.",
                excerpt(text)
            ))),
        }
    }

    fn advice(&self) -> String {
        let folders: Vec<_> = self.folders.iter().map(|folder| shown(folder)).collect();
        if folders.is_empty() {
            return "Nothing was created. Pass an http(s) URL or a data: URI. A person allows the files of a folder with --allow-dir FOLDER when the server is started.".to_owned();
        }
        format!(
            "Nothing was created. Name a file below {}, or pass an http(s) URL or a data: URI. A person allows another folder with --allow-dir FOLDER when the server is started.",
            folders.join(" or ")
        )
    }
}

impl InputFiles {
    /// The input with a stand-in for each file, as it can be checked, priced and shown.
    pub(crate) fn stand_in(&self, mut input: JsonObject) -> JsonObject {
        for file in &self.files {
            file.put(&mut input, STAND_IN.to_owned());
        }
        input
    }

    /// Reads the beginning of each file. Returns warnings about those whose content is not what their
    /// input takes.
    ///
    /// # Errors
    /// A file cannot be read or is empty. The message names the input.
    pub(crate) async fn check(&self) -> Result<Vec<Warning>, ToolError> {
        let mut warnings = Vec::new();
        for file in &self.files {
            file.is_in_place()?;
            let checked = match self.model {
                Some(model) => quickrouter::files::check_file(model, &file.input, &file.path).await,
                None => quickrouter::files::media_type(&file.path).await.map(|_| None),
            };
            warnings.extend(checked.map_err(|error| file.failed(&error))?);
        }
        Ok(warnings)
    }

    /// Replaces each file with a `data:` URI, or with the address of an upload if it is large. All are
    /// checked before the first is uploaded.
    ///
    /// # Errors
    /// A file cannot be read, was replaced since it was found, or cannot be uploaded. The message names
    /// the input.
    pub(crate) async fn send(
        &self,
        client: &Client,
        mut input: JsonObject,
    ) -> Result<JsonObject, ToolError> {
        self.check().await?;
        for file in &self.files {
            file.is_in_place()?;
            let uri = client.file_uri(&file.path).await.map_err(|error| file.failed(&error))?;
            file.put(&mut input, uri);
        }
        Ok(input)
    }

    /// Replaces each file with a `data:` URI, as [`send`](Self::send) does if none is uploaded.
    ///
    /// # Errors
    /// A file cannot be read, was replaced since it was found, or is so large that it is uploaded. The
    /// message names the input.
    pub(crate) async fn inline(&self, mut input: JsonObject) -> Result<JsonObject, ToolError> {
        for file in &self.files {
            file.is_in_place()?;
            if quickrouter::files::too_large_to_inline(&file.path).is_some() {
                let path = shown(&file.path);
                let message = format!("{}: {path} is uploaded anew each time.", file.place());
                return Err(ToolError::arguments(message, ""));
            }
            let uri = quickrouter::files::data_uri(&file.path).await;
            file.put(&mut input, uri.map_err(|error| file.failed(&error))?);
        }
        Ok(input)
    }
}

impl InputFile {
    /// Checks that nothing on the path was replaced by a link since the path was resolved.
    fn is_in_place(&self) -> Result<(), ToolError> {
        let is_same = self.path.canonicalize().is_ok_and(|path| path == self.path);
        if is_same && fs::metadata(&self.path).is_ok_and(|metadata| metadata.is_file()) {
            return Ok(());
        }
        let message = format!("{}: {} was moved or replaced.", self.place(), shown(&self.path));
        Err(ToolError::arguments(message, "Nothing was created. Name another file."))
    }

    fn put(&self, input: &mut JsonObject, uri: String) {
        let value = input.get_mut(&self.input);
        let value = match self.index {
            Some(at) => value.and_then(|value| value.get_mut(at)),
            None => value,
        };
        if let Some(value) = value {
            *value = Value::String(uri);
        }
    }

    fn failed(&self, error: &Error) -> ToolError {
        let mut failed = ToolError::from(error);
        failed.message = format!("{}: {}", self.place(), failed.message);
        failed
    }

    fn place(&self) -> String {
        let index = self.index.map(|at| format!("[{at}]")).unwrap_or_default();
        format!("{}{index}", quoted(&self.input))
    }
}

fn quoted(input: &str) -> String {
    format!("`{}`", excerpt(input))
}

/// What was given, as a message shows it.
fn excerpt(text: &str) -> String {
    quickrouter::text::excerpt(text.as_bytes())
}
