//! [`FileStore`].

use std::path::Path;

use futures_util::future::BoxFuture;

use crate::budget::{Limits, Spent};
use crate::store::{Arming, Change, NewRequest, Record, RequestStore, StoreError};

/// A store in one file, which only its owner can read.
#[derive(Debug)]
pub struct FileStore {}

impl FileStore {
    /// Opens the file, and makes it if there is none.
    ///
    /// # Errors
    /// It cannot be read or written, or belongs to another gateway.
    pub fn open(path: &Path, gateway: &str) -> Result<Self, StoreError> {
        let io = |source| StoreError::Io { path: path.to_owned(), source };
        let corrupt = |reason: &str| StoreError::Corrupt {
            path: path.to_owned(),
            line: 1,
            reason: reason.to_owned(),
        };
        let first = format!("{{\"gateway\":\"{gateway}\"}}\n");
        match std::fs::read_to_string(path) {
            Ok(text) if text == first => Ok(Self {}),
            Ok(text) if text.starts_with("{\"gateway\"") => Err(StoreError::OtherGateway {
                path: path.to_owned(),
                found: text.trim().to_owned(),
                expected: gateway.to_owned(),
            }),
            Ok(_) => Err(corrupt("it is not of this format")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder).map_err(io)?;
                }
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut file = options.open(path).map_err(io)?;
                std::io::Write::write_all(&mut file, first.as_bytes()).map_err(io)?;
                Ok(Self {})
            }
            Err(error) => Err(io(error)),
        }
    }
}

impl RequestStore for FileStore {
    fn arm(&self, _: NewRequest, _: Limits) -> BoxFuture<'_, Result<Arming, StoreError>> {
        Box::pin(async { Ok(Arming::Armed) })
    }

    fn change<'a>(&'a self, _: &'a str, _: Change) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }

    fn find<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        Box::pin(async { Ok(None) })
    }

    fn find_prediction<'a>(
        &'a self,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        Box::pin(async { Ok(None) })
    }

    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn spent(&self, _: Limits) -> BoxFuture<'_, Result<Spent, StoreError>> {
        Box::pin(async { Ok(Spent::default()) })
    }
}
