//! How many predictions with a webhook are followed at a time: each holds its input until its last
//! delivery is over, which a receiver that does not answer puts off.

use crate::problem::Problem;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The inputs that are held, in KiB.
const ROOM: usize = 256 * 1024;
/// What each takes at least, in KiB: about 10,000 fit.
const LEAST: usize = 26;

/// Room for followed predictions.
#[derive(Debug)]
pub(crate) struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(ROOM)))
    }
}

impl Room {
    /// Takes room for a prediction whose input is `bytes` long, until what is given back is dropped.
    pub(crate) fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let kib = u32::try_from((bytes / 1024).clamp(LEAST, ROOM)).unwrap_or(u32::MAX);
        Arc::clone(&self.0).try_acquire_many_owned(kib).map_err(|_full| {
            let detail = "The emulator is full: too many webhooks have deliveries under way.";
            Problem::full(detail)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_followed_as_there_is_room_for_and_room_comes_back() {
        let room = Room::default();
        let mut taken: Vec<_> = (0..10_082).map(|_| room.take(100).expect("room")).collect();
        assert!(room.take(100).is_err());
        taken.pop();
        drop(room.take(100).expect("room again"));
        drop(taken);
        let large = room.take(ROOM * 1024).expect("room for all of it");
        assert!(room.take(0).is_err());
        drop(large);
        drop(room.take(0).expect("room again"));
    }
}
