//! Random numbers from a seed: for ids, for seeds that were left out, and for pictures.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// SplitMix64: small, fast, and good enough for ids and pictures. Not for secrets.
#[derive(Debug, Clone)]
pub(crate) struct Rng {
    source: SplitMix64,
}

impl Rng {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self { source: SplitMix64::seed_from_u64(seed) }
    }

    /// Seeds the generator from `bytes` alone, by their FNV-1a hash.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self::from_seed(hash)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.source.next_u64()
    }

    /// Returns a number in `0..end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Returns a number in `0.0..1.0`.
    #[allow(clippy::cast_precision_loss, reason = "53 bits are exact in an f64")]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns a number from `low` to `high`.
    #[allow(clippy::cast_precision_loss, reason = "24 bits are exact in an f32")]
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        let unit = (self.next() >> 40) as f32 / (1_u32 << 24) as f32;
        low + unit * (high - low)
    }

    /// Returns `length` characters from a-z and 0-9.
    pub(crate) fn alphanumeric(&mut self, length: usize) -> String {
        const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let letter = |_| ALPHABET[usize::try_from(self.below(36)).unwrap_or_default()];
        let letters = (0..length).map(letter).collect();
        String::from_utf8(letters).expect("the alphabet is ASCII")
    }
}
