//! JSON that cannot be a prediction.

use crate::detail::Detail;

/// JSON that is not a prediction, see [`Prediction::from_json`](crate::Prediction::from_json).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a prediction: {reason}")]
#[non_exhaustive]
pub struct InvalidPrediction {
    /// The reason.
    pub reason: Detail,
}

impl InvalidPrediction {
    pub(crate) fn because(reason: Detail) -> Self {
        Self { reason }
    }
}
