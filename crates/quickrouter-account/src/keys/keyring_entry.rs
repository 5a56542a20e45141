//! Keys in the platform's keyring.

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};

use crate::error::AccountError;
use crate::error::reason::Reason;

/// The name of the service under which the keyring lists keys.
const SERVICE: &str = "quickrouter";

/// Runs in a thread of its own: some platforms' stores wait in a way that an async runtime refuses.
fn with_entry<T: Send + 'static>(
    profile: &str,
    act: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
) -> Result<Option<T>, AccountError> {
    let profile = profile.to_owned();
    let acting = std::thread::spawn(move || act(&Entry::new(SERVICE, &profile)?));
    match acting.join() {
        Ok(Ok(value)) => Ok(Some(value)),
        Ok(Err(Error::NoEntry)) => Ok(None),
        Ok(Err(error)) => Err(AccountError::Keyring { why: Reason::Other(error.to_string()) }),
        Err(_) => {
            Err(AccountError::Keyring { why: Reason::Other("it ended unexpectedly".to_owned()) })
        }
    }
}

pub(super) fn save(profile: &str, text: SecretString) -> Result<(), AccountError> {
    let saved = with_entry(profile, move |entry| entry.set_password(text.expose_secret()))?;
    saved.ok_or(AccountError::Keyring { why: Reason::Other("it did not keep the key".to_owned()) })
}

pub(super) fn delete(profile: &str) -> Result<bool, AccountError> {
    Ok(with_entry(profile, Entry::delete_credential)?.is_some())
}

pub(super) fn load(profile: &str) -> Result<Option<SecretString>, AccountError> {
    Ok(with_entry(profile, Entry::get_password)?.map(SecretString::from))
}
