//! Fetching one output until it is completely on disk.

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
use crate::detail::{Detail, detail};
use crate::http::retry::{Call, Retry};
use crate::http::retry_table::Decision;
use crate::media::content::{self, BEGINNING};
use crate::media::extension;

/// One output to download, and its target.
pub(crate) struct Fetch<'a> {
    pub(crate) context: &'a Context,
    pub(crate) url: &'a Url,
    /// File name without the extension.
    pub(crate) stem: &'a str,
    pub(crate) target: Target<'a>,
    /// Media type of the model's outputs according to the contract.
    pub(crate) media: Option<&'static str>,
    /// Whether the prediction ended recently.
    pub(crate) fresh: bool,
}

/// Download state kept across attempts.
struct Download<'a> {
    fetch: &'a Fetch<'a>,
    deadline: Instant,
    /// Time limit for all attempts together.
    limit: Duration,
    partial_file: Option<PartialFile>,
    /// Largest number of bytes written so far.
    written: u64,
}

/// An incomplete file that may be resumed.
struct PartialFile {
    partial: Partial,
    name: Name,
    validator: Option<HeaderValue>,
    /// Length of the whole file, if known.
    total: Option<u64>,
}

impl Call for Download<'_> {
    type Outcome = Result<PathBuf, DownloadFailure>;

    async fn attempt(&mut self) -> Self::Outcome {
        let attempt = timeout_at(self.deadline, self.fetch.attempt(&mut self.partial_file)).await;
        attempt.unwrap_or_else(|_| {
            let reason = detail!(
                DownloadTime,
                "it was not complete after {time}",
                time = format!("{:?}", self.limit)
            );
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
        let has_progressed = written > self.written;
        self.written = self.written.max(written);
        has_progressed
    }
}

impl Fetch<'_> {
    /// Downloads until the file is complete. A broken download is resumed if the server supports
    /// it, otherwise restarted.
    ///
    /// # Errors
    /// The reason of the last failure.
    pub(crate) async fn run(&self, deadline: Instant, limit: Duration) -> Result<PathBuf, Detail> {
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
            retry.run(&mut download).await.map_err(|not_sent| not_sent.denied.detail())?;
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

    /// Appends a body to the partial file, or starts one.
    async fn body(
        &self,
        opened: DownloadBody,
        resumable: &mut Option<PartialFile>,
    ) -> Result<PathBuf, DownloadFailure> {
        let DownloadBody { media_type, total, validator, mut chunks, .. } = opened;
        let mut partial_file = match resumable.take() {
            Some(partial_file) => partial_file,
            None => {
                let mut head = Vec::new();
                // Enough to detect the format.
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
                    *resumable = Some(partial_file);
                    return Err(download::cut(&fail));
                }
            }
        }
        let written = partial_file.partial.written;
        if let Some(total) = total.filter(|total| *total != written) {
            *resumable = Some(partial_file).filter(|_| written < total);
            return Err(DownloadFailure::again(detail!(
                BodyShort,
                "the body has {written} of {total} bytes",
                written = written,
                total = total
            )));
        }
        let PartialFile { partial, name, .. } = partial_file;
        self.target.finish(partial, &name).await.map_err(DownloadFailure::last)
    }

    /// Checks the first bytes of a body and starts its file.
    async fn begin(
        &self,
        media_type: &str,
        head: &[u8],
        (validator, total): (Option<HeaderValue>, Option<u64>),
    ) -> Result<PartialFile, DownloadFailure> {
        if head.is_empty() {
            return Err(download::misfit(detail!(BodyEmpty, "the response body is empty")));
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

    /// Why a body cannot be the output, such as an HTML page or a message in place of an image.
    /// Storage services and firewalls send those with status 200, some with the image's media type.
    fn misfit(&self, media_type: &str, head: &[u8]) -> Option<Detail> {
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
