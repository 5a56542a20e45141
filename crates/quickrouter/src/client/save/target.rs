//! The target folder: files are written next to their target and renamed when complete.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

use crate::detail::{Detail, detail};

/// Highest number appended to make a file name unique.
const MAX_NUMBER: u32 = 10_000;

/// The folder to write to, and what to do on a name conflict.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) on_conflict: OnConflict,
}

/// What to do if a file with the same name exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnConflict {
    /// Keep it and fail; the new content can be fetched again.
    Refuse,
    /// Replace it atomically.
    Overwrite,
    /// Append a number to the new name; the content cannot be fetched again.
    Rename,
}

/// A file name: the part before the number, and the extension.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) stem: String,
    pub(crate) extension: String,
}

impl Name {
    fn numbered(&self, number: u32) -> String {
        let Self { stem, extension } = self;
        if number < 2 {
            format!("{stem}.{extension}")
        } else {
            format!("{stem}-{number}.{extension}")
        }
    }
}

/// An incomplete file, removed on drop.
pub(crate) struct Partial {
    temporary: NamedTempFile,
    file: tokio::fs::File,
    pub(crate) written: u64,
}

impl Partial {
    pub(crate) async fn write(&mut self, content: &[u8]) -> io::Result<()> {
        self.file.write_all(content).await?;
        self.written += content.len() as u64;
        Ok(())
    }
}

impl Target<'_> {
    /// Checks that the file may be written, before its content is fetched.
    pub(crate) async fn check(self, name: &Name) -> Result<(), Detail> {
        let path = self.folder.join(name.numbered(1));
        match tokio::fs::symlink_metadata(&path).await {
            Ok(_) if self.on_conflict == OnConflict::Refuse => Err(taken(&path)),
            _ => Ok(()),
        }
    }

    /// Writes a whole file.
    pub(crate) async fn write(self, name: &Name, content: &[u8]) -> Result<PathBuf, Detail> {
        self.check(name).await?;
        let disk = |error: io::Error| self.unwritable(name, &error);
        let mut partial = self.begin().map_err(disk)?;
        partial.write(content).await.map_err(disk)?;
        self.finish(partial, name).await
    }

    /// Creates a temporary file next to the target.
    pub(crate) fn begin(self) -> io::Result<Partial> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".quickrouter-").suffix(".part");
        // The default mode of new files; a temporary file would be private to its owner.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temporary = builder.tempfile_in(self.folder)?;
        let file = tokio::fs::File::from_std(temporary.as_file().try_clone()?);
        Ok(Partial { temporary, file, written: 0 })
    }

    /// Renames a complete file to its final name.
    pub(crate) async fn finish(self, partial: Partial, name: &Name) -> Result<PathBuf, Detail> {
        let Partial { temporary, mut file, .. } = partial;
        let written = async {
            file.flush().await?;
            file.sync_all().await
        };
        written.await.map_err(|error| self.unwritable(name, &error))?;
        drop(file);
        let first = self.folder.join(name.numbered(1));
        if self.on_conflict == OnConflict::Overwrite {
            let persisted = temporary.persist(&first);
            return match persisted {
                Ok(_) => Ok(first),
                Err(error) => Err(self.unwritable(name, &error.error)),
            };
        }
        let names = if self.on_conflict == OnConflict::Rename { MAX_NUMBER } else { 1 };
        let paths = (1..=names).map(|number| self.folder.join(name.numbered(number)));
        match persist(temporary, paths) {
            Ok(path) => Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(taken(&first)),
            Err(error) => Err(self.unwritable(name, &error)),
        }
    }

    pub(crate) fn unwritable(self, name: &Name, error: &io::Error) -> Detail {
        let path = self.folder.join(name.numbered(1));
        detail!(
            FileNotWritten,
            "{path} cannot be written: {error}",
            path = path.display().to_string(),
            error = error.to_string()
        )
    }
}

/// Renames a complete file to the first free one of `paths`.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if none is free.
pub(crate) fn persist(
    mut temporary: NamedTempFile,
    paths: impl Iterator<Item = PathBuf>,
) -> io::Result<PathBuf> {
    for path in paths {
        temporary = match temporary.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => error.file,
            Err(error) => return Err(error.error),
        };
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn taken(path: &Path) -> Detail {
    detail!(
        FileExists,
        "{path} already exists; save elsewhere, or allow overwriting",
        path = path.display().to_string()
    )
}
