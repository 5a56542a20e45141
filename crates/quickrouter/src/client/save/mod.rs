//! Saving outputs: each into a file of its own, completely or not at all.

mod download;
mod fetch;
mod file_name;
pub(crate) mod folder;
mod mismatch;
pub(crate) mod named;
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
use crate::client::save::named::NamedOutput;
use crate::client::save::target::{Name, OnConflict, Target};
use crate::client::save::unread::keep_unread;
use crate::detail::{Detail, detail};
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

/// How long after a prediction ends its outputs may still be propagating to where they are fetched.
const RECENT: Duration = Duration::from_secs(300);

/// Options for [`Client::save_with`].
///
/// # Examples
/// ```no_run
/// # async fn save(client: quickrouter::Client, prediction: quickrouter::Prediction) -> Result<(), quickrouter::Error> {
/// use quickrouter::SaveOptions;
///
/// let options = SaveOptions::new().overwrite(true).concurrency(8);
/// let files = client.save_with(&prediction, "pictures", &options).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct SaveOptions {
    overwrite: bool,
    concurrency: usize,
    timeout: Option<Duration>,
}

impl Default for SaveOptions {
    fn default() -> Self {
        Self { overwrite: false, concurrency: 4, timeout: None }
    }
}

impl SaveOptions {
    /// Overwrites nothing and fetches four files at a time.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether existing files are replaced, atomically once the new one is complete. Outputs
    /// of a prediction without an id never replace a file: their names may collide with another
    /// prediction's, so they get a number instead. Defaults to `false`.
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Sets the time limit for fetching. Defaults to the [`WaitPolicy`](crate::WaitPolicy)'s
    /// deadline.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how many files are fetched at a time, at least 1. Defaults to 4.
    pub fn concurrency(mut self, files: usize) -> Self {
        self.concurrency = files.max(1);
        self
    }
}

impl Client {
    /// Saves all outputs of a prediction into a folder, which is created if missing. Returns the
    /// files' paths in the order of the outputs.
    ///
    /// Files are named `ID-INDEX.EXTENSION`, counting from 0 (`quickrouter-CREATED-INDEX.EXTENSION`
    /// for a response without an id, with a number appended if that name is taken). The extension
    /// follows the content, the URL and the media type, in this order. Consecutive texts are joined
    /// into one file; if there are files, texts are skipped.
    ///
    /// An address without a scheme is resolved against the base URL's origin (`/v1/files/x.png`) or
    /// scheme (`//host/x.png`). A page, a message or an empty body in place of an image is fetched
    /// again.
    ///
    /// Failed downloads are retried like reads, resuming where they broke off if the server
    /// supports it, for at most the [`WaitPolicy`](crate::WaitPolicy)'s deadline from the call.
    ///
    /// # Errors
    /// [`Error::Output`] if there is no output, if a file already exists, or if one cannot be
    /// fetched, decoded or written. Files saved before the error remain and are named in it;
    /// content that cannot be fetched again is kept in a file named in it.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn save(client: quickrouter::Client, prediction: quickrouter::Prediction) -> Result<(), quickrouter::Error> {
    /// for file in client.save(&prediction, "pictures").await? {
    ///     println!("{}", file.display());
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
        let outputs = self.named_outputs(prediction);
        if outputs.is_empty() {
            let failed = vec![Unsaved::because(none_because(prediction))];
            return Err(not_saved(prediction, failed, Vec::new(), None));
        }
        if let Err(error) = tokio::fs::create_dir_all(folder).await {
            let reason = detail!(
                FolderNotMade,
                "the folder {folder} cannot be made: {error}",
                folder = folder.display().to_string(),
                error = error.to_string()
            );
            return Err(self
                .lost(prediction, vec![Unsaved::because(reason)], Vec::new(), folder)
                .await);
        }
        let limit = options.timeout.unwrap_or(self.context.wait.limit());
        let until = deadline::after(Instant::now(), limit);
        let on_conflict = match (prediction.id(), options.overwrite) {
            (None, _) => OnConflict::Rename,
            (Some(_), true) => OnConflict::Overwrite,
            (Some(_), false) => OnConflict::Refuse,
        };
        let saving = Saving {
            client: self,
            target: Target { folder, on_conflict },
            model,
            fresh: self.ended_recently(prediction),
            limit,
            deadline: until,
        };
        let results: Vec<_> = stream::iter(outputs)
            .map(|NamedOutput { stem, output }| saving.one(output, stem))
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

