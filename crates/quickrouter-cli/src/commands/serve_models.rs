//! `serve --models`: the files that define models.

use std::path::{Path, PathBuf};

use quickrouter_emulator::EmulatorBuilder;

use crate::exit::failure::Failure;
use crate::text::encoding::decoded;

/// Largest file, in bytes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The builder with the models of these files and folders.
pub(super) fn with_models(
    mut builder: EmulatorBuilder,
    paths: &[PathBuf],
) -> Result<EmulatorBuilder, Failure> {
    for path in paths {
        for file in files(path)? {
            let refused =
                |why: String| Failure::refused(format!("--models {}: {why}", file.display()));
            builder = builder.models(&read(&file).map_err(refused)?).map_err(|error| {
                Failure::refused(format!("--models {}: {error}", file.display()))
            })?;
        }
    }
    Ok(builder)
}

/// The file itself, or the definitions in a folder, in the order of their names.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable =
        |error: std::io::Error| Failure::refused(format!("--models {}: {error}", path.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let kind = file.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        if ["json", "yaml", "yml"].iter().any(|own| kind.eq_ignore_ascii_case(own)) {
            found.push(file);
        }
    }
    found.sort();
    if found.is_empty() {
        let why = "the folder has no .json, .yaml or .yml file";
        return Err(Failure::refused(format!("--models {}: {why}", path.display())));
    }
    Ok(found)
}

fn read(file: &Path) -> Result<String, String> {
    let size = std::fs::metadata(file).map_err(|error| error.to_string())?.len();
    if size > MAX_BYTES {
        return Err(format!("the file has {size} bytes; the limit is {MAX_BYTES}"));
    }
    decoded(std::fs::read(file).map_err(|error| error.to_string())?)
}
