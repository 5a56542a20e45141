//! A file of the user's on its way to the gateway: looked at, then read whole or bit by bit.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use futures_util::stream::try_unfold;
use reqwest::Body;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use crate::error::Error;
use crate::error::details::FileError;
use crate::media::content;

/// So much of a file is held while it is sent.
const PART: usize = 64 << 10;

/// What a file was when it was looked at. It is not kept open.
#[derive(Debug)]
pub(crate) struct LocalFile {
    path: PathBuf,
    /// In bytes, at least 1.
    pub(crate) size: u64,
    changed_at: Option<SystemTime>,
    /// The media type it is sent with, from its content.
    pub(crate) media_type: &'static str,
    /// The media type of its content where that is recognized, plain text among them.
    pub(crate) recognized: Option<&'static str>,
}

/// What kept a file from being read to its end, once something has.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadFailure(Arc<OnceLock<FileError>>);

impl ReadFailure {
    pub(crate) fn reason(&self) -> Option<FileError> {
        self.0.get().cloned()
    }

    /// Keeps the first one: what a body fails with does not always come back from the network.
    fn keep(&self, why: FileError) -> io::Error {
        io::Error::other(self.0.get_or_init(|| why).to_string())
    }
}

/// A file that is being sent.
struct PartReader {
    file: File,
    left: u64,
    seen: Arc<LocalFile>,
    failure: ReadFailure,
}

impl LocalFile {
    /// Looks at a file that is to be read.
    ///
    /// # Errors
    /// [`Error::File`] when it is none, cannot be read or is empty.
    pub(crate) async fn inspect(path: &Path) -> Result<Arc<Self>, Error> {
        let unreadable = |error: io::Error| FileError::io(path, error);
        // Requested before it is opened: to open a pipe may take for ever.
        if !tokio::fs::metadata(path).await.map_err(unreadable)?.is_file() {
            return Err(FileError::new(path, "is not a file").into());
        }
        let mut file = File::open(path).await.map_err(unreadable)?;
        let found = file.metadata().await.map_err(unreadable)?;
        let mut beginning = Vec::new();
        (&mut file)
            .take(content::BEGINNING as u64)
            .read_to_end(&mut beginning)
            .await
            .map_err(unreadable)?;
        if beginning.is_empty() {
            return Err(FileError::new(path, "is empty").into());
        }
        Ok(Arc::new(Self {
            path: path.to_owned(),
            size: found.len(),
            changed_at: found.modified().ok(),
            media_type: content::media_type(&beginning),
            recognized: content::recognized(&beginning),
        }))
    }

    /// The error for what is wrong with it.
    pub(crate) fn wrong(&self, why: impl Into<String>) -> Error {
        FileError::new(&self.path, why).into()
    }

    /// Its name without folders.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// All of it.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read or is not what was looked at.
    pub(crate) async fn read(&self) -> Result<Vec<u8>, Error> {
        let read = tokio::fs::read(&self.path).await;
        let content = read.map_err(|error| FileError::io(&self.path, error))?;
        match content.len() as u64 {
            size if size == self.size => Ok(content),
            _ => Err(self.wrong("changed while it was read; try again when it is complete")),
        }
    }

    /// A body that reads it while it is sent, and fails where the file is not what was looked at.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) async fn body(self: &Arc<Self>, failure: &ReadFailure) -> Result<Body, FileError> {
        let opened = async {
            let file = File::open(&self.path).await?;
            Ok((file.metadata().await?, file))
        };
        let (found, file) = opened.await.map_err(|error| FileError::io(&self.path, error))?;
        if !self.is_as_seen(&found) {
            return Err(self.changed(&found));
        }
        let (seen, failure) = (Arc::clone(self), failure.clone());
        Ok(Body::wrap_stream(try_unfold(PartReader { file, left: self.size, seen, failure }, part)))
    }

    fn is_as_seen(&self, found: &Metadata) -> bool {
        found.len() == self.size && found.modified().ok() == self.changed_at
    }

    fn changed(&self, found: &Metadata) -> FileError {
        let (had, has) = (self.size, found.len());
        let how = if had == has {
            "was modified".to_owned()
        } else {
            format!("went from {had} to {has} bytes")
        };
        let why = format!("{how} during the upload; upload it again when it is complete");
        FileError::new(&self.path, why)
    }
}

impl PartReader {
    /// Some more of it; at its end also what the file is now.
    async fn more(&mut self) -> io::Result<(Bytes, Option<Metadata>)> {
        let mut part = BytesMut::with_capacity(PART);
        let read = (&mut self.file).take(self.left).read_buf(&mut part).await?;
        self.left -= read as u64;
        let over = read == 0 || self.left == 0;
        let found = if over { Some(self.file.metadata().await?) } else { None };
        Ok((part.freeze(), found))
    }
}

/// The next part of a file that is being sent. The file is looked at before its last part goes out,
/// so that no body of a file that has changed is ever complete.
async fn part(mut reading: PartReader) -> io::Result<Option<(Bytes, PartReader)>> {
    if reading.left == 0 {
        return Ok(None);
    }
    match reading.more().await {
        Ok((_, Some(found))) if reading.left > 0 || !reading.seen.is_as_seen(&found) => {
            Err(reading.failure.keep(reading.seen.changed(&found)))
        }
        Ok((part, _)) => Ok(Some((part, reading))),
        Err(error) => Err(reading.failure.keep(FileError::io(&reading.seen.path, error))),
    }
}
