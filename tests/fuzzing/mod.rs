//! What must hold whatever a server sends: one function a fuzz target, each given the fuzzer's
//! bytes and panicking where something does not hold.
//!
//! `tests/fuzz` holds the targets themselves and their corpora; an ordinary test runs the corpora
//! through the same functions.

mod answers;
mod errors;
mod logs;
mod names;
mod service;
mod texts;

pub use answers::answers;
pub use errors::errors;
pub use logs::logs;
pub use names::names;

/// What a fuzz target runs.
pub type Target = fn(&[u8]);

/// All targets, by the names of their folders in the corpus.
pub const TARGETS: &[(&str, Target)] =
    &[("answers", answers), ("errors", errors), ("logs", logs), ("names", names)];
