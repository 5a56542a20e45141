//! Fetching one output until the whole of it is on disk.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use quickrouter_api::Resume;
use reqwest::header::HeaderValue;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::client::save::download::{self, DownloadBody, DownloadFailure, Rest};
use crate::client::save::mismatch::{self, Declared};
use crate::client::save::target::{Name, Partial, Target};
use crate::core::context::Context;
use crate::http::retry::{Call, Retry};
use crate::http::retry_table::Decision;
use crate::media::content::{self, BEGINNING};
use crate::media::extension;

/// What is fetched, and where it goes.
pub(crate) struct Fetch<'a> {
    pub(crate) context: &'a Context,
    pub(crate) url: &'a Url,
    /// The name of the file, without its extension.
    pub(crate) stem: &'a str,
    pub(crate) target: Target<'a>,
    /// The media type of the model's outputs, as the contract has it.
    pub(crate) media: Option<&'static str>,
    /// Whether the prediction ended only just.
    pub(crate) fresh: bool,
}

/// A download on its way: what an attempt leaves for the next one.
struct Download<'a> {
    fetch: &'a Fetch<'a>,
    deadline: Instant,
    /// How long all attempts may take.
    limit: Duration,
    partial_file: Option<PartialFile>,
    /// The most bytes that an attempt has left.
    written: u64,
}

/// The beginning of a file.
struct PartialFile {
    partial: Partial,
    name: Name,
    validator: Option<HeaderValue>,
    /// The length of the whole, where it is known.
    total: Option<u64>,
}

impl Call for Download<'_> {
    type Outcome = Result<PathBuf, DownloadFailure>;

    async fn attempt(&mut self) -> Self::Outcome {
        let attempt = timeout_at(self.deadline, self.fetch.attempt(&mut self.partial_file)).await;
        attempt.unwrap_or_else(|_| {
            let reason = format!("it was not complete after {:?}", self.limit);
            Err(DownloadFailure::last(reason))
        })
    }

    fn decide(&self, outcome: &Self::Outcome) -> Decision {
        outcome.as_ref().err().map_or(Decision::Done, |failure| failure.decision)
    }

    fn name(&self) -> String {
        format!("the download of {}", self.fetch.stem)
    }

    fn has_progressed(&mut self) -> bool {
        let written = self.partial_file.as_ref().map_or(0, |file| file.partial.written);
        let gained = written > self.written;
        self.written = self.written.max(written);
        gained
    }
}

impl Fetch<'_> {
    /// Fetches until a whole body is on disk. What breaks on the way goes on where it broke, where
    /// the server can do that, and is fetched again from its start elsewhere.
    ///
    /// # Errors
    /// The reason.
    pub(crate) async fn run(&self, deadline: Instant, limit: Duration) -> Result<PathBuf, String> {
        let retry = Retry {
            policy: &self.context.retry,
            clock: &self.context.clock,
            ticket: None,
            latest: deadline,
            deadline: None,
            cancelled: None,
        };
        let mut download =
            Download { fetch: self, deadline, limit, partial_file: None, written: 0 };
        let (outcome, _) =
            retry.run(&mut download).await.map_err(|not_sent| not_sent.denied.to_string())?;
        outcome.map_err(|failure| failure.reason)
    }

    async fn attempt(
        &self,
        partial_file: &mut Option<PartialFile>,
    ) -> Result<PathBuf, DownloadFailure> {
        let rest = partial_file.as_ref().and_then(PartialFile::rest);
        let opened = download::open(self.context, self.url, rest.as_ref(), self.fresh).await;
        let opened = opened.inspect_err(|failure| {
            if failure.restart {
                *partial_file = None;
            }
        })?;
        if opened.start == 0 {
            *partial_file = None;
        }
        self.body(opened, partial_file).await
    }

    /// Reads a body into the file that is begun, or begins one.
    async fn body(
        &self,
        opened: DownloadBody,
        kept: &mut Option<PartialFile>,
    ) -> Result<PathBuf, DownloadFailure> {
        let DownloadBody { media_type, total, validator, mut chunks, .. } = opened;
        let mut partial_file = match kept.take() {
            Some(partial_file) => partial_file,
            None => {
                let mut head = Vec::new();
                // As much as it takes to know what it is.
                while head.len() < BEGINNING
                    && !content::is_unmistakable_media(&head)
                    && let Some(chunk) = chunks.next().await.map_err(|fail| download::cut(&fail))?
                {
                    head.extend_from_slice(&chunk);
                }
                self.begin(&media_type, &head, (validator, total)).await?
            }
        };
        loop {
            match chunks.next().await {
                Ok(Some(chunk)) => {
                    let written = partial_file.partial.write(&chunk).await;
                    written.map_err(|error| self.disk(&partial_file.name, &error))?;
                }
                Ok(None) => break,
                Err(fail) => {
                    *kept = Some(partial_file);
                    return Err(download::cut(&fail));
                }
            }
        }
        let written = partial_file.partial.written;
        if let Some(total) = total.filter(|total| *total != written) {
            *kept = Some(partial_file).filter(|_| written < total);
            return Err(DownloadFailure::again(format!("the body has {written} of {total} bytes")));
        }
        let PartialFile { partial, name, .. } = partial_file;
        self.target.finish(partial, &name).await.map_err(DownloadFailure::last)
    }

    /// Judges how a body begins, and begins its file.
    async fn begin(
        &self,
        media_type: &str,
        head: &[u8],
        (validator, total): (Option<HeaderValue>, Option<u64>),
    ) -> Result<PartialFile, DownloadFailure> {
        if head.is_empty() {
            return Err(download::misfit("it was answered with an empty body".to_owned()));
        }
        if let Some(reason) = self.misfit(media_type, head) {
            return Err(download::misfit(reason));
        }
        let extension = extension::extension(media_type, Some(self.url), head);
        let name = Name { stem: self.stem.to_owned(), extension };
        self.target.check(&name).await.map_err(DownloadFailure::last)?;
        let mut partial = self.target.begin().map_err(|error| self.disk(&name, &error))?;
        partial.write(head).await.map_err(|error| self.disk(&name, &error))?;
        Ok(PartialFile { partial, name, validator, total })
    }

    /// Why a body cannot be the output: a page or a message where a picture belongs. Storages and
    /// firewalls answer those with 200, some under the media type of the picture.
    fn misfit(&self, media_type: &str, head: &[u8]) -> Option<String> {
        let declared = Declared {
            contract: self.media,
            extension: extension::of_path(self.url.path()),
            media_type: extension::essence(media_type),
        };
        mismatch::of(&declared, head)
    }

    fn disk(&self, name: &Name, error: &io::Error) -> DownloadFailure {
        DownloadFailure::last(self.target.unwritable(name, error))
    }
}

impl PartialFile {
    fn rest(&self) -> Option<Rest> {
        let (validator, total) = (self.validator.clone()?, self.total);
        let resume = Resume::new(self.partial.written, validator);
        (self.partial.written > 0).then_some(Rest { resume, total })
    }
}
