//! What the store could not note.

use crate::jobs::Over;
use crate::store::StoreError;

/// Adds to an error that the store could not note it.
pub(super) fn with_store_error(over: Over, noted: Result<(), StoreError>) -> Over {
    match (over, noted) {
        (Over::Failed { mut error, prediction, files }, Err(store)) => {
            error.add(&format!("The state file cannot be written: {store}."));
            Over::Failed { error, prediction, files }
        }
        (over, _) => over,
    }
}
