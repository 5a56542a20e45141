//! `serve --models`: the files that define models.

use std::fmt::Display;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use quickrouter_emulator::ModelDefinition;

use crate::exit::failure::Failure;
use crate::text::encoding::decoded;

/// Largest file, in bytes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The models that these files and folders define.
pub(super) fn definitions(paths: &[PathBuf]) -> Result<Vec<ModelDefinition>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        for file in files(path)? {
            let refused =
                |why: &dyn Display| Failure::refused(format!("--models {}: {why}", file.display()));
            let text = read(&file).map_err(|why| refused(&why))?;
            all.extend(ModelDefinition::parse(&text).map_err(|error| refused(&error))?);
        }
    }
    Ok(all)
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
    // Read up to the limit, not measured: a pipe has no size.
    let opened = File::open(file).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("the file has more than {MAX_BYTES} bytes, the limit"));
    }
    decoded(bytes)
}
