//! Redacts the key in a streamed body, even where it is split between chunks.

use std::fmt;

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem;
use secrecy::{ExposeSecret, SecretString};

/// Replaces the key.
pub(crate) const REDACTED: &str = "[redacted]";

/// The key, and bytes held back because the key may begin in them.
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
    /// Redacts this key, which must not be empty.
    pub(crate) fn new(key: SecretString) -> Self {
        Self { key, held: BytesMut::new() }
    }

    /// Adds a chunk and returns the bytes that can be released.
    pub(crate) fn push(&mut self, chunk: Bytes) -> Bytes {
        let key = self.key.expose_secret().as_bytes();
        if self.held.is_empty()
            && memmem::find(&chunk, key).is_none()
            && partial_match(&chunk, key) == 0
        {
            return chunk;
        }
        self.held.extend_from_slice(&chunk);
        let mut shown = BytesMut::new();
        while let Some(at) = memmem::find(&self.held, key) {
            shown.extend_from_slice(&self.held[..at]);
            shown.extend_from_slice(REDACTED.as_bytes());
            self.held.advance(at + key.len());
        }
        let safe = self.held.len() - partial_match(&self.held, key);
        shown.extend_from_slice(&self.held.split_to(safe));
        shown.freeze()
    }

    /// The bytes still held back at the end of the body.
    pub(crate) fn finish(&mut self) -> Bytes {
        self.held.split().freeze()
    }
}

/// How many bytes at the end of `text` may be the start of the key.
fn partial_match(text: &[u8], key: &[u8]) -> usize {
    let longest = text.len().min(key.len() - 1);
    (1..=longest).rev().find(|&length| text.ends_with(&key[..length])).unwrap_or(0)
}
