//! Which keys are let in.

use std::fmt;

/// The key that [`crate::Emulator::key`] names when any will do.
const ANY: &str = "emulator-key";

/// Which keys are let in. Its Debug shows none of them.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    only: Option<String>,
}

impl Keys {
    pub(crate) fn only(key: String) -> Self {
        Self { only: Some(key) }
    }

    /// A key that is let in.
    pub(crate) fn valid(&self) -> &str {
        self.only.as_deref().unwrap_or(ANY)
    }

    /// The key to name where any will do; none where one was set, which is nobody else's business.
    pub(crate) fn stand_in(&self) -> Option<&'static str> {
        self.only.is_none().then_some(ANY)
    }

    /// Whether this key is let in.
    pub(crate) fn admit(&self, key: &str) -> bool {
        !key.is_empty() && self.only.as_deref().is_none_or(|only| only == key)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.only.is_some() { "Keys(one)" } else { "Keys(any)" })
    }
}
