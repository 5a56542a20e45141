//! What the create of a prediction asked for, by which its outputs are judged.

use quickrouter_api::Model;

/// What the create of a prediction asked for, as far as that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Expected {
    pub(crate) model: Option<&'static Model>,
    /// How many outputs.
    pub(crate) outputs: Option<u64>,
}
