//! The API key: in its variable, or in a file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use quickrouter::Client;
use quickrouter::error::Detail;

use crate::args::settings::Connection;
use crate::args::values::KeyFile;
use crate::exit::failure::Failure;
use crate::text::encoding::decoded;
use crate::text::message::{Message, message};

/// The variable that names a file with the key.
const KEY_FILE_VARIABLE: &str = "QUICKROUTER_KEY_FILE";

/// The variable that contains the key.
const KEY_VARIABLE: &str = "QUICKROUTER_API_KEY";

/// The maximum size of a key file, in bytes.
const KEY_FILE_LIMIT: u64 = 4096;

/// The key in the key file, unless the variable takes precedence, and where it comes from.
pub(super) fn file_key(connection: &Connection) -> Result<Option<(String, Detail)>, Failure> {
    let Some(KeyFile { path, typed }) = &connection.key_file else { return Ok(None) };
    let path = path.as_ref().map_err(|why| Failure::refused(Message::verbatim(why)))?;
    if is_in_variable() && !typed {
        return Ok(None);
    }
    let source = if *typed {
        Detail::key_in_file("--key-file", path)
    } else {
        Detail::key_in_file_of_variable(path, KEY_FILE_VARIABLE)
    };
    Ok(Some((read_key(path)?, source)))
}

/// Whether the variable contains a key.
pub(super) fn is_in_variable() -> bool {
    std::env::var_os(KEY_VARIABLE).is_some_and(|key| !is_empty(&key.to_string_lossy()))
}

fn is_empty(key: &str) -> bool {
    key.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
}

/// The key for the gateway at `upstream`, from the file or the variable, for what is no client of the
/// SDK. The SDK checks both all the same.
pub(crate) fn gateway_key(connection: &Connection, upstream: &str) -> Result<String, Failure> {
    let (key, source) = match file_key(connection)? {
        Some(found) => found,
        None => match std::env::var(KEY_VARIABLE) {
            Ok(key) if !is_empty(&key) => (key, Detail::key_in_variable(KEY_VARIABLE)),
            _ => {
                return Err(Failure::refused(message!("gateway-key-missing"))
                    .hint(message!("gateway-key-how", variable = KEY_VARIABLE)));
            }
        },
    };
    let client = Client::builder().base_url(upstream).allow_http(connection.allow_http);
    client.api_key(&key).api_key_source(source).build()?;
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    Ok(key.trim_matches(blank).to_owned())
}

/// The failure when there is no key.
pub(super) fn missing() -> Failure {
    Failure::refused(message!("key-missing"))
        .hint(message!("key-how", variable = KEY_VARIABLE))
        .hint(message!("key-not-needed"))
}

/// Reads a key file; the SDK checks that it contains a key.
fn read_key(path: &Path) -> Result<String, Failure> {
    let refused = |message| Failure::refused(message).hint(message!("key-file-check"));
    let shown = || path.display();
    if path.as_os_str() == "-" && !path.exists() {
        return Err(
            Failure::refused(message!("key-file-stdin")).hint(message!("key-file-how-stdin"))
        );
    }
    // Limited, since a device may be endless.
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(KEY_FILE_LIMIT).read_to_end(&mut bytes));
    read.map_err(|error| {
        refused(message!("key-file-unreadable", file = shown(), error = error.to_string()))
    })?;
    let key = decoded(bytes)
        .map_err(|why| refused(message!("key-file-encoding", file = shown(), why = why)))?;
    if is_empty(&key) {
        return Err(Failure::refused(message!("key-file-empty", file = shown()))
            .hint(message!("key-file-fill")));
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
        assert!(failure.text().contains("no/such/key"), "{}", failure.text());
    }
}
