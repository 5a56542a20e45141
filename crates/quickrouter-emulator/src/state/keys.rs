//! The API keys that are accepted.

use std::fmt;

/// What [`crate::Emulator::key`] returns if any key is accepted.
const ANY: &str = "emulator-key";

/// The API keys that are accepted.
#[derive(Clone, Default)]
pub(crate) struct ApiKeys {
    only: Option<String>,
}

impl ApiKeys {
    pub(crate) fn only(key: String) -> Self {
        Self { only: Some(key) }
    }

    /// A key that is accepted.
    pub(crate) fn example(&self) -> &str {
        self.only.as_deref().unwrap_or(ANY)
    }

    /// The key to show if any is accepted; `None` if one was set, which stays secret.
    #[cfg(feature = "page")]
    pub(crate) fn placeholder(&self) -> Option<&'static str> {
        self.only.is_none().then_some(ANY)
    }

    /// Whether this key is accepted.
    pub(crate) fn accepts(&self, key: &str) -> bool {
        !key.is_empty() && self.only.as_deref().is_none_or(|only| only == key)
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.only.is_some() { "ApiKeys(one)" } else { "ApiKeys(any)" })
    }
}
