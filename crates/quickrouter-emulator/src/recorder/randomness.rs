//! What cannot be guessed, from the system's source of randomness.

use crate::model::hex::hex;

/// Begins the key of a run, so that people recognize it.
const KEY_START: &str = "recorder-";

/// Draws a key for one run.
pub(super) fn draw_key() -> Result<String, getrandom::Error> {
    Ok(format!("{KEY_START}{}", random_hex(24)?))
}

/// This many random bytes as hexadecimal digits.
pub(super) fn random_hex(bytes: usize) -> Result<String, getrandom::Error> {
    let mut drawn = vec![0; bytes];
    getrandom::fill(&mut drawn)?;
    Ok(hex(&drawn))
}