    /// Whether its outputs may still be propagating. The clocks of the gateway and of this machine
    /// may differ by minutes, so the threshold is generous.
    fn ended_recently(&self, prediction: &Prediction) -> bool {
        let since = prediction.completed().map(|end| self.context.clock.now().duration_since(end));
        // An end in the future counts as recent.
        since.and_then(Result::ok).is_none_or(|since| since < RECENT)
    }

    /// Builds the error for unsaved outputs. Content that cannot be fetched again is written to a
    /// file.
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
            kept.inspect_err(|error| tracing::warn!("cannot keep a response: {error}")).ok()
        } else {
            None
        };
        not_saved(prediction, failed, saved, unread)
    }
}

/// The context for saving one prediction's outputs.
struct Saving<'a> {
    client: &'a Client,
    target: Target<'a>,
    model: Option<&'static Model>,
    fresh: bool,
    limit: Duration,
    deadline: Instant,
}

/// An output that could not be saved.
struct Unsaved {
    output: FailedOutput,
    /// Whether its content is in the response itself.
    is_content: bool,
}

impl Unsaved {
    fn because(reason: Detail) -> Self {
        Self { output: FailedOutput { reason, url: None }, is_content: false }
    }

    fn content(reason: Detail) -> Self {
        Self { is_content: true, ..Self::because(reason) }
    }
}

impl Saving<'_> {
    async fn one(&self, output: Output, stem: String) -> Result<PathBuf, Unsaved> {
        match output {
            Output::Url(url) => {
                let fetched = match Url::parse(&url) {
                    Ok(parsed) => self.fetch(&parsed, &stem).await,
                    Err(error) => Err(detail!(OutputUrl, "{error}", error = error.to_string())),
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
                let reason = detail!(
                    NotAFileAddress,
                    "it is not the address of a file: {excerpt}",
                    excerpt = excerpt(text.as_bytes())
                );
                let is_content = text.len() > reason.as_str().len();
                Err(Unsaved { is_content, ..Unsaved::because(reason) })
            }
            Output::Text(text) => self.write(stem, "txt", text.as_bytes()).await,
            Output::Json(value) if self.is_media() => Err(Unsaved::because(detail!(
                OutputNotAFile,
                "it is not a file: {excerpt}",
                excerpt = excerpt(value.to_string().as_bytes())
            ))),
            Output::Json(value) => self.write(stem, "json", value.to_string().as_bytes()).await,
            Output::Failed { message, code } => Err(Unsaved::because(detail!(
                OutputFailed,
                "it failed: {error}",
                error = ErrorMessage { message, code }.in_words()
            ))),
            Output::Undecodable { reason, .. } => Err(Unsaved::content(reason)),
        }
    }

    /// Media type of the outputs according to the contract.
    fn media(&self) -> Option<&'static str> {
        self.model.map(Model::media)
    }

    /// Whether the contract says that outputs are images, videos or audio.
    fn is_media(&self) -> bool {
        self.media().is_some_and(content::is_media)
    }

    async fn fetch(&self, url: &Url, stem: &str) -> Result<PathBuf, Detail> {
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

fn none_because(prediction: &Prediction) -> Detail {
    let status = prediction.status().to_string();
    if prediction.data_removed() {
        return detail!(
            OutputsDeleted,
            "its outputs have been deleted; they are kept for {minutes} minutes",
            minutes = quickrouter_api::limits::RESULT_RETENTION_SECONDS / 60
        );
    }
    if !prediction.is_terminal() {
        return detail!(
            NoOutputsYet,
            "it is {status} and has no outputs yet; wait for it first",
            status = status
        );
    }
    match prediction.error().or_else(|| logs::dropped_because(prediction.logs())) {
        Some(error) => detail!(
            NoOutputsBecause,
            "it is {status} and has no outputs: {error}",
            status = status,
            error = error
        ),
        None => detail!(NoOutputs, "it is {status} and has no outputs", status = status),
    }
}
