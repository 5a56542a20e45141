//! Money: what a key has left, what a run may cost, and what it took.

pub(crate) mod balance;
mod certainty;
pub(crate) mod failure;
pub(crate) mod limits;
pub(crate) mod price;
pub(crate) mod spending;
