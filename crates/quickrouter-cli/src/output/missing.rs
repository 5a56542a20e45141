//! Outputs that a finished prediction lacks.

use quickrouter::MissingOutputs;

use crate::text::message::{Message, message};

/// The warning about outputs that are missing; the reason is the model's.
pub(crate) fn missing_outputs(missing: &MissingOutputs) -> Message {
    let (count, requested) = (missing.missing, missing.requested);
    match &missing.reason {
        Some(reason) => message!(
            "outputs-missing-because",
            missing = count,
            requested = requested,
            reason = reason
        ),
        None => message!("outputs-missing", missing = count, requested = requested),
    }
}
