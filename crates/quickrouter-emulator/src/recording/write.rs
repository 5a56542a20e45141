//! Writes recordings, so that each is there as a whole or not at all.

use crate::recording::format::{Observation, RecordedRequest, Recording};
use crate::recording::read::read_back;
use crate::store::sync_folder;
use serde_json::{Map, Value};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a recording as readable JSON. One that could not be read back, since a gateway answered what
/// the format has no place for, is kept as a whole in a file of another name, and an incomplete
/// recording names it; returns why.
pub(crate) fn write_recording(path: &Path, recording: &Recording) -> io::Result<Option<String>> {
    let text = serde_json::to_string_pretty(recording).map_err(io::Error::other)? + "\n";
    let Err(why) = read_back(text.as_bytes()) else {
        write_atomically(path, text.as_bytes())?;
        return Ok(None);
    };
    let whole = path.with_extension("json.whole");
    write_atomically(&whole, text.as_bytes())?;
    let name = whole.file_name().unwrap_or_default().to_string_lossy();
    let why = format!("{why}; all of it is in {name}");
    let reduced = reduced(recording, why.clone());
    let text = serde_json::to_string_pretty(&reduced).map_err(io::Error::other)? + "\n";
    write_atomically(path, text.as_bytes())?;
    Ok(Some(why))
}

/// What is known of a prediction at the least.
fn reduced(recording: &Recording, why: String) -> Recording {
    let mut prediction = recording.prediction.clone();
    prediction.retain(|name, value| {
        let short = value.as_str().is_some_and(|text| text.len() <= 200);
        short && ["id", "model", "version", "created_at"].contains(&name.as_str())
    });
    let status = recording.life.last().map(|last| last.status.as_str()).unwrap_or_default();
    let status: String = status.chars().take(100).collect();
    prediction.insert("status".to_owned(), status.as_str().into());
    let known = recording.incomplete.iter().take(10);
    let known = known.map(|why| why.chars().take(500).collect());
    Recording {
        request: RecordedRequest { input: Map::new(), ..recording.request.clone() },
        prediction,
        life: vec![Observation::unchanged(&status, recording.response.after_seconds)],
        files: Vec::new(),
        removed: Vec::new(),
        incomplete: std::iter::once(why).chain(known).collect(),
        ..recording.clone()
    }
}

/// Writes a file by way of a hidden one beside it, which is renamed when it is complete.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let partial = path.with_file_name(format!(".{name}.partial"));
    let written = File::create(&partial).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| rename_durably(&partial, path));
    if renamed.is_err() {
        // Best effort: what matters is the first error.
        let _ = fs::remove_file(&partial);
    }
    renamed
}

/// Renames a complete file, so that its new name survives a crash of the machine.
pub(crate) fn rename_durably(partial: &Path, path: &Path) -> io::Result<()> {
    fs::rename(partial, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    sync_folder(folder.unwrap_or(Path::new(".")))
}

/// The name of a recording and its files, without their extensions: of the model, as it was asked for
/// or as the prediction says, and the prediction's id.
pub(crate) fn stem(request: &RecordedRequest, said: Option<&Value>, id: &str) -> String {
    let said = said.and_then(Value::as_str).filter(|said| said.contains('/'));
    let model = request.model.as_deref().or(said).and_then(|name| name.rsplit('/').next());
    let model = file_name(model.filter(|name| !name.is_empty()).unwrap_or("prediction"), 60);
    // A dot separates the names of its files from it.
    format!("{model}-{}", file_name(id, 80).replace('.', "_"))
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
