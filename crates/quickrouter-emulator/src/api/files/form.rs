//! Parses the form of an upload.

use crate::model::hex::hex;
use crate::state::files::{Digests, Upload};
use crate::wire::json;
use crate::wire::problem::Problem;
use bytes::Bytes;
use http::{StatusCode, header};
use md5::Md5;
use multer::{Field, Multipart};
use sha2::{Digest as _, Sha256};

/// Largest file, in bytes: the emulator's own limit.
pub(super) const LARGEST: usize = 100 * 1024 * 1024;
/// The longest name of a file or of a media type, in bytes.
const LONGEST_NAME: usize = 1024;
/// The longest metadata, in bytes of JSON.
const LONGEST_METADATA: usize = 64 * 1024;

/// Default file name.
const NAMELESS: &str = "file";
/// Default media type.
const BYTES: &str = "application/octet-stream";

/// Ends the body with a refusal of our own.
#[derive(Debug, Clone, thiserror::Error)]
#[error("refused")]
pub(super) struct Refused(pub(super) Problem);

/// The parts that have been read so far.
#[derive(Default)]
struct FormParts {
    content: Option<FileContent>,
    filename: Option<String>,
    kind: Option<String>,
    metadata: Option<String>,
}

struct FileContent {
    name: Option<String>,
    kind: Option<String>,
    digests: Digests,
    bytes: Vec<u8>,
}

/// Reads all parts. Those that the contract does not know are skipped.
pub(super) async fn read(mut form: Multipart<'_>) -> Result<Upload, Problem> {
    let mut parts = FormParts::default();
    while let Some(field) = form.next_field().await.map_err(|error| malformed(&error))? {
        match field.name() {
            Some("content") if parts.content.is_some() => {
                return Err(Problem::invalid_body("- content: there must be exactly one\n"));
            }
            Some("content") => parts.content = Some(content(field).await?),
            Some("filename") => parts.filename = Some(text(field, "filename", LONGEST_NAME).await?),
            Some("type") => parts.kind = Some(text(field, "type", LONGEST_NAME).await?),
            Some("metadata") => parts.metadata = Some(metadata(field).await?),
            _ => {}
        }
    }
    parts.whole()
}

impl FormParts {
    fn whole(self) -> Result<Upload, Problem> {
        let missing = || Problem::invalid_body("- content: is required\n");
        let content = self.content.ok_or_else(missing)?;
        // The part's own headers take precedence.
        let name = content.name.or(self.filename);
        let kind = content.kind.or(self.kind);
        for (part, text) in [("filename", &name), ("type", &kind)] {
            let too_long = text.as_ref().is_some_and(|text| text.len() > LONGEST_NAME);
            if too_long {
                return Err(longer(part, LONGEST_NAME));
            }
        }
        Ok(Upload {
            name: name.unwrap_or_else(|| NAMELESS.into()),
            content_type: kind.unwrap_or_else(|| BYTES.into()),
            digests: content.digests,
            metadata: self.metadata.unwrap_or_else(|| "{}".into()),
            // Drops spare capacity.
            content: Bytes::from(content.bytes.into_boxed_slice()),
        })
    }
}

async fn content(mut field: Field<'_>) -> Result<FileContent, Problem> {
    let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let name = field.file_name().and_then(named);
    let kind = field.headers().get(header::CONTENT_TYPE);
    // The default type says nothing.
    let kind = kind.and_then(|kind| kind.to_str().ok()).and_then(named);
    let kind = kind.filter(|kind| kind != BYTES);
    let (mut bytes, mut sha256, mut md5) = (Vec::new(), Sha256::new(), Md5::new());
    while let Some(chunk) = field.chunk().await.map_err(|error| malformed(&error))? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(too_large());
        }
        sha256.update(&chunk);
        md5.update(&chunk);
        bytes.extend_from_slice(&chunk);
    }
    let digests = Digests { sha256: hex(&sha256.finalize()), md5: hex(&md5.finalize()) };
    Ok(FileContent { name, kind, digests, bytes })
}

/// Reads a short text part.
async fn text(mut field: Field<'_>, part: &str, most: usize) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| malformed(&error))? {
        if bytes.len() + chunk.len() > most {
            return Err(longer(part, most));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes)
        .map_err(|_| Problem::invalid_body(format!("- {part}: must be UTF-8\n")))
}

async fn metadata(field: Field<'_>) -> Result<String, Problem> {
    let text = text(field, "metadata", LONGEST_METADATA).await?;
    let tree = json::parse(text.as_bytes()).map_err(|error| {
        Problem::invalid_body(format!("- metadata: cannot be read as JSON: {error}\n"))
    })?;
    if !tree.is_object() {
        return Err(Problem::invalid_body("- metadata: must be a JSON object\n"));
    }
    Ok(tree.to_string())
}

fn longer(part: &str, most: usize) -> Problem {
    Problem::invalid_body(format!("- {part}: the emulator's own limit: at most {most} bytes\n"))
}

pub(super) fn too_large() -> Problem {
    let detail = format!("The file exceeds the emulator's own limit of {LARGEST} bytes.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Request entity too large", detail)
}

/// The error in the form, or the refusal that ended the body.
fn malformed(error: &multer::Error) -> Problem {
    if let multer::Error::StreamReadFailed(cause) = error {
        return match cause.downcast_ref::<Refused>() {
            Some(Refused(problem)) => problem.clone(),
            None => Problem::bad_request("The body broke off."),
        };
    }
    Problem::bad_request(format!("The multipart form is malformed: {error}"))
}
