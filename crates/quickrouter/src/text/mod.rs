//! Text from outside, made safe to print.

pub(crate) mod pasted;
pub(crate) mod printable;

pub use self::printable::{excerpt, lines, one_line, printable};
