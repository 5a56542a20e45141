//! The folders and files of a server. MCP clients start it in folders of their choice, such as `/`, so no
//! default depends on where it starts.

use std::io;
use std::path::{Path, PathBuf};

use directories::{ProjectDirs, UserDirs};
use tempfile::TempDir;

use crate::exit::failure::Failure;
use crate::text::message::message;

/// The folder of pictures: as typed, or in the user's own folder for pictures.
pub(super) fn output(typed: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(folder) = typed {
        return Ok(absolute(folder));
    }
    let folders = UserDirs::new().ok_or_else(|| {
        Failure::refused(message!("mcp-no-home")).hint(message!("mcp-no-home-output"))
    })?;
    Ok(match folders.picture_dir() {
        Some(pictures) => pictures.join("quickrouter"),
        None => folders.home_dir().join("quickrouter-pictures"),
    })
}

/// The state file: as named, or one for each gateway in the user's folder for state. The folder for caches
/// would not do, since whoever empties it would renew the budget.
pub(super) fn state_file(named: Option<PathBuf>, origin: &str) -> Result<PathBuf, Failure> {
    if let Some(file) = named {
        return Ok(absolute(&file));
    }
    let folders = ProjectDirs::from("", "", "quickrouter").ok_or_else(|| {
        Failure::refused(message!("mcp-no-home")).hint(message!("mcp-no-home-state"))
    })?;
    let folder = folders.state_dir().unwrap_or(folders.data_local_dir());
    Ok(folder.join("mcp").join(file_name(origin)))
}

/// A folder for state that ends with the command.
pub(super) fn temporary() -> Result<TempDir, Failure> {
    TempDir::with_prefix("quickrouter-mcp-").map_err(|error| {
        let (folder, error) = (std::env::temp_dir(), error.to_string());
        Failure::other(message!("mcp-state-folder", folder = folder.display(), error = error))
    })
}

/// The folders whose files agents may send.
pub(super) fn allowed(typed: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let one = |folder: &PathBuf| {
        let listed = std::fs::read_dir(folder).and_then(|_| std::path::absolute(folder));
        listed.map_err(|error| refused_folder(folder, &error))
    };
    typed.iter().map(one).collect()
}

fn refused_folder(folder: &Path, error: &io::Error) -> Failure {
    let (folder, error) = (folder.display(), error.to_string());
    Failure::refused(message!("mcp-allow-dir", folder = folder, error = error))
        .hint(message!("mcp-allow-dir-how"))
}

/// A path that stays the same wherever a client reads it.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// A file name by which a person recognizes an origin: its host, and what is not `https` on its usual port.
fn file_name(origin: &str) -> String {
    let origin = origin.strip_prefix("https://").unwrap_or(origin);
    let origin = origin.replace("://", "-").replace(':', "-");
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' };
    format!("{}.jsonl", origin.chars().map(safe).collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{allowed, file_name, output, state_file};

    #[test]
    fn a_state_file_is_named_after_the_host_and_what_is_unusual_about_it() {
        for (origin, name) in [
            ("https://api.quickrouter.ai", "api.quickrouter.ai.jsonl"),
            ("https://relay.example:8443", "relay.example-8443.jsonl"),
            ("http://127.0.0.1:8080", "http-127.0.0.1-8080.jsonl"),
            ("http://[::1]:8080", "http-_--1_-8080.jsonl"),
        ] {
            assert_eq!(file_name(origin), name);
        }
    }

    #[test]
    fn what_is_typed_does_not_depend_on_the_folder_a_client_starts_it_in() {
        let typed = PathBuf::from("pictures");
        assert!(output(Some(&typed)).unwrap().is_absolute());
        assert!(state_file(Some("b.jsonl".into()), "https://a").unwrap().is_absolute());
    }

    #[test]
    fn a_folder_of_inputs_has_to_be_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(allowed(&[folder.path().to_owned()]).is_ok());
        for path in [file, folder.path().join("none")] {
            let failure = allowed(std::slice::from_ref(&path)).unwrap_err();
            assert!(failure.text().contains(&path.display().to_string()), "{failure:?}");
        }
    }
}
