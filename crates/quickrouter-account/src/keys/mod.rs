//! Keys of profiles: found, bound to an origin, and stored.

mod command;
pub(crate) mod key;
#[cfg(feature = "keyring")]
mod keyring_entry;
pub(crate) mod store;

use crate::error::AccountError;
use crate::error::reason::Reason;
use crate::keys::key::{Key, KeyPlace};
use crate::keys::store::KeyStore;
use crate::profile::Profile;
use crate::profile::key_source::KeySource;
use crate::profile::origin::Origin;

/// The maximum size of a file with a key.
const KEY_FILE_LIMIT: u64 = 4096;

impl Profile {
    /// The profile's key, for requests below `base_url`. `None` if the profile has none.
    ///
    /// A key belongs to the origin (scheme, host and port) of its profile's base URL. It is not even
    /// read for another one.
    ///
    /// # Errors
    /// [`AccountError::KeyOfAnotherOrigin`], [`AccountError::BaseUrlInvalid`], or why the key cannot be
    /// read.
    pub async fn key_for(
        &self,
        base_url: &str,
        store: &KeyStore,
    ) -> Result<Option<Key>, AccountError> {
        let (own, asked) = (self.origin()?, Origin::of(base_url)?);
        let same = |origin: &Origin| {
            if *origin == asked {
                return Ok(());
            }
            Err(AccountError::KeyOfAnotherOrigin {
                profile: self.name.clone(),
                key_origin: origin.to_string(),
                base_url_origin: asked.to_string(),
            })
        };
        match &self.key {
            KeySource::None => Ok(None),
            KeySource::Login => {
                let Some(stored) = store.load(&self.name)? else { return Ok(None) };
                same(&stored.origin)?;
                Ok(Some(stored.key))
            }
            KeySource::File(path) => {
                same(&own)?;
                let unreadable =
                    |why: Reason| AccountError::KeyFileUnreadable { path: path.clone(), why };
                let file = crate::files::read(path, KEY_FILE_LIMIT).map_err(unreadable)?;
                let file = file.ok_or_else(|| unreadable(Reason::NoSuchFile))?;
                Key::new(file.text, KeyPlace::File(path.clone())).map(Some)
            }
            KeySource::Command(command) => {
                same(&own)?;
                command::run(command).await.map(Some)
            }
        }
    }
}
