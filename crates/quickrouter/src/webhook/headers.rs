//! The three headers of a delivery.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::delivery::DeliveryError;
use crate::text::printable::printable;

pub(super) const ID: &str = "webhook-id";
pub(super) const TIMESTAMP: &str = "webhook-timestamp";
pub(super) const SIGNATURE: &str = "webhook-signature";

/// Longer values are none of the gateway's: an id is remembered, and every signature is tried.
const LONGEST_ID: usize = 256;
const LONGEST_SIGNATURE: usize = 8 * 1024;

/// The headers of a request, of whatever framework.
///
/// [`http::HeaderMap`] has it (axum, hyper, tonic, warp), and so does a slice of pairs, for all
/// others.
pub trait Headers {
    /// The value of a header; `name` is in lower case, and the case of the request's does not matter.
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

/// What the headers say, before anything is known to be true.
pub(super) struct Signed<'a> {
    pub(super) id: &'a str,
    /// As it was signed.
    pub(super) timestamp: &'a str,
    /// The same as a moment.
    pub(super) moment: SystemTime,
    pub(super) signatures: &'a str,
}

impl<'a> Signed<'a> {
    pub(super) fn read<H: Headers + ?Sized>(headers: &'a H) -> Result<Self, DeliveryError> {
        let id = text(headers, ID, LONGEST_ID)?;
        let timestamp = text(headers, TIMESTAMP, LONGEST_ID)?;
        let signatures = text(headers, SIGNATURE, LONGEST_SIGNATURE)?;
        let moment = timestamp
            .parse()
            .ok()
            .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        let moment = moment.ok_or_else(|| DeliveryError::BadHeader {
            name: TIMESTAMP,
            reason: format!("is no time in Unix seconds: {}", printable(timestamp)),
        })?;
        Ok(Self { id, timestamp, moment, signatures })
    }
}

fn text<'a, H: Headers + ?Sized>(
    headers: &'a H,
    name: &'static str,
    longest: usize,
) -> Result<&'a str, DeliveryError> {
    let bad = |reason: String| DeliveryError::BadHeader { name, reason };
    let value = headers.value(name).ok_or(DeliveryError::MissingHeader { name })?;
    if value.len() > longest {
        let length = value.len();
        return Err(bad(format!("is {length} bytes long, more than the {longest} allowed")));
    }
    match std::str::from_utf8(value) {
        Ok("") => Err(bad("is empty".to_owned())),
        Ok(text) => Ok(text),
        Err(_) => Err(bad("is not text".to_owned())),
    }
}
