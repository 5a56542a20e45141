//! Saving outputs: streamed to a temporary file beside the target, renamed when complete.

use std::io;
use std::path::{Path, PathBuf};

use futures_util::stream::{self, StreamExt};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;
use url::Url;

use crate::client::Client;
use crate::download::{self, Opened};
use crate::error::{Error, FailedOutput, OutputError};
use crate::filename;
use crate::output::Output;
use crate::prediction::Prediction;

/// How outputs are saved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct SaveOptions {
    overwrite: bool,
    at_a_time: usize,
}

impl Default for SaveOptions {
    fn default() -> Self {
        Self { overwrite: false, at_a_time: 4 }
    }
}

impl SaveOptions {
    /// Nothing is overwritten, four files are fetched at a time.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether an existing file is replaced. It is replaced as a whole, when the new one is
    /// complete.
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// How many files are fetched at a time, at least 1.
    pub fn at_a_time(mut self, files: usize) -> Self {
        self.at_a_time = files.max(1);
        self
    }
}

impl Client {
    /// Saves all outputs of a prediction into a folder, which is made if there is none. Gives
    /// back the files, in the order of the outputs.
    ///
    /// A file is called `ID-INDEX.EXTENSION` (`quickrouter-CREATED-INDEX.EXTENSION` for an answer
    /// without an id), the index counting from 0, the extension after the media type. Texts that
    /// follow each other become one file; beside files, texts are left out.
    ///
    /// What cannot be fetched is fetched again like a read, until as long as the
    /// [`WaitPolicy`](crate::WaitPolicy)'s deadline has passed since the call; a download that
    /// stands still is given up sooner.
    ///
    /// # Errors
    /// [`Error::Output`] when there is no output, when a file exists already, or when one could
    /// not be fetched or written. What was saved stays, and is named in the error.
    pub async fn save(
        &self,
        prediction: &Prediction,
        folder: impl AsRef<Path>,
    ) -> Result<Vec<PathBuf>, Error> {
        self.save_with(prediction, folder, &SaveOptions::default()).await
    }

    /// Like [`save`](Self::save), with options.
    ///
    /// # Errors
    /// Those of [`save`](Self::save).
    pub async fn save_with(
        &self,
        prediction: &Prediction,
        folder: impl AsRef<Path>,
        options: &SaveOptions,
    ) -> Result<Vec<PathBuf>, Error> {
        let folder = folder.as_ref();
        let fail = |reason| not_saved(prediction, vec![without_url(reason)], Vec::new());
        let outputs = files(prediction.outputs());
        if outputs.is_empty() {
            return Err(fail(none_because(prediction)));
        }
        if let Err(error) = tokio::fs::create_dir_all(folder).await {
            let reason = format!("the folder {} cannot be made: {error}", folder.display());
            return Err(fail(reason));
        }
        let deadline = self.connection.wait.ends();
        let stem = filename::stem(prediction, &self.connection.clock);
        let target = Target { folder, overwrite: options.overwrite };
        let results: Vec<_> = stream::iter(outputs.into_iter().enumerate())
            .map(|(index, output)| {
                self.save_one(output, format!("{stem}-{index}"), target, deadline)
            })
            .buffered(options.at_a_time)
            .collect()
            .await;
        let (mut saved, mut failed) = (Vec::new(), Vec::new());
        for result in results {
            match result {
                Ok(path) => saved.push(path),
                Err(output) => failed.push(output),
            }
        }
        if failed.is_empty() { Ok(saved) } else { Err(not_saved(prediction, failed, saved)) }
    }

    async fn save_one(
        &self,
        output: Output,
        stem: String,
        target: Target<'_>,
        deadline: Instant,
    ) -> Result<PathBuf, FailedOutput> {
        match output {
            Output::Url(url) => {
                let fetched = match Url::parse(&url) {
                    Ok(parsed) => self.fetch_to(&parsed, &stem, target, deadline).await,
                    Err(error) => Err(error.to_string()),
                };
                fetched.map_err(|reason| FailedOutput { reason, url: Some(url) })
            }
            Output::Data { media_type, bytes } => {
                let extension = filename::extension(&media_type, None, &bytes);
                target.write(&format!("{stem}.{extension}"), &bytes).await
            }
            Output::Text(text) if is_data_uri(&text) => {
                Err(without_url("it is a data: URI that cannot be decoded".to_owned()))
            }
            Output::Text(text) => target.write(&format!("{stem}.txt"), text.as_bytes()).await,
            Output::Json(value) => {
                target.write(&format!("{stem}.json"), value.to_string().as_bytes()).await
            }
        }
    }

