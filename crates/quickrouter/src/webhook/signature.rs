//! The signatures of a delivery: HMAC-SHA256 of `id.timestamp.body`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::headers::SignedHeaders;
use super::secret::Secret;
use crate::error::delivery::DeliveryError;

/// The only supported signature version. Others may be present.
const VERSION: &str = "v1";

/// Checks whether any signature matches: there are several while a secret is being rotated.
/// Compared in constant time.
pub(super) fn verify_any(
    secret: &Secret,
    signed: &SignedHeaders<'_>,
    body: &[u8],
) -> Result<(), DeliveryError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.key()).expect("any length is a key");
    for part in [signed.id.as_bytes(), b".", signed.timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    let (mut tried, mut unknown) = (0, 0);
    for signature in signed.signatures.split_ascii_whitespace() {
        let Some((VERSION, signature)) = signature.split_once(',') else {
            unknown += 1;
            continue;
        };
        tried += 1;
        let fits = |signature: Vec<u8>| mac.clone().verify_slice(&signature).is_ok();
        if BASE64_STANDARD.decode(signature).is_ok_and(fits) {
            return Ok(());
        }
    }
    Err(DeliveryError::NoSignatureFits { tried, unknown })
}
