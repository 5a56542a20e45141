//! Fetching one output until the whole of it is on disk.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use quickrouter_api::Resume;
use reqwest::header::HeaderValue;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::client::save::download::{self, Opened, Rest, Stop};
use crate::client::save::mismatch::{self, Expected};
use crate::client::save::target::{Name, Partial, Target};
use crate::core::context::Connection;
use crate::http::backoff;
use crate::media::content::{self, BEGINNING};
use crate::media::extension;

/// One output that is fetched.
pub(crate) struct Fetch<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) url: &'a Url,
    /// The name of the file, without its extension.
    pub(crate) stem: &'a str,
    pub(crate) target: Target<'a>,
    /// The media type of the model's outputs, as the contract has it.
    pub(crate) media: Option<&'static str>,
    /// Whether the prediction ended only just.
    pub(crate) fresh: bool,
}

/// What an attempt has left for the next one.
struct Begun {
    partial: Partial,
    name: Name,
    validator: Option<HeaderValue>,
    /// The length of the whole, where it is known.
    total: Option<u64>,
}

impl Fetch<'_> {
    /// Fetches until a whole body is on disk. What breaks on the way goes on where it broke, where
    /// the server can do that, and is fetched again from its start elsewhere.
    ///
    /// # Errors
    /// The reason.
    pub(crate) async fn run(&self, deadline: Instant, limit: Duration) -> Result<PathBuf, String> {
        let policy = &self.connection.retry;
        let (mut attempts, mut begun, mut written) = (0, None, 0);
        loop {
            attempts += 1;
            let stop = match timeout_at(deadline, self.attempt(&mut begun)).await {
                Ok(Ok(path)) => return Ok(path),
                Ok(Err(stop)) => stop,
                Err(_) => {
                    return Err(format!("it was not complete after {limit:?}"));
                }
            };
            // Attempts are counted while nothing is gained; the deadline counts in any case.
            let now: u64 = begun.as_ref().map_or(0, |begun: &Begun| begun.partial.written);
            if now > written {
                attempts = 1;
            }
            written = written.max(now);
            if !stop.again || policy.spent(attempts) {
                return Err(stop.reason);
            }
            let pause = policy.pause(stop.asked, attempts);
            let stem = self.stem;
            tracing::warn!(?pause, "fetching {stem} failed ({}), fetching again", stop.reason);
            if !backoff::pause(pause, deadline).await {
                return Err(stop.reason);
            }
        }
    }

    async fn attempt(&self, begun: &mut Option<Begun>) -> Result<PathBuf, Stop> {
        let rest = begun.as_ref().and_then(Begun::rest);
        let opened = download::open(self.connection, self.url, rest.as_ref(), self.fresh).await;
        let opened = opened.inspect_err(|stop| {
            if stop.restart {
                *begun = None;
            }
        })?;
        if opened.start == 0 {
            *begun = None;
        }
        self.body(opened, begun).await
    }

    /// Reads a body into the file that is begun, or begins one.
    async fn body(&self, opened: Opened, kept: &mut Option<Begun>) -> Result<PathBuf, Stop> {
        let Opened { media_type, total, validator, mut chunks, .. } = opened;
        let mut begun = match kept.take() {
            Some(begun) => begun,
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
                    let written = begun.partial.write(&chunk).await;
                    written.map_err(|error| self.disk(&begun.name, &error))?;
                }
                Ok(None) => break,
                Err(fail) => {
                    *kept = Some(begun);
                    return Err(download::cut(&fail));
                }
            }
        }
        let written = begun.partial.written;
        if let Some(total) = total.filter(|total| *total != written) {
            *kept = Some(begun).filter(|_| written < total);
            return Err(Stop::again(format!("the body has {written} of {total} bytes")));
        }
        let Begun { partial, name, .. } = begun;
        self.target.finish(partial, &name).await.map_err(Stop::last)
    }

    /// Judges how a body begins, and begins its file.
    async fn begin(
        &self,
        media_type: &str,
        head: &[u8],
        (validator, total): (Option<HeaderValue>, Option<u64>),
    ) -> Result<Begun, Stop> {
        if head.is_empty() {
            return Err(download::misfit("it was answered with an empty body".to_owned()));
        }
        if let Some(reason) = self.misfit(media_type, head) {
            return Err(download::misfit(reason));
        }
        let extension = extension::extension(media_type, Some(self.url), head);
        let name = Name { stem: self.stem.to_owned(), extension };
        self.target.check(&name).await.map_err(Stop::last)?;
        let mut partial = self.target.begin().map_err(|error| self.disk(&name, &error))?;
        partial.write(head).await.map_err(|error| self.disk(&name, &error))?;
        Ok(Begun { partial, name, validator, total })
    }

    /// Why a body cannot be the output: a page or a message where a picture belongs. Storages and
    /// firewalls answer those with 200, some under the media type of the picture.
    fn misfit(&self, media_type: &str, head: &[u8]) -> Option<String> {
        let expected = Expected {
            contract: self.media,
            extension: extension::of_path(self.url.path()),
            media_type: extension::essence(media_type),
        };
        mismatch::of(&expected, head)
    }

    fn disk(&self, name: &Name, error: &io::Error) -> Stop {
        Stop::last(self.target.unwritable(name, error))
    }
}

impl Begun {
    fn rest(&self) -> Option<Rest> {
        let (validator, total) = (self.validator.clone()?, self.total);
        let resume = Resume::new(self.partial.written, validator);
        (self.partial.written > 0).then_some(Rest { resume, total })
    }
}
