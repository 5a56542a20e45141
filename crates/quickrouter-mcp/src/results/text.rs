//! Texts that models make. They are data, not instructions.

use std::io::Read;

use crate::pictures::open::open;
use crate::results::masked;
use crate::results::prediction::SavedFile;

/// What a result has of a text. The file has all of it.
const MAX_BYTES: usize = 4 << 10;

/// A text as a result has it: without control characters other than line breaks, and bounded.
pub(crate) fn bounded(text: &str) -> String {
    masked::block(text, MAX_BYTES)
}

/// The text of the first saved file that is text; a prediction has one (`Client::save`). Blocks.
pub(crate) fn of_files(files: &[SavedFile]) -> Option<String> {
    let file = files.iter().find(|file| file.media_type.starts_with("text/"))?;
    let (opened, size) = open(&file.path, None).ok()?;
    let mut content = Vec::new();
    opened.take(MAX_BYTES as u64 + 4).read_to_end(&mut content).ok()?;
    if size <= content.len() as u64 {
        return Some(bounded(&String::from_utf8_lossy(&content)));
    }
    // Cut before it is decoded: half a character would be an odd one.
    content.truncate(MAX_BYTES);
    let cut = content.utf8_chunks().map(|chunk| chunk.valid()).collect::<String>();
    Some(format!("{}... ({size} bytes in all)", bounded(&cut)))
}

#[cfg(test)]
mod tests {
    use super::of_files;
    use crate::results::prediction::SavedFile;

    #[test]
    fn the_text_of_a_file_is_bounded_and_masked() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.txt");
        let text = |content: &str| {
            std::fs::write(&file, content).unwrap();
            of_files(&[SavedFile::read(file.clone())])
        };
        assert_eq!(text("a\n\u{1b}[2Jb").unwrap(), "a\n\u{fffd}[2Jb");
        let long = text(&"狐".repeat(3000)).unwrap();
        assert_eq!(long, "狐".repeat(1365) + "... (9000 bytes in all)");
        assert_eq!(of_files(&[]), None);
    }
}
