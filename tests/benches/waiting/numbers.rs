//! Numbers that follow from a seed (SplitMix64): the same on every machine.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

pub(crate) struct Numbers(SplitMix64);

impl Numbers {
    /// Those of one prediction of one row.
    pub(crate) fn of(seed: u64, row: usize, number: u64) -> Self {
        let row = u64::try_from(row).unwrap_or_default();
        let seed = seed ^ (row << 32) ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93);
        let mut numbers = Self(SplitMix64::seed_from_u64(seed));
        numbers.next();
        numbers
    }

    fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From `least` to `most`.
    pub(crate) fn between(&mut self, least: f64, most: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "32 bits are exact")]
        let unit = (self.next() >> 32) as f64 / f64::from(u32::MAX);
        least + (most - least) * unit
    }

    /// One of these.
    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        let length = u64::try_from(all.len()).unwrap_or(1);
        all[usize::try_from(self.next() % length).unwrap_or_default()]
    }
}
