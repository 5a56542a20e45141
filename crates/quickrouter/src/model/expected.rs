//! What the create of a prediction requested, to find missing outputs.

use quickrouter_api::Model;

/// What the create of a prediction requested, as far as known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Expected {
    pub(crate) model: Option<&'static Model>,
    /// The number of outputs.
    pub(crate) outputs: Option<u64>,
}
