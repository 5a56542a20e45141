//! From settings to a client: the gateway's, or an emulator's.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use quickrouter::{Client, ClientBuilder, WaitPolicy};
use quickrouter_emulator::Emulator;

use crate::args::Connection;
use crate::cache;
use crate::exit::Failure;
use crate::printer::Printer;
use crate::serve;

/// The variable that holds the key.
const KEY_VARIABLE: &str = "QUICKROUTER_API_KEY";

/// How much of a key file is read, in bytes.
const KEY_FILE_LIMIT: u64 = 4096;

/// How fast the emulator of `--emulator` is: about two seconds a picture.
const EMULATOR_TIME_SCALE: f64 = 9.0;

/// The gateway's client.
pub(crate) fn gateway(
    connection: &Connection,
    timeout: Option<Duration>,
) -> Result<Client, Failure> {
    let mut builder = ClientBuilder::from_env().durations(cache::durations());
    if let Some(url) = &connection.base_url {
        builder = builder.base_url(url);
    }
    match file_key(connection)? {
        Some(key) => builder = builder.key(key),
        None if !key_in_variable() => return Err(no_key()),
        None => {}
    }
    finish(builder.allow_http(connection.allow_http), timeout)
}

/// An emulator, and its client. It serves until it is stopped.
pub(crate) async fn emulator(
    timeout: Duration,
    printer: &Printer,
) -> Result<(Client, Emulator), Failure> {
    let emulator = Emulator::builder()
        .time_scale(EMULATOR_TIME_SCALE)
        .start()
        .await
        .map_err(|error| serve::failed_to_start(&error))?;
    printer.note(
        "emulator: the gateway is imitated on this machine; the pictures are no model's, and \
         nothing is billed",
    );
    let builder = Client::builder().base_url(emulator.base_url()).key(emulator.key());
    Ok((finish(builder, Some(timeout))?, emulator))
}

fn finish(builder: ClientBuilder, timeout: Option<Duration>) -> Result<Client, Failure> {
    let policy = WaitPolicy::new();
    let policy = timeout.map_or(policy.clone(), |timeout| policy.deadline(timeout));
    let user_agent = concat!("quickrouter-cli/", env!("CARGO_PKG_VERSION"));
    Ok(builder.wait_policy(policy).user_agent(user_agent).build()?)
}

/// The key in the key file, where that is what counts.
fn file_key(connection: &Connection) -> Result<Option<String>, Failure> {
    let Some(path) = &connection.key_file else { return Ok(None) };
    if key_in_variable() && !connection.key_file_typed {
        return Ok(None);
    }
    read_key(path).map(Some)
}

fn key_in_variable() -> bool {
    std::env::var(KEY_VARIABLE).is_ok_and(|key| !key.trim().is_empty())
}

fn no_key() -> Failure {
    Failure::refused(format!(
        "the API key is missing: create one in your QuickRouter account, put it into the \
         variable {KEY_VARIABLE}, or into a file for --key-file; --emulator needs none"
    ))
}

fn read_key(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    // A key is short; a device without an end is none.
    let mut text = String::new();
    let read =
        File::open(path).and_then(|file| file.take(KEY_FILE_LIMIT).read_to_string(&mut text));
    read.map_err(|error| {
        Failure::refused(format!("the key file {shown} cannot be read: {error}; check --key-file"))
    })?;
    // What is in the file is never shown: it may be a key all the same.
    match text.trim() {
        "" => Err(Failure::refused(format!("the key file {shown} is empty; put the key into it"))),
        key if key.contains(char::is_whitespace) => Err(Failure::refused(format!(
            "the key file {shown} holds more than one word; put the key into it and nothing else"
        ))),
        key => Ok(key.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::read_key;

    #[test]
    fn a_key_file_that_is_missing_is_refused_by_name() {
        let failure = read_key(Path::new("no/such/key")).unwrap_err();
        assert_eq!(failure.code, 2);
        assert!(failure.message.contains("no/such/key"), "{}", failure.message);
    }
}
