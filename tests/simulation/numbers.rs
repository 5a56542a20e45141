//! Numbers that follow from a seed: everything that is left to chance is drawn from here.

use std::time::Duration;

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// SplitMix64, whose stream is fixed: a seed that failed once means the same world for as long as
/// this file does not change.
#[derive(Debug, Clone)]
pub(crate) struct Numbers(SplitMix64);

impl Numbers {
    pub(crate) fn from_seed(seed: u64) -> Self {
        // Neighbouring seeds are to have nothing in common from the first number on.
        let scattered = SplitMix64::seed_from_u64(seed).next_u64();
        Self(SplitMix64::seed_from_u64(scattered))
    }

    /// Numbers that follow from a seed and a name (FNV-1a), whatever else was drawn before.
    pub(crate) fn of(seed: u64, name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64 ^ seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self::from_seed(hash)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// Whether something happens that happens in so many cases of a hundred.
    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.between(1, 100) <= chance
    }

    /// One of them.
    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let last = choices.len() as u64 - 1;
        choices[usize::try_from(self.between(0, last)).unwrap_or_default()]
    }

    /// Whole milliseconds from `low` to `high`.
    pub(crate) fn millis(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(self.between(low, high))
    }
}
