//! Takes the key out of a body that is read as it comes, wherever its chunks are cut.

use std::fmt;

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem;
use secrecy::{ExposeSecret, SecretString};

/// Stands where the key stood.
pub(crate) const REDACTED: &str = "[redacted]";

/// The key to be taken out, and what is held back since it may be the beginning of one.
pub(crate) struct Redactor {
    key: SecretString,
    held: BytesMut,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

impl Redactor {
    /// Takes out this key, which is not empty.
    pub(crate) fn new(key: SecretString) -> Self {
        Self { key, held: BytesMut::new() }
    }

    /// What can be shown, now that this chunk has come.
    pub(crate) fn pass(&mut self, chunk: Bytes) -> Bytes {
        let key = self.key.expose_secret().as_bytes();
        if self.held.is_empty() && memmem::find(&chunk, key).is_none() && begun(&chunk, key) == 0 {
            return chunk;
        }
        self.held.extend_from_slice(&chunk);
        let mut shown = BytesMut::new();
        while let Some(at) = memmem::find(&self.held, key) {
            shown.extend_from_slice(&self.held[..at]);
            shown.extend_from_slice(REDACTED.as_bytes());
            self.held.advance(at + key.len());
        }
        let safe = self.held.len() - begun(&self.held, key);
        shown.extend_from_slice(&self.held.split_to(safe));
        shown.freeze()
    }

    /// What was held back, at the end of the body.
    pub(crate) fn rest(&mut self) -> Bytes {
        self.held.split().freeze()
    }
}

/// How many bytes at the end of `text` may be the beginning of the key.
fn begun(text: &[u8], key: &[u8]) -> usize {
    let longest = text.len().min(key.len() - 1);
    (1..=longest).rev().find(|&length| text.ends_with(&key[..length])).unwrap_or(0)
}
