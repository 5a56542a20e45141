//! The API key: of a flag, a variable or the profile.

use std::path::{Path, PathBuf};

use quickrouter::Client;
use quickrouter::error::Detail;
#[cfg(feature = "keyring")]
use quickrouter_account::KeyStore;
use quickrouter_account::{AccountError, Key, KeyPlace, KeySource, Origin, Profile};

use crate::args::settings::{Connection, KEY_FILE_VARIABLE};
use crate::args::values::KeyFile;
use crate::connect::account_errors::of_account;
use crate::connect::settings::{self, KEY_VARIABLE, Settings};
use crate::connect::source::Source;
use crate::exit::failure::Failure;
use crate::text::bounded;
use crate::text::encoding::decoded;
use crate::text::message::message;

/// The maximum size of a key file, in bytes.
const KEY_FILE_LIMIT: u64 = 4096;

/// A key and where it was found. It has no `Debug`.
pub(crate) struct FoundKey {
    pub(crate) text: String,
    pub(crate) source: Source,
    /// For the SDK; completes "the key ...".
    pub(crate) words: Detail,
    /// The file that contains it.
    pub(crate) file: Option<PathBuf>,
}

/// What is known of a key without running a key command.
pub(crate) enum KnownKey {
    Found(FoundKey),
    /// This program prints it.
    Printed {
        program: String,
        source: Source,
    },
    Missing,
    Unusable(AccountError),
}

/// The key for requests below `base_url`: the flag's file, else the variable's, else that of the file
/// that a variable names, else the profile's, which is used for its own origin only.
///
/// # Errors
/// A file that cannot be read, or why the profile's key cannot be used.
pub(crate) async fn find(
    connection: &Connection,
    settings: &Settings,
    base_url: &str,
) -> Result<Option<FoundKey>, Failure> {
    match given(connection)? {
        Some(found) => Ok(Some(found)),
        None => of_profile(settings, base_url).await.map_err(|error| failed(error, settings)),
    }
}

/// The key of [`find`], but no key command is run.
///
/// # Errors
/// A file that cannot be read.
pub(crate) async fn look(
    connection: &Connection,
    settings: &Settings,
) -> Result<KnownKey, Failure> {
    if let Some(found) = given(connection)? {
        return Ok(KnownKey::Found(found));
    }
    if let KeySource::Command(command) = &settings.profile.key {
        let same = settings.profile.origin().ok() == Origin::of(&settings.base_url.value).ok();
        if same {
            let source = settings::of_profile(&settings.profile, "key-command");
            return Ok(KnownKey::Printed { program: command.program().to_owned(), source });
        }
    }
    Ok(match of_profile(settings, &settings.base_url.value).await {
        Ok(Some(found)) => KnownKey::Found(found),
        Ok(None) => KnownKey::Missing,
        Err(error) => KnownKey::Unusable(error),
    })
}

/// The key of a flag or a variable.
fn given(connection: &Connection) -> Result<Option<FoundKey>, Failure> {
    let in_variable = is_in_variable();
    let named = match &connection.key_file {
        Some(KeyFile { path, typed }) => {
            Some((path.as_ref().map_err(|bad| Failure::refused(bad.why.clone()))?, typed))
        }
        None => None,
    };
    if let Some((path, typed)) = named.filter(|(_, typed)| **typed || !in_variable) {
        let (source, words) = match typed {
            true => (Source::Flag("--key-file"), Detail::key_in_file("--key-file", path)),
            false => (
                Source::Variable(KEY_FILE_VARIABLE),
                Detail::key_in_file_of_variable(path, KEY_FILE_VARIABLE),
            ),
        };
        let (text, file) = (read_key(path)?, Some(path.clone()));
        return Ok(Some(FoundKey { text, source, words, file }));
    }
    // Invalid UTF-8 becomes U+FFFD, which the SDK rejects.
    let text = std::env::var_os(KEY_VARIABLE).filter(|_| in_variable);
    Ok(text.map(|text| FoundKey {
        text: text.to_string_lossy().into_owned(),
        source: Source::Variable(KEY_VARIABLE),
        words: Detail::key_in_variable(KEY_VARIABLE),
        file: None,
    }))
}

