//! Authorizes requests by their API key.

use crate::state::State;
use http::{HeaderMap, header};

/// Whether a request with these headers is authorized.
pub(crate) fn admits(state: &State, headers: &HeaderMap) -> bool {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, key)) = value.and_then(|value| value.split_once(' ')) else {
        return false;
    };
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let known = is("bearer") || is("token") && state.traits.takes_token;
    known && state.keys.accepts(key.trim())
}
