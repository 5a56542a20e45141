//! Which keys are let in.

use std::fmt;

/// The key that [`crate::Emulator::key`] names when any will do.
const ANY: &str = "emulator-key";

/// Which keys are let in. Its Debug shows none of them.
#[derive(Clone, Default)]
pub(crate) struct ApiKeys {
    only: Option<String>,
}

impl ApiKeys {
    pub(crate) fn only(key: String) -> Self {
        Self { only: Some(key) }
    }

    /// A key that is let in.
    pub(crate) fn example(&self) -> &str {
        self.only.as_deref().unwrap_or(ANY)
    }

    /// The key to name where any will do; none where one was set, which is nobody else's business.
    #[cfg(feature = "page")]
    pub(crate) fn placeholder(&self) -> Option<&'static str> {
        self.only.is_none().then_some(ANY)
    }

    /// Whether this key is let in.
    pub(crate) fn accepts(&self, key: &str) -> bool {
        !key.is_empty() && self.only.as_deref().is_none_or(|only| only == key)
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.only.is_some() { "ApiKeys(one)" } else { "ApiKeys(any)" })
    }
}
