//! Signs deliveries, as Standard Webhooks defines it.

use crate::model::rng::Rng;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Prefix of a secret, before its key in base64.
const START: &str = "whsec_";
/// Length of a drawn key, in bytes.
const LENGTH: usize = 24;

/// The secret that deliveries are signed with.
#[derive(Clone, PartialEq)]
pub(crate) struct Secret {
    key: Vec<u8>,
}

impl Secret {
    /// Parses `whsec_BASE64`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let key = STANDARD.decode(text.strip_prefix(START)?).ok()?;
        (!key.is_empty()).then_some(Self { key })
    }

    /// Derives the secret from a seed: no secret to anyone who knows the seed.
    pub(crate) fn from_seed(seed: u64) -> Self {
        let mut rng = Rng::from_bytes(format!("webhooks/{seed}").as_bytes());
        let bytes = std::iter::repeat_with(|| rng.next().to_le_bytes()).flatten();
        Self { key: bytes.take(LENGTH).collect() }
    }

    /// Returns a wrong secret, as a forger would use.
    pub(crate) fn forged(&self) -> Self {
        Self { key: self.key.iter().map(|byte| !byte).collect() }
    }

    pub(crate) fn text(&self) -> String {
        format!("{START}{}", STANDARD.encode(&self.key))
    }

    /// The header `webhook-signature`.
    pub(crate) fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_test_vector_is_signed_as_published() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signature = secret.sign(id, 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_that_was_drawn_reads_as_it_was_written_and_a_guess_is_another() {
        let drawn = Secret::from_seed(5);
        assert!(Secret::parse(&drawn.text()) == Some(drawn.clone()));
        assert!(Secret::from_seed(6) != drawn && drawn.forged() != drawn);
    }
}
