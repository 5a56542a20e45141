//! Who may call: the key that a request has to carry.

use http::{HeaderMap, header};
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

    /// Whether a request with these headers is let in.
    pub(crate) fn admit(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some((scheme, key)) = value.and_then(|value| value.split_once(' ')) else {
            return false;
        };
        let key = key.trim();
        scheme.eq_ignore_ascii_case("bearer")
            && !key.is_empty()
            && self.only.as_deref().is_none_or(|only| only == key)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.only.is_some() { "Keys(one)" } else { "Keys(any)" })
    }
}
