//! [`KeyStore`]: where `auth login` keeps keys, one of each profile.

use std::fs::DirBuilder;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tempfile::NamedTempFile;

use crate::error::AccountError;
use crate::error::reason::Reason;
use crate::files;
use crate::keys::key::{Key, KeyPlace};
#[cfg(feature = "keyring")]
use crate::keys::keyring_entry;
use crate::profile::Profile;
use crate::profile::name;
use crate::profile::origin::Origin;

/// The maximum size of a stored key's file.
const LIMIT: u64 = 16 << 10;

/// Where `auth login` keeps keys, one of each profile, with the origin that it belongs to.
#[derive(Clone, Debug)]
pub struct KeyStore {
    place: StorePlace,
}

#[derive(Clone, Debug)]
enum StorePlace {
    Nowhere,
    Folder(PathBuf),
    #[cfg(feature = "keyring")]
    Keyring,
}

/// A key with its origin.
pub(crate) struct StoredKey {
    pub(crate) key: Key,
    pub(crate) origin: Origin,
}

/// What is stored. The origin is there so that a key does not follow its profile to another gateway.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    origin: String,
    key: String,
}

impl KeyStore {
    /// A store of files in this folder, which is created when a key is stored, for its owner only.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { place: StorePlace::Folder(folder.into()) }
    }

    /// A store without a place, which is empty and stays so.
    pub(crate) fn nowhere() -> Self {
        Self { place: StorePlace::Nowhere }
    }

    /// A store in the platform's keyring.
    #[cfg(feature = "keyring")]
    pub fn in_keyring() -> Self {
        Self { place: StorePlace::Keyring }
    }

    /// The file of a profile's key, whether it exists or not; `None` if it is not in a file.
    pub fn path(&self, profile: &str) -> Option<PathBuf> {
        match &self.place {
            StorePlace::Nowhere => None,
            StorePlace::Folder(folder) => Some(file(folder, profile)),
            #[cfg(feature = "keyring")]
            StorePlace::Keyring => None,
        }
    }

    /// Stores a profile's key, instead of the one stored before. Nobody else can read it at any time.
    ///
    /// # Errors
    /// [`AccountError::KeyInvalid`], [`AccountError::BaseUrlInvalid`],
    /// [`AccountError::ProfileNameInvalid`], [`AccountError::NoConfigFolder`], or why it cannot be
    /// written.
    pub fn save(&self, profile: &Profile, key: &str) -> Result<(), AccountError> {
        name::check(&profile.name)?;
        let (origin, key) = (profile.origin()?, Key::new(key.to_owned(), KeyPlace::Given)?);
        let stored = serde_json::json!({"origin": origin.as_str(), "key": key.expose()});
        let stored = SecretString::from(stored.to_string());
        match &self.place {
            StorePlace::Nowhere => Err(AccountError::NoConfigFolder),
            StorePlace::Folder(folder) => {
                let path = file(folder, &profile.name);
                write(folder, &path, &stored).map_err(|error| unwritable(&path, &error))
            }
            #[cfg(feature = "keyring")]
            StorePlace::Keyring => keyring_entry::save(&profile.name, stored),
        }
    }

    /// Deletes a profile's key. Returns whether there was one.
    ///
    /// # Errors
    /// [`AccountError::ProfileNameInvalid`], or why it cannot be deleted.
    pub fn delete(&self, profile: &str) -> Result<bool, AccountError> {
        name::check(profile)?;
        match &self.place {
            StorePlace::Nowhere => Ok(false),
            StorePlace::Folder(folder) => {
                let path = file(folder, profile);
                match std::fs::remove_file(&path) {
                    Ok(()) => Ok(true),
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
                    Err(error) => Err(unwritable(&path, &error)),
                }
            }
            #[cfg(feature = "keyring")]
            StorePlace::Keyring => keyring_entry::delete(profile),
        }
    }

    /// A profile's key and its origin.
    pub(crate) fn load(&self, profile: &str) -> Result<Option<StoredKey>, AccountError> {
        name::check(profile)?;
        let (text, place) = match &self.place {
            StorePlace::Nowhere => return Ok(None),
            StorePlace::Folder(folder) => {
                let path = file(folder, profile);
                (read(folder, &path)?, KeyPlace::Stored(path))
            }
            #[cfg(feature = "keyring")]
            StorePlace::Keyring => (keyring_entry::load(profile)?, KeyPlace::Keyring),
        };
        let Some(text) = text else { return Ok(None) };
        // No message of the parser: it could quote the key.
        let damaged =
            || AccountError::KeyInvalid { source: place.source(), why: Reason::StoredKeyDamaged };
        let stored: Stored = serde_json::from_str(text.expose_secret()).map_err(|_| damaged())?;
        let origin = Origin::of(&stored.origin).map_err(|_| damaged())?;
        let key = Key::new(stored.key, place)?;
        Ok(Some(StoredKey { key, origin }))
    }
}

fn file(folder: &Path, profile: &str) -> PathBuf {
    // Never a name that Windows reserves, such as `con`.
    folder.join(format!("key-{profile}"))
}

fn unwritable(path: &Path, error: &std::io::Error) -> AccountError {
    AccountError::KeyStoreUnwritable {
        path: path.to_owned(),
        why: Reason::Other(error.to_string()),
    }
}

/// Writes a file beside the old one, which it then replaces. It is created for its owner only.
fn write(folder: &Path, path: &Path, text: &SecretString) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    for_owner_only(&mut builder);
    builder.create(folder)?;
    close_to_others(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.expose_secret().as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn for_owner_only(builder: &mut DirBuilder) {
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
}

#[cfg(not(unix))]
fn for_owner_only(_builder: &mut DirBuilder) {}

#[cfg(unix)]
fn close_to_others(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

fn read(folder: &Path, path: &Path) -> Result<Option<SecretString>, AccountError> {
    let unreadable = |why| AccountError::KeyFileUnreadable { path: path.to_owned(), why };
    let Some(file) = files::read(path, LIMIT).map_err(unreadable)? else { return Ok(None) };
    let exposed = |path: &Path, mode, needed| {
        Err(AccountError::KeyFileExposed { path: path.to_owned(), mode, needed })
    };
    match files::mode(&file.metadata) {
        Some(mode) if mode & 0o077 != 0 => return exposed(path, mode, 0o600),
        _ => {}
    }
    let folder_mode = std::fs::metadata(folder).ok().and_then(|found| files::mode(&found));
    match folder_mode {
        Some(mode) if mode & 0o022 != 0 => exposed(folder, mode, 0o700),
        _ => Ok(Some(SecretString::from(file.text))),
    }
}
