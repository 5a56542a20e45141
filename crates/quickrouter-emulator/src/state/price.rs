//! What a picture would cost: set on the page or by the library, in USD.

use std::sync::atomic::{AtomicU64, Ordering};

/// Highest price of a picture, in USD: the emulator's own limit.
pub(crate) const HIGHEST: f64 = 1000.0;

/// The price of a picture, in USD.
#[derive(Debug, Default)]
pub(crate) struct Price {
    bits: AtomicU64,
}

impl Price {
    pub(crate) fn new(price: f64) -> Self {
        Self { bits: AtomicU64::new(price.to_bits()) }
    }

    pub(crate) fn is_valid(price: f64) -> bool {
        (0.0..=HIGHEST).contains(&price)
    }

    #[cfg(feature = "page")]
    pub(crate) fn set(&self, price: f64) {
        self.bits.store(price.to_bits(), Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> f64 {
        f64::from_bits(self.bits.load(Ordering::Relaxed))
    }

    /// The price of this many pictures, in USD.
    #[cfg(feature = "page")]
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) fn of(&self, pictures: u64) -> f64 {
        self.get() * pictures as f64
    }
}
