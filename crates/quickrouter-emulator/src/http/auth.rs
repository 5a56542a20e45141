//! Authorizes requests by their API key.

use crate::state::keys::ApiKeys;
use http::{HeaderMap, header};

/// Whether a request with these headers is authorized.
pub(crate) fn admits(keys: &ApiKeys, headers: &HeaderMap) -> bool {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, key)) = value.and_then(|value| value.split_once(' ')) else {
        return false;
    };
    scheme.eq_ignore_ascii_case("bearer") && keys.accepts(key.trim())
}
