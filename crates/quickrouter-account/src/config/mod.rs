//! [`Config`]: the configuration file and its profiles.

mod faults;
mod table;
mod values;

use std::path::{Path, PathBuf};

use directories::{BaseDirs, ProjectDirs};
use quickrouter::catalog::BASE_URL;

use crate::config::table::ConfigTable;
use crate::error::AccountError;
use crate::error::reason::Reason;
use crate::files;
use crate::keys::store::KeyStore;
use crate::profile::{Profile, name};

/// The name of the built-in profile, for QuickRouter itself. A profile of this name in the file adds
/// to it.
pub const BUILT_IN_PROFILE: &str = "quickrouter";

/// The maximum size of a configuration file.
const LIMIT: u64 = 1 << 20;

/// Names that are less alike than this are not suggested.
const ALIKE: f64 = 0.8;

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
    /// configuration. A file in the platform's folder need not exist, and neither need the folder; a
    /// file that `path` names must.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(path: Option<&Path>) -> Result<Self, AccountError> {
        let Some(place) = path.map(Path::to_owned).or_else(Self::default_path) else {
            return Ok(Self::built_in());
        };
        let unreadable = |why: Reason| AccountError::ConfigUnreadable { path: place.clone(), why };
        let Some(file) = files::read(&place, LIMIT).map_err(unreadable)? else {
            return match path {
                Some(_) => Err(unreadable(Reason::NoSuchFile)),
                None => Ok(Self { path: place.clone(), ..Self::built_in() }),
            };
        };
        match files::mode(&file.metadata) {
            Some(mode) if mode & 0o002 != 0 => {
                Err(AccountError::ConfigWritable { path: place, mode })
            }
            _ => Self::parse(place, &file.text),
        }
    }

    /// Reads the text of a configuration file, as if it were at `path`.
    ///
    /// # Errors
    /// [`AccountError::ConfigInvalid`].
    pub fn parse(path: impl Into<PathBuf>, text: &str) -> Result<Self, AccountError> {
        let path = path.into();
        let table =
            toml::from_str(text).map_err(|error| faults::of_toml(path.clone(), text, &error))?;
        Self::of(path, table)
    }

    /// The configuration without a file: the built-in profile.
    pub fn built_in() -> Self {
        let path = Self::default_path().unwrap_or_default();
        let profiles = vec![ConfigTable::built_in()];
        Self { path, exists: false, default_profile: None, profiles }
    }

    /// Where the file is unless a path is given; `None` if the platform has no folder for
    /// configuration, usually because `HOME` is not set.
    pub fn default_path() -> Option<PathBuf> {
        let folders = ProjectDirs::from("", "", "quickrouter")?;
        Some(folders.config_dir().join("config.toml"))
    }

    fn of(path: PathBuf, table: ConfigTable) -> Result<Self, AccountError> {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let home = BaseDirs::new().map(|folders| folders.home_dir().to_owned());
        let default_profile = table.default_profile().map(str::to_owned);
        let profiles = table.profiles(&folder, home.as_deref()).map_err(|fault| {
            let (key, why) = (Some(fault.key), fault.why);
            AccountError::ConfigInvalid {
                path: path.clone(),
                line: None,
                key,
                why,
                suggestion: None,
            }
        })?;
        let config = Self { path, exists: true, default_profile, profiles };
        match config.profile(None) {
            Ok(_) => Ok(config),
            Err(error) => Err(AccountError::ConfigInvalid {
                path: config.path.clone(),
                line: None,
                key: Some("default-profile".to_owned()),
                suggestion: match error {
                    AccountError::ProfileUnknown { suggestion, .. } => suggestion,
                    _ => None,
                },
                why: Reason::DefaultUnknown {
                    known: config.profiles.iter().map(|profile| profile.name.clone()).collect(),
                },
            }),
        }
    }

    /// Where the file is, whether it exists or not; empty if the platform has no folder for it.
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

    /// Every profile, the built-in one included, in the order of their names.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The profile with this name, or the default one.
    ///
    /// # Errors
    /// [`AccountError::ProfileUnknown`], or [`AccountError::ProfileNameInvalid`] for what no profile can
    /// be called and is like no name that there is.
    pub fn profile(&self, name: Option<&str>) -> Result<&Profile, AccountError> {
        let name = name.unwrap_or(self.default_profile());
        let found = self.profiles.iter().find(|profile| profile.name == name);
        found.ok_or_else(|| {
            let known: Vec<String> =
                self.profiles.iter().map(|profile| profile.name.clone()).collect();
            let suggestion = closest(name, known.iter().map(String::as_str));
            match name::check(name) {
                Err(invalid) if suggestion.is_none() => invalid,
                _ => AccountError::ProfileUnknown {
                    name: name.chars().take(40).collect(),
                    known,
                    suggestion,
                },
            }
        })
    }

    /// The store of keys: the folder `keys` beside the configuration file. Without such a folder it is
    /// empty, and storing a key is an error.
    pub fn key_store(&self) -> KeyStore {
        if self.path.as_os_str().is_empty() {
            return KeyStore::nowhere();
        }
        KeyStore::in_folder(self.path.with_file_name("keys"))
    }
}

/// The name that was probably meant.
fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let rated = known.map(|other| (strsim::jaro_winkler(name, other), other));
    let best = rated.filter(|(alike, _)| *alike >= ALIKE).max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map(|(_, other)| other.to_owned())
}

/// The base URL of profiles that name none.
fn default_base_url() -> String {
    BASE_URL.to_owned()
}
