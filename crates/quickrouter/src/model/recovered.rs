//! [`Recovered`]: what a search for the prediction of a create found.

use std::slice;

use crate::detail::Detail;
use crate::model::prediction::Prediction;

/// What [`Client::recover`](crate::Client::recover) found in the list of predictions.
///
/// Predictions are as the list shows them, which may be without their log: see
/// [`Client::get`](crate::Client::get).
#[derive(Clone, Debug, PartialEq)]
pub enum Recovered {
    /// Exactly one prediction fits: the same model and input, created since.
    ///
    /// Either everything back to `since` was read, or the input has a `seed`, which no other request
    /// shares by chance.
    One(Box<Prediction>),
    /// No prediction fits, although everything back to `since` was read.
    None,
    /// Several predictions fit, newest first, and everything back to `since` was read.
    Several(Vec<Prediction>),
    /// It is not known whether there is a prediction, and which one.
    Incomplete {
        /// The predictions that may be it. An empty list does not mean that the create was not
        /// accepted.
        candidates: Vec<Prediction>,
        /// Why the search proves nothing: part of the list could not be read, or the gateway does not
        /// show what has to be compared.
        reason: Detail,
    },
}

impl Recovered {
    /// Returns the predictions that may be the result of the request, whatever the search proves.
    pub fn candidates(&self) -> &[Prediction] {
        match self {
            Self::One(only) => slice::from_ref(only),
            Self::None => &[],
            Self::Several(candidates) | Self::Incomplete { candidates, .. } => candidates,
        }
    }
}
