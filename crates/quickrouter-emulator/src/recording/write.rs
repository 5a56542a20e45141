//! Writes recordings, so that each is there as a whole or not at all.

use crate::recording::format::{RecordedRequest, Recording};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a recording as readable JSON.
pub(crate) fn write_recording(path: &Path, recording: &Recording) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(recording).map_err(io::Error::other)?;
    text.push('\n');
    write_atomically(path, text.as_bytes())
}

/// Writes a file by way of a hidden one beside it, which is renamed when it is complete.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let partial = path.with_file_name(format!(".{name}.partial"));
    let written = File::create(&partial).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&partial, path));
    if renamed.is_err() {
        // Best effort: what matters is the first error.
        let _ = fs::remove_file(&partial);
    }
    renamed
}

/// The name of a recording and its files, without their extensions: of the model, as it was asked for
/// or as the prediction says, and the prediction's id.
pub(crate) fn stem(request: &RecordedRequest, said: Option<&Value>, id: &str) -> String {
    let said = said.and_then(Value::as_str).filter(|said| said.contains('/'));
    let model = request.model.as_deref().or(said).and_then(|name| name.rsplit('/').next());
    let model = file_name(model.filter(|name| !name.is_empty()).unwrap_or("prediction"), 60);
    format!("{model}-{}", file_name(id, 80))
}

/// A text as a plain file name of at most this length.
pub(crate) fn file_name(text: &str, longest: usize) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let name: String = text.chars().map(plain).take(longest).collect();
    match name.trim_start_matches('.') {
        "" => "_".to_owned(),
        name => name.to_owned(),
    }
}
