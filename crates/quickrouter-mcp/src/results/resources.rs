//! The saved files as resources: what links of results name, and nothing else.

use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rmcp::model::{Resource, ResourceContents};

use crate::error::{Kind, ToolError};
use crate::pictures::open::open;
use crate::results::masked::{self, path};
use crate::results::prediction::SavedFile;

/// The largest file that is read: a message of more keeps a client busy, which has the file's path.
const MAX_BYTES: u64 = 16 << 20;
/// The largest text.
const MAX_TEXT_BYTES: u64 = 1 << 20;
/// A URI as a message shows it, in bytes.
const MAX_SHOWN: usize = 300;

/// The resource of a file; `None` if its path has no URI.
///
/// It has no annotations: neither rmcp nor the clients that this server is tested with use an audience or
/// a priority.
pub(crate) fn resource(file: &SavedFile) -> Option<Resource> {
    let name = file.path.file_name().map(|name| path(Path::new(name))).unwrap_or_default();
    let resource = Resource::new(&*file.uri, name);
    let media_type = masked::line(&file.media_type, MAX_SHOWN);
    let resource = resource.with_mime_type(media_type).with_size(file.bytes);
    (!file.uri.is_empty()).then_some(resource)
}

/// The resources of saved files.
pub(crate) fn list(files: &[SavedFile]) -> Vec<Resource> {
    files.iter().filter_map(resource).collect()
}

/// Reads one of `files` by its URI, exactly as it is listed: text without control characters, or base64.
/// Blocks.
///
/// # Errors
/// It is not one of `files`, cannot be read, is too large, or is no longer a file below `output`.
pub(crate) fn read(
    files: &[SavedFile],
    output: &Path,
    uri: &str,
) -> Result<ResourceContents, ToolError> {
    let refused = |what: String, next: &str| ToolError::new(Kind::NotFound, what, next);
    let found = files.iter().find(|file| !uri.is_empty() && file.uri == uri);
    let file = found.ok_or_else(|| {
        let message = format!("There is no resource {}.", masked::line(uri, MAX_SHOWN));
        refused(message, "Name one of resources/list.")
    })?;
    let shown = path(&file.path);
    let (opened, size) = open(&file.path, Some(output))
        .map_err(|error| refused(format!("{shown} cannot be read: {error}."), ""))?;
    let is_text = file.media_type.starts_with("text/");
    let most = if is_text { MAX_TEXT_BYTES } else { MAX_BYTES };
    let mut content = Vec::new();
    let read = opened.take(most + 1).read_to_end(&mut content);
    read.map_err(|error| refused(format!("{shown} cannot be read: {error}."), ""))?;
    if content.len() as u64 > most {
        let message = format!("{shown} has {size} bytes, and at most {most} are read.");
        return Err(refused(message, "Open the file by its path."));
    }
    let contents = match std::str::from_utf8(&content).ok().filter(|_| is_text) {
        Some(text) => ResourceContents::text(masked::block(text, usize::MAX), uri),
        None => ResourceContents::blob(STANDARD.encode(content), uri),
    };
    Ok(contents.with_mime_type(&*file.media_type))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::{Value, json};

    use super::{list, read};
    use crate::results::prediction::SavedFile;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    fn saved(path: PathBuf, content: &[u8]) -> SavedFile {
        std::fs::write(&path, content).unwrap();
        SavedFile::read(path)
    }

    fn json_of(value: impl serde::Serialize) -> Value {
        serde_json::to_value(value).unwrap()
    }

    #[test]
    fn saved_files_are_listed_and_read_by_their_uri() {
        let output = tempfile::tempdir().unwrap();
        let picture = saved(output.path().join("a b.png"), PNG);
        let text = saved(output.path().join("a.txt"), "a\n\u{1b}[2J狐".as_bytes());
        let files = [picture.clone(), text.clone()];
        let listed = json_of(list(&files));
        let expected =
            json!({"uri": picture.uri, "name": "a b.png", "mimeType": "image/png", "size": 16});
        assert_eq!(listed[0], expected);
        assert!(picture.uri.starts_with("file:///") && picture.uri.ends_with("/a%20b.png"));
        let contents = json_of(read(&files, output.path(), &picture.uri).unwrap());
        assert_eq!(
            contents,
            json!({"uri": picture.uri, "mimeType": "image/png", "blob": "iVBORw0KGgoAAAANSUhEUg=="})
        );
        let contents = json_of(read(&files, output.path(), &text.uri).unwrap());
        assert_eq!(
            contents,
            json!({"uri": text.uri, "mimeType": "text/plain", "text": "a\n\u{fffd}[2J狐"})
        );
    }

    #[test]
    fn nothing_but_the_listed_files_is_read() {
        let output = tempfile::tempdir().unwrap();
        let file = saved(output.path().join("a.png"), PNG);
        let other = saved(output.path().join("b.png"), PNG);
        let files = [file.clone()];
        let dotted = file.uri.replace("a.png", "../a.png");
        for uri in ["", "file:///etc/passwd", &other.uri, &dotted, &file.uri.to_uppercase()] {
            let error = read(&files, output.path(), uri).unwrap_err();
            assert!(error.message.starts_with("There is no resource"), "{uri}: {error}");
        }
        let error = read(&files, output.path(), "a\u{1b}\n").unwrap_err();
        assert!(!error.message.contains(char::is_control), "{error:?}");
        std::fs::remove_file(&file.path).unwrap();
        assert!(read(&files, output.path(), &file.uri).unwrap_err().message.contains("read"));
    }

    #[test]
    fn a_file_that_is_too_large_is_named_by_its_path() {
        let output = tempfile::tempdir().unwrap();
        for (name, content, most) in [("a.png", PNG, 16 << 20), ("a.txt", b"text", 1 << 20)] {
            let file = saved(output.path().join(name), content);
            let grow = std::fs::File::options().append(true).open(&file.path).unwrap();
            let read = || read(std::slice::from_ref(&file), output.path(), &file.uri);
            grow.set_len(most).unwrap();
            assert!(read().is_ok());
            grow.set_len(most + 1).unwrap();
            let error = read().unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("by its path"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_a_link_or_was_replaced_by_one_is_not_read() {
        use std::os::unix::fs::symlink;
        let (output, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(other.path().join("a.png"), PNG).unwrap();
        std::fs::create_dir(output.path().join("sub")).unwrap();
        let files =
            [saved(output.path().join("a.png"), PNG), saved(output.path().join("sub/a.png"), PNG)];
        assert!(files.iter().all(|file| read(&files, output.path(), &file.uri).is_ok()));
        std::fs::remove_file(&files[0].path).unwrap();
        symlink(other.path().join("a.png"), &files[0].path).unwrap();
        std::fs::remove_dir_all(output.path().join("sub")).unwrap();
        symlink(other.path(), output.path().join("sub")).unwrap();
        for file in &files {
            assert!(read(&files, output.path(), &file.uri).is_err(), "{}", file.uri);
        }
    }
}