/// The profile's key, which belongs to its origin.
async fn of_profile(settings: &Settings, base_url: &str) -> Result<Option<FoundKey>, AccountError> {
    let profile = &settings.profile;
    let key = profile.key_for(base_url, &settings.config.key_store()).await?;
    let key = match key {
        None if profile.key == KeySource::Login => in_keyring(profile, base_url).await?,
        key => key,
    };
    Ok(key.map(|key| {
        let (source, file) = match key.place() {
            KeyPlace::File(path) => (settings::of_profile(profile, "key-file"), Some(path.clone())),
            KeyPlace::Command(_) => (settings::of_profile(profile, "key-command"), None),
            KeyPlace::Stored(path) => (Source::Login(profile.name.clone()), Some(path.clone())),
            _ => (Source::Login(profile.name.clone()), None),
        };
        FoundKey { text: key.expose().to_owned(), source, words: key.source(), file }
    }))
}

/// A machine without a keyring that works has no key in it.
#[cfg(feature = "keyring")]
async fn in_keyring(profile: &Profile, base_url: &str) -> Result<Option<Key>, AccountError> {
    match profile.key_for(base_url, &KeyStore::in_keyring()).await {
        Err(AccountError::Keyring { .. }) => Ok(None),
        found => found,
    }
}

#[cfg(not(feature = "keyring"))]
#[expect(clippy::unused_async, reason = "it waits with the keyring")]
async fn in_keyring(_profile: &Profile, _base_url: &str) -> Result<Option<Key>, AccountError> {
    Ok(None)
}

/// Whether the variable contains a key.
pub(crate) fn is_in_variable() -> bool {
    std::env::var_os(KEY_VARIABLE).is_some_and(|key| !is_empty(&key.to_string_lossy()))
}

fn is_empty(key: &str) -> bool {
    key.chars().all(is_blank)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

impl FoundKey {
    /// How many characters it has, without surrounding white space.
    pub(crate) fn length(&self) -> usize {
        self.text.trim_matches(is_blank).chars().count()
    }
}

/// The key for the gateway at `upstream`, for what is no client of the SDK. The SDK checks both all the
/// same.
pub(crate) async fn gateway_key(
    connection: &Connection,
    upstream: &str,
) -> Result<String, Failure> {
    let settings = Settings::resolve(connection).map_err(of_account)?;
    let Some(found) = find(connection, &settings, upstream).await? else {
        return Err(missing());
    };
    let client = Client::builder().base_url(upstream).allow_http(connection.allow_http);
    client.api_key(&found.text).api_key_source(found.words).build()?;
    Ok(found.text.trim_matches(is_blank).to_owned())
}

/// The failure of a profile's key, with what to do.
fn failed(error: AccountError, settings: &Settings) -> Failure {
    let is_elsewhere = matches!(error, AccountError::KeyOfAnotherOrigin { .. });
    let failure = of_account(error);
    match &settings.base_url.source {
        Source::Flag(name) | Source::Variable(name) if is_elsewhere => {
            failure.with(message!("base-url-from", name = *name))
        }
        _ => failure,
    }
}

/// The id of the message when there is no key.
pub(crate) const MISSING: &str = "key-missing";

/// The failure when there is no key.
pub(crate) fn missing() -> Failure {
    Failure::refused(message!("key-missing")).hint(message!("key-how", variable = KEY_VARIABLE))
}

/// Reads a key file; the SDK checks that it contains a key.
fn read_key(path: &Path) -> Result<String, Failure> {
    let refused = |message| Failure::refused(message).hint(message!("key-file-check"));
    let shown = || path.display();
    if path.as_os_str() == "-" && !path.exists() {
        return Err(
            Failure::refused(message!("key-file-stdin")).hint(message!("key-file-how-stdin"))
        );
    }
    let (bytes, _) = bounded::file(path, KEY_FILE_LIMIT).map_err(|error| {
        refused(message!("key-file-unreadable", file = shown(), error = error.to_string()))
    })?;
    let key = decoded(bytes)
        .map_err(|why| refused(message!("key-file-encoding", file = shown(), why = why)))?;
    if is_empty(&key) {
        return Err(Failure::refused(message!("key-file-empty", file = shown()))
            .hint(message!("key-file-fill")));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::read_key;

    #[test]
    fn a_key_file_that_is_missing_is_refused_by_name() {
        let failure = read_key(Path::new("no/such/key")).unwrap_err();
        assert_eq!(failure.code, 2);
        assert!(failure.text().contains("no/such/key"), "{}", failure.text());
    }
}
