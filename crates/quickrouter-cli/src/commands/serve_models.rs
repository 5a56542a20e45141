//! `serve --models`: the files that define models.

use std::path::{Path, PathBuf};

use quickrouter_emulator::ModelDefinition;

use crate::exit::failure::Failure;
use crate::text::bounded;
use crate::text::encoding::decoded;
use crate::text::message::message;

/// Largest file, in bytes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The models that these files and folders define.
pub(super) fn definitions(paths: &[PathBuf]) -> Result<Vec<ModelDefinition>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        for file in files(path)? {
            let text = read(&file)?;
            let defined = ModelDefinition::parse(&text);
            all.extend(defined.map_err(|error| unusable(&file, &error.to_string()))?);
        }
    }
    Ok(all)
}

/// The file itself, or the definitions in a folder, in the order of their names.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |error: std::io::Error| unusable(path, &error.to_string());
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
        return Err(Failure::refused(message!("models-folder-empty", folder = path.display())));
    }
    Ok(found)
}

/// The failure of a file, in the words of the system or of the emulator.
fn unusable(path: &Path, error: &str) -> Failure {
    Failure::refused(message!("models-unusable", file = path.display(), error = error))
}

fn read(file: &Path) -> Result<String, Failure> {
    let read = bounded::file(file, MAX_BYTES);
    let (bytes, is_whole) = read.map_err(|error| unusable(file, &error.to_string()))?;
    let shown = file.display();
    if !is_whole {
        return Err(Failure::refused(message!("models-large", file = shown, limit = MAX_BYTES)));
    }
    decoded(bytes)
        .map_err(|why| Failure::refused(message!("models-encoding", file = shown, why = why)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    fn names(path: &Path) -> Result<Vec<String>, String> {
        let found = definitions(&[path.to_owned()]).map_err(|failure| failure.text())?;
        Ok(found.iter().map(|model| model.name().to_owned()).collect())
    }

    #[test]
    fn a_folder_gives_the_models_of_its_files_in_the_order_of_their_names() {
        let folder = folder(&[
            ("b.yaml", b"name: a/second"),
            ("a.json", b"\xef\xbb\xbf[{\"name\": \"a/first\"}]"),
            ("c.YML", b"\xff\xfen\0a\0m\0e\0:\0 \0a\0/\0c\0"),
            ("notes.txt", b"name: a/not"),
        ]);
        assert_eq!(names(folder.path()).unwrap(), ["a/first", "a/second", "a/c"]);
        assert_eq!(names(&folder.path().join("b.yaml")).unwrap(), ["a/second"]);
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let broken = folder(&[("a.yaml", b"name: a/b"), ("broken.json", b"{\"name\": ")]);
        let why = names(broken.path()).unwrap_err();
        assert!(why.contains("broken.json: ") && why.contains("not valid as JSON"), "{why}");
        for (name, content, says) in [
            ("empty.yaml", &b""[..], "the text is empty"),
            ("latin.yaml", b"name: \xe9", "is not UTF-8"),
            ("large.yaml", &vec![b'#'; 17 * 1024 * 1024], "16777216"),
        ] {
            let why = names(folder(&[(name, content)]).path()).unwrap_err();
            assert!(why.contains(name) && why.contains(says), "{why}");
        }
        assert!(names(folder(&[]).path()).unwrap_err().contains("no .json"));
        assert!(names(Path::new("/no/such/file.yaml")).unwrap_err().contains("file.yaml"));
    }
}
