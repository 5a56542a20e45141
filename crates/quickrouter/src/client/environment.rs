//! Names of the environment variables a client reads.

/// The API key.
pub(crate) const KEY_VARIABLE: &str = "QUICKROUTER_API_KEY";
/// The base URL.
pub(crate) const BASE_URL_VARIABLE: &str = "QUICKROUTER_BASE_URL";
