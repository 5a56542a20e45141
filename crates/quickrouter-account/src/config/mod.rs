//! [`Config`]: the configuration file and its profiles.

use std::path::{Path, PathBuf};

use crate::error::AccountError;
use crate::keys::store::KeyStore;
use crate::profile::Profile;

/// The name of the built-in profile, for QuickRouter itself.
pub const BUILT_IN_PROFILE: &str = "quickrouter";

/// The configuration: its profiles, and which of them is the default.
#[derive(Clone, Debug)]
pub struct Config {
    path: PathBuf,
    exists: bool,
    default_profile: Option<String>,
    profiles: Vec<Profile>,
}

impl Config {
    /// Reads the configuration file: `path`, else `config.toml` in the platform's folder for
    /// configuration. A file in the platform's folder need not exist, one that `path` names must.
    ///
    /// # Errors
    /// [`AccountError::NoConfigFolder`], or what is wrong with the file.
    pub fn read(path: Option<&Path>) -> Result<Self, AccountError> {
        let path = path.map(Path::to_owned).ok_or(AccountError::NoConfigFolder)?;
        Ok(Self { path, exists: false, default_profile: None, profiles: Vec::new() })
    }

    /// Where the file is, whether it exists or not.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file exists.
    pub fn exists(&self) -> bool {
        self.exists
    }

    /// The name of the default profile: the one that the file names, else the built-in one.
    pub fn default_profile(&self) -> &str {
        self.default_profile.as_deref().unwrap_or(BUILT_IN_PROFILE)
    }

    /// Whether the file names a default profile.
    pub fn sets_default_profile(&self) -> bool {
        self.default_profile.is_some()
    }

    /// Every profile, the built-in one included.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The profile with this name, or the default one.
    ///
    /// # Errors
    /// [`AccountError::ProfileUnknown`].
    pub fn profile(&self, name: Option<&str>) -> Result<&Profile, AccountError> {
        let name = name.unwrap_or(self.default_profile());
        let found = self.profiles.iter().find(|profile| profile.name == name);
        found.ok_or_else(|| AccountError::ProfileUnknown {
            name: name.to_owned(),
            known: self.profiles.iter().map(|profile| profile.name.clone()).collect(),
            suggestion: None,
        })
    }

    /// The store of keys beside the configuration file.
    pub fn key_store(&self) -> KeyStore {
        KeyStore::in_folder(self.path.with_file_name("keys"))
    }
}
