//! What an earlier server left unfinished.

use std::time::SystemTime;

use crate::jobs::FOLLOWED;
use crate::store::{State, StoreError};
use crate::tools::Tools;

/// Follows the predictions that were created and not saved, for as long as their outputs can exist.
pub(super) async fn resume(tools: &Tools) -> Result<usize, StoreError> {
    let unfinished = tools.store.unfinished().await?;
    let now = SystemTime::now();
    let mut resumed = 0;
    for record in unfinished {
        // One in the future, by a clock that was set back, may be recent.
        let is_recent = now.duration_since(record.armed_at).map_or(true, |age| age < FOLLOWED);
        if record.state != State::Created || !is_recent {
            continue;
        }
        if let Ok(Some(_)) = tools.job_of(&record) {
            resumed += 1;
        }
    }
    Ok(resumed)
}
