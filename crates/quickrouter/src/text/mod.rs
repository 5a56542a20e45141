//! Text from outside, made safe to print, and names that were probably meant.

pub(crate) mod pasted;
pub(crate) mod printable;
pub(crate) mod similar;

pub use self::printable::{excerpt, lines, one_line, printable};
pub use self::similar::nearest;
