//! A memory budget: bytes that many requests share, each reserving what it needs.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const KIB: usize = 1024;

/// A number of bytes to share.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    /// A permit is a KiB.
    free: Arc<Semaphore>,
    all: usize,
    least: usize,
}

/// Not enough of the budget is left.
#[derive(Debug)]
pub(crate) struct BudgetExhausted;

impl MemoryBudget {
    /// A budget of `all` bytes, of which each reservation takes at least `least`.
    pub(crate) fn new(all: usize, least: usize) -> Self {
        let (all, least) = (all / KIB, least / KIB);
        Self { free: Arc::new(Semaphore::new(all)), all, least }
    }

    /// Reserves this many bytes until the permit is dropped. A reservation larger than the budget
    /// takes all of it.
    pub(crate) fn reserve(&self, bytes: usize) -> Result<OwnedSemaphorePermit, BudgetExhausted> {
        let kib = u32::try_from(bytes.div_ceil(KIB).clamp(self.least, self.all));
        let free = Arc::clone(&self.free);
        free.try_acquire_many_owned(kib.unwrap_or(u32::MAX)).map_err(|_| BudgetExhausted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_find_room_as_there_is_and_room_comes_back() {
        let budget = MemoryBudget::new(100 * KIB, 10 * KIB);
        let mut taken: Vec<_> = (0..10).map(|_| budget.reserve(100).expect("room")).collect();
        assert!(budget.reserve(100).is_err());
        taken.pop();
        assert!(budget.reserve(11 * KIB).is_err());
        drop(budget.reserve(100).expect("room again"));
        drop(taken);
        let large = budget.reserve(1000 * KIB).expect("room for all of it");
        assert!(budget.reserve(0).is_err());
        drop(large);
        drop(budget.reserve(0).expect("room again"));
    }
}
