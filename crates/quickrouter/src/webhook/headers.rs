//! The three headers of a webhook delivery.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::detail::{Detail, detail};
use crate::error::delivery::DeliveryError;
use crate::text::printable::printable;

pub(super) const ID: &str = "webhook-id";
pub(super) const TIMESTAMP: &str = "webhook-timestamp";
pub(super) const SIGNATURE: &str = "webhook-signature";

/// Longer values cannot be the gateway's: an id is remembered, and every signature is tried.
const MAX_ID_BYTES: usize = 256;
const MAX_SIGNATURE_BYTES: usize = 8 * 1024;

/// The headers of an HTTP request, independent of the framework.
///
/// Implemented for [`http::HeaderMap`] (axum, hyper, tonic, warp) and, for other frameworks, for
/// slices of pairs.
pub trait Headers {
    /// Returns the value of a header. `name` is in lower case; header names are matched
    /// case-insensitively.
    fn value(&self, name: &str) -> Option<&[u8]>;
}

impl Headers for http::HeaderMap {
    fn value(&self, name: &str) -> Option<&[u8]> {
        self.get(name).map(http::HeaderValue::as_bytes)
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> Headers for [(N, V)] {
    fn value(&self, name: &str) -> Option<&[u8]> {
        let (_, value) =
            self.iter().find(|(given, _)| given.as_ref().eq_ignore_ascii_case(name))?;
        Some(value.as_ref())
    }
}

/// The contents of the headers, not yet verified.
pub(super) struct SignedHeaders<'a> {
    pub(super) id: &'a str,
    /// The timestamp as signed.
    pub(super) timestamp: &'a str,
    /// The timestamp as a time.
    pub(super) sent_at: SystemTime,
    pub(super) signatures: &'a str,
}

impl<'a> SignedHeaders<'a> {
    pub(super) fn read<H: Headers + ?Sized>(headers: &'a H) -> Result<Self, DeliveryError> {
        let id = text(headers, ID, MAX_ID_BYTES)?;
        let timestamp = text(headers, TIMESTAMP, MAX_ID_BYTES)?;
        let signatures = text(headers, SIGNATURE, MAX_SIGNATURE_BYTES)?;
        let sent_at = timestamp
            .parse()
            .ok()
            .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        let sent_at = sent_at.ok_or_else(|| DeliveryError::BadHeader {
            name: TIMESTAMP,
            reason: detail!(
                NotATime,
                "is not a time in Unix seconds: {value}",
                value = printable(timestamp)
            ),
        })?;
        Ok(Self { id, timestamp, sent_at, signatures })
    }
}

fn text<'a, H: Headers + ?Sized>(
    headers: &'a H,
    name: &'static str,
    max_bytes: usize,
) -> Result<&'a str, DeliveryError> {
    let bad = |reason: Detail| DeliveryError::BadHeader { name, reason };
    let value = headers.value(name).ok_or(DeliveryError::MissingHeader { name })?;
    if value.len() > max_bytes {
        let length = value.len();
        return Err(bad(detail!(
            HeaderTooLong,
            "is {length} bytes long, more than the {limit} allowed",
            length = length,
            limit = max_bytes
        )));
    }
    match std::str::from_utf8(value) {
        Ok("") => Err(bad(detail!(HeaderEmpty, "is empty"))),
        Ok(text) => Ok(text),
        Err(_) => Err(bad(detail!(HeaderNotText, "is not text"))),
    }
}
