//! Local files for inputs and uploads: inspected first, then read whole or streamed.

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

use crate::detail::{Detail, detail};
use crate::error::Error;
use crate::error::details::FileError;
use crate::media::content;

/// The size of the parts in which a file is streamed.
const PART: usize = 64 << 10;

/// A local file as inspected. It is not kept open.
#[derive(Debug)]
pub(crate) struct LocalFile {
    path: PathBuf,
    /// In bytes, at least 1.
    pub(crate) size: u64,
    changed_at: Option<SystemTime>,
    /// The media type to send, from its content.
    pub(crate) media_type: &'static str,
    /// The media type of its content if recognized, including plain text.
    pub(crate) recognized: Option<&'static str>,
}

/// Why a file could not be read to its end, if so.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadFailure(Arc<OnceLock<FileError>>);

impl ReadFailure {
    pub(crate) fn reason(&self) -> Option<FileError> {
        self.0.get().cloned()
    }

    /// Keeps the first failure: the error of a body does not always come back from the network.
    fn keep(&self, why: FileError) -> io::Error {
        io::Error::other(self.0.get_or_init(|| why).to_string())
    }
}

/// A file being streamed.
struct PartReader {
    file: File,
    remaining: u64,
    inspected: Arc<LocalFile>,
    failure: ReadFailure,
}

impl LocalFile {
    /// Inspects a file.
    ///
    /// # Errors
    /// [`Error::File`] if it is not a file, cannot be read or is empty.
    pub(crate) async fn inspect(path: &Path) -> Result<Arc<Self>, Error> {
        let unreadable = |error: io::Error| FileError::io(path, error);
        // Checked before it is opened: opening a pipe may block forever.
        if !tokio::fs::metadata(path).await.map_err(unreadable)?.is_file() {
            return Err(FileError::new(path, detail!(NotAFile, "is not a file")).into());
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
            return Err(FileError::new(path, detail!(FileEmpty, "is empty")).into());
        }
        Ok(Arc::new(Self {
            path: path.to_owned(),
            size: found.len(),
            changed_at: found.modified().ok(),
            media_type: content::media_type(&beginning),
            recognized: content::recognized(&beginning),
        }))
    }

    /// Returns an error about this file.
    pub(crate) fn wrong(&self, why: Detail) -> Error {
        FileError::new(&self.path, why).into()
    }

    /// The file name without folders.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Reads the whole file.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read or has changed since it was inspected.
    pub(crate) async fn read(&self) -> Result<Vec<u8>, Error> {
        let read = tokio::fs::read(&self.path).await;
        let content = read.map_err(|error| FileError::io(&self.path, error))?;
        match content.len() as u64 {
            size if size == self.size => Ok(content),
            _ => Err(self.wrong(detail!(
                FileChanged,
                "changed while it was read; try again when it is complete"
            ))),
        }
    }

    /// Returns a body that streams the file, and fails if it has changed since it was inspected.
    ///
    /// # Errors
    /// The file cannot be read or has changed.
    pub(crate) async fn body(self: &Arc<Self>, failure: &ReadFailure) -> Result<Body, FileError> {
        let opened = async {
            let file = File::open(&self.path).await?;
            Ok((file.metadata().await?, file))
        };
        let (found, file) = opened.await.map_err(|error| FileError::io(&self.path, error))?;
        if !self.is_unchanged(&found) {
            return Err(self.changed(&found));
        }
        let (inspected, failure) = (Arc::clone(self), failure.clone());
        Ok(Body::wrap_stream(try_unfold(
            PartReader { file, remaining: self.size, inspected, failure },
            part,
        )))
    }

    fn is_unchanged(&self, found: &Metadata) -> bool {
        found.len() == self.size && found.modified().ok() == self.changed_at
    }

    fn changed(&self, found: &Metadata) -> FileError {
        let (had, has) = (self.size, found.len());
        let how = if had == has {
            detail!(Modified, "was modified")
        } else {
            detail!(ChangedSize, "went from {had} to {has} bytes", had = had, has = has)
        };
        let why = detail!(
            FileChangedInUpload,
            "{how} during the upload; upload it again when it is complete",
            how = how
        );
        FileError::new(&self.path, why)
    }
}

impl PartReader {
    /// Reads the next part; at the end also the current metadata.
    async fn more(&mut self) -> io::Result<(Bytes, Option<Metadata>)> {
        let mut part = BytesMut::with_capacity(PART);
        let read = (&mut self.file).take(self.remaining).read_buf(&mut part).await?;
        self.remaining -= read as u64;
        let at_end = read == 0 || self.remaining == 0;
        let found = if at_end { Some(self.file.metadata().await?) } else { None };
        Ok((part.freeze(), found))
    }
}

/// Returns the next part of a streamed file. The file is checked before its last part is sent, so
/// that the body of a changed file is never complete.
async fn part(mut reading: PartReader) -> io::Result<Option<(Bytes, PartReader)>> {
    if reading.remaining == 0 {
        return Ok(None);
    }
    match reading.more().await {
        Ok((_, Some(found)))
            if reading.remaining > 0 || !reading.inspected.is_unchanged(&found) =>
        {
            Err(reading.failure.keep(reading.inspected.changed(&found)))
        }
        Ok((part, _)) => Ok(Some((part, reading))),
        Err(error) => Err(reading.failure.keep(FileError::io(&reading.inspected.path, error))),
    }
}
