//! What a run costs: the price list, the pictures that an input asks for, and the estimate of both.

pub(crate) mod estimate;
pub(crate) mod list;
pub(crate) mod pictures;
