//! Numbers that follow from a seed (SplitMix64): the same on every machine.

pub(crate) struct Numbers(u64);

impl Numbers {
    /// Those of one prediction of one row.
    pub(crate) fn of(seed: u64, row: usize, number: u64) -> Self {
        let row = u64::try_from(row).unwrap_or_default();
        let mut numbers = Self(seed ^ (row << 32) ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93));
        numbers.next();
        numbers
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
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
