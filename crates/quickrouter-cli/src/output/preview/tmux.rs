//! Sequences for the terminal around tmux: `\ePtmux;...\e\\`, as its man page says of the option
//! `allow-passthrough`. An escape inside is doubled.

use super::picture::Cells;

/// Wraps a sequence.
pub(super) fn wrapped(sequence: &str) -> String {
    format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"))
}

/// A picture of which tmux knows nothing: its rows are made first, and left afterwards.
pub(super) fn placed(sequence: &str, cells: Cells) -> String {
    let rows = cells.rows;
    let lines = "\n".repeat(usize::from(rows));
    // Saving the cursor's place is tmux's, so that it returns there whatever the terminal around it does.
    format!("{lines}\x1b[{rows}A\x1b7{}\x1b8\x1b[{rows}B\r", wrapped(sequence))
}
