//! Files inside an input: a sidecar has their type, size and digest in place of their content.

use std::fs::File;
use std::io;
use std::path::Path;

use data_url::DataUrl;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The key of the object that stands for a file.
pub(crate) const OMITTED: &str = "omitted_file";

/// What is said of a file in place of its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OmittedFile {
    pub(crate) media_type: Option<String>,
    pub(crate) bytes: u64,
    /// In hexadecimal.
    pub(crate) sha256: Option<String>,
}

impl OmittedFile {
    /// Describes a file on this machine.
    pub(crate) fn of_file(path: &Path, media_type: Option<String>) -> io::Result<Self> {
        let (bytes, sha256) = digest_of_file(path)?;
        Ok(Self { media_type, bytes, sha256: Some(sha256) })
    }

    /// Describes the content of a data: URI.
    pub(crate) fn of_data_uri(uri: &str) -> Self {
        let decoded = DataUrl::process(uri.trim()).ok().and_then(|url| {
            let mime = url.mime_type();
            let media_type = format!("{}/{}", mime.type_, mime.subtype);
            Some((media_type, url.decode_to_vec().ok()?.0))
        });
        match decoded {
            Some((media_type, content)) => Self {
                media_type: Some(media_type),
                bytes: content.len() as u64,
                sha256: Some(hexadecimal(&Sha256::digest(&content))),
            },
            None => Self { media_type: None, bytes: uri.len() as u64, sha256: None },
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ OMITTED: self })
    }
}

/// An input without the content of its files, however deep they are in it.
pub(crate) fn omitted(input: &Value) -> Value {
    match input {
        Value::String(text) if is_data_uri(text) => OmittedFile::of_data_uri(text).to_json(),
        Value::Array(list) => list.iter().map(omitted).collect(),
        Value::Object(map) => {
            let each = map.iter().map(|(key, value)| (key.clone(), omitted(value)));
            Value::Object(each.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// A text that begins like a data: URI and has its comma; a sentence has a space after the colon.
fn is_data_uri(text: &str) -> bool {
    let text = text.trim_start();
    let scheme = text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    scheme && !text[5..].starts_with(char::is_whitespace) && text.contains(',')
}

/// The size of a file and the SHA-256 of its content.
pub(crate) fn digest_of_file(path: &Path) -> io::Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let bytes = io::copy(&mut File::open(path)?, &mut Hashing(&mut hasher))?;
    Ok((bytes, hexadecimal(&hasher.finalize())))
}

struct Hashing<'a>(&'a mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.0.update(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::omitted;

    #[test]
    fn of_a_file_in_an_input_its_type_size_and_digest_are_left() {
        let input = json!({
            "prompt": "data: a fox, or two",
            "image": "data:image/png;base64,Zm94",
            "more": [{"url": "https://example.com/a.png"}, "DATA:text/plain,fox"],
            "damaged": "data:image/png;base64,***",
        });
        let fox = "776cb326ab0cd5f0a974c1b9606044d8485201f2db19cf8e3749bdee5f36e200";
        let file = |media_type: &str| json!({"omitted_file": {"media_type": media_type, "bytes": 3, "sha256": fox}});
        assert_eq!(
            omitted(&input),
            json!({
                "prompt": "data: a fox, or two",
                "image": file("image/png"),
                "more": [{"url": "https://example.com/a.png"}, file("text/plain")],
                "damaged": {"omitted_file": {"media_type": null, "bytes": 25, "sha256": null}},
            })
        );
    }
}
