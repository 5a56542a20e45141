//! Text from outside: as it was pasted, and as it may be printed.

pub(crate) mod pasted;
pub(crate) mod printable;
