//! The help as pages: made from the commands, laid out for terminals and as man pages.

pub(crate) mod layout;
pub(crate) mod man;
pub(crate) mod page;
#[cfg(test)]
mod tests;
pub(crate) mod topics;
