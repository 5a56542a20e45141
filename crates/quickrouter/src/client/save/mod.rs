//! Saving outputs: each is written into a file of its own, whole or not at all.

mod download;
mod fetch;
mod file_name;
mod mismatch;
mod placement;
mod target;
pub(crate) mod unread;

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use quickrouter_api::Model;
use tokio::time::Instant;
use url::Url;

use crate::client::Client;
use crate::client::save::fetch::Fetch;
use crate::client::save::mismatch::Declared;
use crate::client::save::target::{Name, OnConflict, Target};
use crate::client::save::unread::keep_unread;
use crate::error::Error;
use crate::error::details::{FailedOutput, OutputError};
use crate::media::content::{self, BEGINNING};
use crate::media::extension;
use crate::model::error_message::ErrorMessage;
use crate::model::logs;
use crate::model::output::Output;
use crate::model::prediction::Prediction;
use crate::policy::deadline;
use crate::text::printable::excerpt;

/// How long after its end a prediction's outputs may still be on their way to where they are fetched.
const LATELY: Duration = Duration::from_secs(300);

/// How outputs are saved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct SaveOptions {
    overwrite: bool,
    concurrency: usize,
    limit: Option<Duration>,
}

impl Default for SaveOptions {
    fn default() -> Self {
        Self { overwrite: false, concurrency: 4, limit: None }
    }
}

impl SaveOptions {
    /// Nothing is overwritten, four files are fetched at a time.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether an existing file is replaced. It is replaced as a whole, when the new one is
    /// complete. Outputs of a prediction without an id never replace a file: their names may be
    /// those of another prediction's, so they get a number instead.
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// How long fetching may take; the [`WaitPolicy`](crate::WaitPolicy)'s deadline if never called.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// How many files are fetched at a time, at least 1.
    pub fn concurrency(mut self, files: usize) -> Self {
        self.concurrency = files.max(1);
        self
    }
}

impl Client {
    /// Saves all outputs of a prediction into a folder, which is made if there is none. Gives
    /// back the files, in the order of the outputs.
    ///
    /// A file is called `ID-INDEX.EXTENSION` (`quickrouter-CREATED-INDEX.EXTENSION` for an answer
    /// without an id, with a number behind the index where that name is taken), the index counting
    /// from 0. The extension follows the content, the URL and the media type, in this order. Texts
    /// that follow each other become one file; beside files, texts are left out.
    ///
    /// An address without a scheme is one at the base URL's origin (`/v1/files/x.png`) or of its
    /// scheme (`//host/x.png`). What answers a URL has to be what belongs there: a page, a message or
    /// an empty body in the place of a picture is fetched again.
    ///
    /// What cannot be fetched is fetched again like a read, from where it broke off if the server
    /// can do that, until as long as the [`WaitPolicy`](crate::WaitPolicy)'s deadline has passed
    /// since the call.
    ///
    /// # Errors
    /// [`Error::Output`] when there is no output, when a file exists already, or when one could
    /// not be fetched, decoded or written. What was saved stays, and is named in the error; what
    /// cannot be had again is kept in a file that the error names.
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
        let model = prediction.contract();
        let outputs = placement::files(prediction.outputs(), model, self.context.gate.base_url());
        if outputs.is_empty() {
            let failed = vec![Unsaved::because(none_because(prediction))];
            return Err(not_saved(prediction, failed, Vec::new(), None));
        }
        if let Err(error) = tokio::fs::create_dir_all(folder).await {
            let reason = format!("the folder {} cannot be made: {error}", folder.display());
            return Err(self
                .lost(prediction, vec![Unsaved::because(reason)], Vec::new(), folder)
                .await);
        }
        let limit = options.limit.unwrap_or(self.context.wait.limit());
        let until = deadline::after(Instant::now(), limit);
        let stem = file_name::stem(prediction, &self.context.clock);
        let on_conflict = match (prediction.id(), options.overwrite) {
            (None, _) => OnConflict::Rename,
            (Some(_), true) => OnConflict::Overwrite,
            (Some(_), false) => OnConflict::Refuse,
        };
        let saving = Saving {
            client: self,
            target: Target { folder, on_conflict },
            model,
            fresh: self.ended_lately(prediction),
            limit,
            deadline: until,
        };
        let results: Vec<_> = stream::iter(outputs.into_iter().enumerate())
            .map(|(index, output)| saving.one(output, format!("{stem}-{index}")))
            .buffered(options.concurrency)
            .collect()
            .await;
        let (mut saved, mut failed) = (Vec::new(), Vec::new());
        for result in results {
            match result {
                Ok(path) => saved.push(path),
                Err(output) => failed.push(output),
            }
        }
        if failed.is_empty() {
            Ok(saved)
        } else {
            Err(self.lost(prediction, failed, saved, folder).await)
        }
    }

    /// Whether its outputs may not be everywhere yet. The clocks of the gateway and of this machine
    /// may differ by minutes, so an end some minutes ago counts as one only just.
    fn ended_lately(&self, prediction: &Prediction) -> bool {
        let since = prediction.completed().map(|end| self.context.clock.now().duration_since(end));
        // An end in the future is one only just.
        since.and_then(Result::ok).is_none_or(|since| since < LATELY)
    }

    /// The error for outputs that are not saved. What cannot be asked for again is kept.
    async fn lost(
        &self,
        prediction: &Prediction,
        failed: Vec<Unsaved>,
        saved: Vec<PathBuf>,
        folder: &Path,
    ) -> Error {
        let lost = prediction.id().is_none() || failed.iter().any(|failed| failed.is_content);
        let unread = if lost {
            let response = prediction.document().text();
            let kept = keep_unread(&response, folder).await;
            kept.inspect_err(|error| tracing::warn!("a response cannot be kept: {error}")).ok()
        } else {
            None
        };
        not_saved(prediction, failed, saved, unread)
    }
}

