//! Who may use the recorder: clients with the key drawn for this run.

use crate::http::same_origin;
use crate::recorder::session::Session;
use crate::wire::problem::{ErrorFormat, Problem};
use http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};

/// Refuses a request by a name that another site may have pointed at this machine.
pub(super) fn check_host(headers: &HeaderMap) -> Result<(), Problem> {
    same_origin::own_host(headers)
}

/// Refuses a request without this run's key, in either of the schemes that the API takes.
pub(super) fn check_key(session: &Session, headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent = value.and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        let known = ["bearer", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        known.then(|| key.trim())
    });
    // Digests are compared, so that the time says nothing about the key.
    let digest = |key: &str| Sha256::digest(key.as_bytes());
    match sent {
        Some(sent) if digest(sent) == digest(session.client_key()) => Ok(()),
        _ => Err(Problem::unauthenticated(ErrorFormat::Problem)),
    }
}
