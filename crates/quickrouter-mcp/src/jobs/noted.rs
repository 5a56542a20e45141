//! What the store could not note.

use crate::jobs::Outcome;
use crate::store::StoreError;

/// Adds to an error that the store could not note it.
pub(super) fn with_store_error(outcome: Outcome, noted: Result<(), StoreError>) -> Outcome {
    match (outcome, noted) {
        (Outcome::Failed { mut error, prediction, files }, Err(store)) => {
            error.add(&format!("The state file cannot be written: {store}."));
            Outcome::Failed { error, prediction, files }
        }
        (outcome, _) => outcome,
    }
}
