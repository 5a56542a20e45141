//! The tools as they are listed, with schemas from the contract.

pub(crate) mod model_input;
pub(crate) mod names;

mod arguments;
mod list;
mod outputs;
#[cfg(test)]
mod tests;

pub(crate) use list::tools;
