//! Names of profiles.

use crate::error::AccountError;

/// Most characters of a name.
const LONGEST: usize = 40;

/// Checks a profile's name. It is a part of a file's name, on file systems that ignore case too.
pub(crate) fn check(name: &str) -> Result<(), AccountError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if !name.is_empty() && name.len() <= LONGEST && name.chars().all(fits) {
        return Ok(());
    }
    Err(AccountError::ProfileNameInvalid { name: name.chars().take(LONGEST).collect() })
}
