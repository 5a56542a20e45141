//! Runs a key command.

use crate::error::AccountError;
use crate::keys::key::Key;
use crate::profile::key_source::KeyCommand;

pub(super) async fn run(command: &KeyCommand) -> Result<Key, AccountError> {
    let program = command.program().to_owned();
    Err(AccountError::KeyCommandNotStarted { program, why: String::new() })
}
