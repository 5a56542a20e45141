//! What is asked for: SDXL of all sizes, the same in every row of the table.

use std::ops::RangeInclusive;
use std::time::Duration;

use quickrouter::inputs::{SdxlInput, SdxlInputRefine};
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// Silence between the last bar and the end.
pub(crate) const TAIL: RangeInclusive<Duration> =
    Duration::from_millis(800)..=Duration::from_millis(1500);

/// What SplitMix64 adds to its state with each number.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Inputs one after the other.
pub(crate) struct Mix(u64);

impl Mix {
    pub(crate) fn new() -> Self {
        Self(0)
    }

    pub(crate) fn next(&mut self) -> SdxlInput {
        self.0 += 1;
        // Sides and steps for which SDXL runs 3 to 20 s.
        let (side, least, most) = match self.below(3) {
            0 => (512, 15, 100),
            1 => (768, 10, 90),
            _ => (1024, 10, 70),
        };
        let steps = least + self.below(most - least);
        let refine = match self.below(4) {
            0 => SdxlInputRefine::ExpertEnsembleRefiner,
            _ => SdxlInputRefine::NoRefiner,
        };
        SdxlInput::builder()
            .prompt(format!("picture {}", self.0))
            .width(side)
            .height(side)
            .num_inference_steps(steps)
            .refine(refine)
            .build()
    }

    /// A number that follows from how many were drawn before (SplitMix64).
    fn below(&mut self, end: i64) -> i64 {
        let drawn = SplitMix64::seed_from_u64(self.0).next_u64();
        self.0 = self.0.wrapping_add(STEP);
        i64::try_from(drawn % u64::try_from(end).unwrap_or(1)).unwrap_or_default()
    }
}
