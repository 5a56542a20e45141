//! The environment variables that a client reads.

/// Holds the key; messages name it.
pub(crate) const KEY_VARIABLE: &str = "QUICKROUTER_API_KEY";
/// Holds the base URL.
pub(crate) const BASE_URL_VARIABLE: &str = "QUICKROUTER_BASE_URL";
