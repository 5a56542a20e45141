//! The models of the contract, and what one does in time with an input.

pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod failure;
pub(crate) mod lifecycle;
pub(crate) mod logs;
pub(crate) mod plan;
pub(crate) mod rng;
pub(crate) mod timing;