/// One prediction's outputs on their way to disk.
struct Saving<'a> {
    client: &'a Client,
    target: Target<'a>,
    model: Option<&'static Model>,
    fresh: bool,
    limit: Duration,
    deadline: Instant,
}

/// An output that is not saved.
struct Unsaved {
    output: FailedOutput,
    /// Whether its content stands in the response.
    is_content: bool,
}

impl Unsaved {
    fn because(reason: String) -> Self {
        Self { output: FailedOutput { reason, url: None }, is_content: false }
    }

    fn content(reason: String) -> Self {
        Self { is_content: true, ..Self::because(reason) }
    }
}

impl Saving<'_> {
    async fn one(&self, output: Output, stem: String) -> Result<PathBuf, Unsaved> {
        match output {
            Output::Url(url) => {
                let fetched = match Url::parse(&url) {
                    Ok(parsed) => self.fetch(&parsed, &stem).await,
                    Err(error) => Err(error.to_string()),
                };
                let failed = |reason| FailedOutput { reason, url: Some(url) };
                fetched.map_err(|reason| Unsaved { output: failed(reason), is_content: false })
            }
            Output::Data { media_type, bytes } => {
                let (contract, extension) = (self.media(), None);
                let media_type_said = extension::essence(&media_type);
                let declared = Declared { contract, extension, media_type: media_type_said };
                let beginning = &bytes[..bytes.len().min(BEGINNING)];
                if let Some(reason) = mismatch::of(&declared, beginning) {
                    return Err(Unsaved::content(reason));
                }
                let extension = extension::extension(&media_type, None, &bytes);
                self.write(stem, &extension, &bytes).await
            }
            Output::Text(text) if self.is_media() || placement::is_foreign(&text) => {
                let reason =
                    format!("it is not the address of a file: {}", excerpt(text.as_bytes()));
                Err(Unsaved { is_content: text.len() > reason.len(), ..Unsaved::because(reason) })
            }
            Output::Text(text) => self.write(stem, "txt", text.as_bytes()).await,
            Output::Json(value) if self.is_media() => Err(Unsaved::because(format!(
                "it is not a file: {}",
                excerpt(value.to_string().as_bytes())
            ))),
            Output::Json(value) => self.write(stem, "json", value.to_string().as_bytes()).await,
            Output::Failed { message, code } => Err(Unsaved::because(format!(
                "it failed: {}",
                ErrorMessage { message, code }.in_words()
            ))),
            Output::Undecodable { reason, .. } => Err(Unsaved::content(reason)),
        }
    }

    /// The media type of outputs, as the contract has it.
    fn media(&self) -> Option<&'static str> {
        self.model.map(Model::media)
    }

    /// Whether the contract says that outputs are pictures, films or sounds.
    fn is_media(&self) -> bool {
        self.media().is_some_and(content::is_media)
    }

    async fn fetch(&self, url: &Url, stem: &str) -> Result<PathBuf, String> {
        let fetch = Fetch {
            context: &self.client.context,
            url,
            stem,
            target: self.target,
            media: self.media(),
            fresh: self.fresh,
        };
        fetch.run(self.deadline, self.limit).await
    }

    async fn write(
        &self,
        stem: String,
        extension: &str,
        content: &[u8],
    ) -> Result<PathBuf, Unsaved> {
        let name = Name { stem, extension: extension.to_owned() };
        self.target.write(&name, content).await.map_err(Unsaved::content)
    }
}

fn not_saved(
    prediction: &Prediction,
    failed: Vec<Unsaved>,
    saved: Vec<PathBuf>,
    unread: Option<PathBuf>,
) -> Error {
    let prediction_id = prediction.id().cloned();
    let failed = failed.into_iter().map(|failed| failed.output).collect();
    Error::Output(Box::new(OutputError { prediction_id, failed, saved, unread }))
}

fn none_because(prediction: &Prediction) -> String {
    let status = prediction.status();
    if prediction.data_removed() {
        let minutes = quickrouter_api::limits::RESULT_RETENTION_SECONDS / 60;
        return format!("its outputs have been deleted, as they are after {minutes} minutes");
    }
    if prediction.is_terminal() {
        let why = prediction.error().or_else(|| logs::dropped_because(prediction.logs()));
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        return format!("it is {status} and has no outputs{why}");
    }
    format!("it is {status} and has no outputs yet; wait for it first")
}