    /// Fetches until a whole body is on disk. What fails on the way is fetched again like a read.
    async fn fetch_to(
        &self,
        url: &Url,
        stem: &str,
        target: Target<'_>,
        deadline: Instant,
    ) -> Result<PathBuf, String> {
        let retry = &self.connection.retry;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let once = tokio::time::timeout_at(deadline, self.fetch_once(url, stem, target));
            let stop = match once.await {
                Ok(Ok(path)) => return Ok(path),
                Ok(Err(stop)) => stop,
                Err(_) => {
                    let limit = self.connection.wait.limit();
                    return Err(format!("it was not complete after {limit:?}"));
                }
            };
            if !stop.again || retry.spent(attempts) {
                return Err(stop.reason);
            }
            let pause = retry.pause(stop.asked, attempts);
            tracing::warn!(?pause, "fetching {stem} failed ({}), fetching again", stop.reason);
            if !crate::retry::pause(pause, deadline).await {
                return Err(stop.reason);
            }
        }
    }

    async fn fetch_once(
        &self,
        url: &Url,
        stem: &str,
        target: Target<'_>,
    ) -> Result<PathBuf, download::Stop> {
        let Opened { media_type, mut chunks } = download::open(&self.connection, url).await?;
        let Some(first) = chunks.next().await.map_err(|fail| download::cut(&fail))? else {
            return Err(download::Stop::again("it was answered with an empty body".to_owned()));
        };
        let name = format!("{stem}.{}", filename::extension(&media_type, Some(url), &first));
        let path = target.free(&name).await.map_err(download::Stop::last)?;
        let disk = |error: io::Error| download::Stop::last(unwritable(&path, &error));
        let (temporary, mut file) = target.temporary().map_err(disk)?;
        let mut next = Some(first);
        while let Some(chunk) = next {
            file.write_all(&chunk).await.map_err(disk)?;
            next = chunks.next().await.map_err(|fail| download::cut(&fail))?;
        }
        target.finish(temporary, file, &path).await.map_err(download::Stop::last)?;
        Ok(path)
    }
}

/// Where files go.
#[derive(Clone, Copy)]
struct Target<'a> {
    folder: &'a Path,
    overwrite: bool,
}

impl Target<'_> {
    /// The path for a name; a file that is there already is an error unless it may be replaced.
    async fn free(self, name: &str) -> Result<PathBuf, String> {
        let path = self.folder.join(name);
        match tokio::fs::symlink_metadata(&path).await {
            Ok(_) if !self.overwrite => Err(taken(&path)),
            _ => Ok(path),
        }
    }

    async fn write(self, name: &str, content: &[u8]) -> Result<PathBuf, FailedOutput> {
        let path = self.free(name).await.map_err(without_url)?;
        let disk = |error: io::Error| without_url(unwritable(&path, &error));
        let (temporary, mut file) = self.temporary().map_err(disk)?;
        file.write_all(content).await.map_err(disk)?;
        self.finish(temporary, file, &path).await.map_err(without_url)?;
        Ok(path)
    }

    /// A file beside the target, removed when it is dropped.
    fn temporary(self) -> io::Result<(NamedTempFile, tokio::fs::File)> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".quickrouter-").suffix(".part");
        // As any new file, not for its owner's eyes only as a temporary one.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temporary = builder.tempfile_in(self.folder)?;
        let file = tokio::fs::File::from_std(temporary.as_file().try_clone()?);
        Ok((temporary, file))
    }

    /// Gives the complete file its name.
    async fn finish(
        self,
        temporary: NamedTempFile,
        mut file: tokio::fs::File,
        path: &Path,
    ) -> Result<(), String> {
        let written = async {
            file.flush().await?;
            file.sync_all().await
        };
        written.await.map_err(|error| unwritable(path, &error))?;
        drop(file);
        let persisted = if self.overwrite {
            temporary.persist(path)
        } else {
            temporary.persist_noclobber(path)
        };
        persisted.map(drop).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => taken(path),
            _ => unwritable(path, &error.error),
        })
    }
}

fn without_url(reason: String) -> FailedOutput {
    FailedOutput { reason, url: None }
}

fn not_saved(prediction: &Prediction, failed: Vec<FailedOutput>, saved: Vec<PathBuf>) -> Error {
    let prediction_id = prediction.id().cloned();
    Error::Output(Box::new(OutputError { prediction_id, failed, saved }))
}

fn none_because(prediction: &Prediction) -> String {
    let status = prediction.status();
    if prediction.data_removed() {
        let minutes = quickrouter_api::limits::RESULT_RETENTION_SECONDS / 60;
        return format!("its outputs have been deleted, as they are after {minutes} minutes");
    }
    if prediction.is_terminal() {
        return format!("it is {status} and has no outputs");
    }
    format!("it is {status} and has no outputs yet; wait for it first")
}

/// What becomes a file each. Beside files, what is told about them is left out (it is in the raw
/// answer); without files, texts that follow each other are one: language models answer in pieces.
fn files(outputs: Vec<Output>) -> Vec<Output> {
    let is_file = |output: &Output| match output {
        Output::Url(_) | Output::Data { .. } => true,
        Output::Text(text) => is_data_uri(text),
        Output::Json(_) => false,
    };
    let any_file = outputs.iter().any(is_file);
    let mut whole: Vec<Output> = Vec::with_capacity(outputs.len());
    for output in outputs.into_iter().filter(|output| !any_file || is_file(output)) {
        match (whole.last_mut(), output) {
            (Some(Output::Text(before)), Output::Text(text)) => before.push_str(&text),
            (_, output) => whole.push(output),
        }
    }
    whole
}

/// A file that could not be read as one: text is never called a picture.
fn is_data_uri(text: &str) -> bool {
    text.trim_start().starts_with("data:")
}

fn taken(path: &Path) -> String {
    format!("{} exists already; save elsewhere, or allow overwriting", path.display())
}

fn unwritable(path: &Path, error: &io::Error) -> String {
    format!("{} cannot be written: {error}", path.display())
}
