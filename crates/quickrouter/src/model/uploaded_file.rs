//! An uploaded file as plain data, with the whole response.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::detail::{Detail, detail};
use crate::model::invalid_id::InvalidId;
use crate::validate::schema::is_web_address;

/// The id of an uploaded file.
///
/// Any string except the empty one, `.` and `..`, which would be paths.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct FileId(String);

impl FileId {
    /// Creates an id from its printed or stored form.
    ///
    /// # Errors
    /// [`InvalidId`] if the string is empty, `.` or `..`.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidId> {
        let id = id.into();
        Self::accept(&id).ok_or_else(|| InvalidId::of_file(id))
    }

    fn accept(id: &str) -> Option<Self> {
        let fits = !matches!(id, "" | "." | "..");
        fits.then(|| Self(id.to_owned()))
    }

    /// Returns the id as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for FileId {
    type Err = InvalidId;

    fn from_str(id: &str) -> Result<Self, InvalidId> {
        Self::new(id)
    }
}

impl TryFrom<String> for FileId {
    type Error = InvalidId;

    fn try_from(id: String) -> Result<Self, InvalidId> {
        Self::new(id)
    }
}

/// An uploaded file: plain data, as returned by the gateway.
///
/// Fields of the contract have a method; everything else is in [`raw`](Self::raw). Serializes as
/// the raw JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct UploadedFile {
    id: FileId,
    url: String,
    raw: Value,
}

impl UploadedFile {
    /// Reads the record of a file, which needs an id and a URL for an input.
    ///
    /// # Errors
    /// The reason.
    pub(crate) fn read(raw: &Value) -> Result<Self, Detail> {
        let id = raw.get("id").and_then(Value::as_str).and_then(FileId::accept);
        let id = id.ok_or_else(|| detail!(NoFileId, "it has no file id"))?;
        let url = raw.pointer("/urls/get").and_then(Value::as_str);
        let url = url.ok_or_else(|| detail!(NoFileUrl, "it has no file URL (urls.get)"))?;
        if !is_web_address(url) {
            return Err(detail!(FileUrlInvalid, "{url:?} is not the URL of a file", url = url));
        }
        Ok(Self { id, url: url.to_owned(), raw: raw.clone() })
    }

    /// The id, for [`Client::delete_file`](crate::Client::delete_file).
    pub fn id(&self) -> &FileId {
        &self.id
    }

    /// The URL to put into an input. It may point to another origin than the gateway's; this client
    /// never fetches it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file name.
    pub fn name(&self) -> Option<&str> {
        self.text("name")
    }

    /// The media type, `image/png`.
    pub fn media_type(&self) -> Option<&str> {
        self.text("content_type")
    }

    /// The size in bytes.
    pub fn size(&self) -> Option<u64> {
        self.raw.get("size").and_then(Value::as_u64)
    }

    /// When it was uploaded, RFC 3339.
    pub fn created_at(&self) -> Option<&str> {
        self.text("created_at")
    }

    /// When it will be deleted, RFC 3339:
    /// [a day](crate::catalog::limits::FILE_RETENTION_SECONDS) after the upload.
    pub fn expires_at(&self) -> Option<&str> {
        self.text("expires_at")
    }

    /// The whole response.
    pub fn raw(&self) -> &Value {
        &self.raw
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.raw.get(key).and_then(Value::as_str)
    }
}

impl Serialize for UploadedFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}
