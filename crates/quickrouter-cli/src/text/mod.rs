//! Messages in the reader's language, parsing of what people type and paste, and text that is safe to
//! show. Knows nothing of the command.

pub(crate) mod ago;
pub(crate) mod bounded;
pub(crate) mod describe;
pub(crate) mod detail;
pub(crate) mod encoding;
pub(crate) mod exact_number;
pub(crate) mod lang;
pub(crate) mod message;
pub(crate) mod style;
pub(crate) mod wrap;
