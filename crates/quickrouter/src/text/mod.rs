//! External text: pasted settings, and server text made printable.

pub(crate) mod pasted;
pub(crate) mod printable;
