//! Reads files of bounded size, in the encodings that editors save in.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::error::reason::Reason;

/// A file's text and what the system says of the file it was read from.
pub(crate) struct TextFile {
    pub(crate) text: String,
    pub(crate) metadata: Metadata,
}

/// Reads a file of at most `limit` bytes as text. `None` if there is no file.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Option<TextFile>, Reason> {
    // Before it is opened, which would wait for a pipe's writer.
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(metadata) if metadata.is_dir() => return Err(Reason::IsFolder),
        Ok(_) => return Err(Reason::NotAFile),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let opened = File::open(path).and_then(|file| {
        let metadata = file.metadata()?;
        let mut bytes = Vec::new();
        file.take(limit + 1).read_to_end(&mut bytes)?;
        Ok((metadata, bytes))
    });
    let (metadata, bytes) = opened?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(Reason::TooLarge { bytes: metadata.len(), limit });
    }
    Ok(Some(TextFile { text: decoded(bytes)?, metadata }))
}

/// The permissions that the system keeps, without the file's kind.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have none")]
pub(crate) fn mode(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(metadata.permissions().mode() & 0o7777)
}

/// Windows has lists of access, which the user's folders inherit; they are not checked.
#[cfg(not(unix))]
pub(crate) fn mode(_metadata: &Metadata) -> Option<u32> {
    None
}

/// UTF-8, or UTF-16 if a byte order mark says so, which is how Notepad and PowerShell 5 save.
fn decoded(bytes: Vec<u8>) -> Result<String, Reason> {
    let text = match bytes.as_slice() {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => None,
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).ok(),
    };
    match text {
        None => Err(Reason::NotUtf8),
        Some(text) if text.contains('\0') => Err(Reason::HasNul),
        Some(text) => Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned)),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|_| rest.is_empty())
}
