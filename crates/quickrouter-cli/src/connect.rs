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
use crate::text_file::decoded;

/// The variable that names a file that holds the key.
const KEY_FILE_VARIABLE: &str = "QUICKROUTER_KEY_FILE";

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
        Some((key, source)) => builder = builder.api_key(key).api_key_source(source),
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
    let builder = Client::builder().base_url(emulator.base_url()).api_key(emulator.key());
    Ok((finish(builder, Some(timeout))?, emulator))
}

fn finish(builder: ClientBuilder, timeout: Option<Duration>) -> Result<Client, Failure> {
    let policy = WaitPolicy::new();
    let policy = timeout.map_or(policy.clone(), |timeout| policy.deadline(timeout));
    let user_agent = concat!("quickrouter-cli/", env!("CARGO_PKG_VERSION"));
    Ok(builder.wait_policy(policy).user_agent(user_agent).build()?)
}

/// The key in the key file, where that is what counts, and where it comes from.
fn file_key(connection: &Connection) -> Result<Option<(String, String)>, Failure> {
    let Some(path) = &connection.key_file else { return Ok(None) };
    if key_in_variable() && !connection.key_file_typed {
        return Ok(None);
    }
    let shown = path.display();
    let source = if connection.key_file_typed {
        format!("in --key-file {shown}")
    } else {
        format!("in the file {shown}, which {KEY_FILE_VARIABLE} names")
    };
    Ok(Some((read_key(path)?, source)))
}

fn key_in_variable() -> bool {
    std::env::var_os(KEY_VARIABLE).is_some_and(|key| !is_empty(&key.to_string_lossy()))
}

fn is_empty(key: &str) -> bool {
    key.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
}

fn no_key() -> Failure {
    Failure::refused(format!(
        "the API key is missing: create one in your QuickRouter account, put it into the \
         variable {KEY_VARIABLE}, or into a file for --key-file; --emulator needs none"
    ))
}

/// The text of a key file; whether it is a key is the SDK's to say.
fn read_key(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let refused =
        |why: String| Failure::refused(format!("the key file {shown} {why}; check --key-file"));
    if path.as_os_str() == "-" && !path.exists() {
        return Err(refused("is stdin, which a key is not read from; write /dev/stdin".to_owned()));
    }
    // A key is short; a device without an end is none.
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(KEY_FILE_LIMIT).read_to_end(&mut bytes));
    read.map_err(|error| refused(format!("cannot be read: {error}")))?;
    let key = decoded(bytes).map_err(refused)?;
    if is_empty(&key) {
        return Err(Failure::refused(format!(
            "the key file {shown} is empty; put the key into it"
        )));
    }
    Ok(key)
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
