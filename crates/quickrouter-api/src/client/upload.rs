//! Uploads a file: the only hand-written operation, since progenitor supports no multipart bodies.

use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo, ResponseValue};
use reqwest::Body;
use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value};

use super::generated::Client;
use crate::catalog::routes;

/// A file to upload.
#[derive(Debug)]
#[non_exhaustive]
pub struct FileUpload {
    /// The content: bytes in memory, or a stream that reads the file while it is sent.
    pub content: Body,
    /// The size of `content` in bytes.
    pub size: u64,
    /// The file's name, without folders. Control characters are removed.
    pub name: String,
    /// The media type, such as `image/png`.
    pub media_type: String,
    /// Any JSON to keep with the file; the file's record returns it.
    pub metadata: Option<Map<String, Value>>,
}

impl FileUpload {
    /// A file without metadata.
    pub fn new(
        content: impl Into<Body>,
        size: u64,
        name: impl Into<String>,
        media_type: impl Into<String>,
    ) -> Self {
        let (content, name, media_type) = (content.into(), name.into(), media_type.into());
        Self { content, size, name, media_type, metadata: None }
    }

    fn into_form(self) -> reqwest::Result<Form> {
        // A line feed in the name would end the part's header.
        let name: String = self.name.chars().filter(|c| !c.is_control()).collect();
        let content = Part::stream_with_length(self.content, self.size).file_name(name);
        let form = Form::new().part("content", content.mime_str(&self.media_type)?);
        let Some(metadata) = self.metadata else { return Ok(form) };
        let metadata = Part::text(Value::Object(metadata).to_string());
        Ok(form.part("metadata", metadata.mime_str("application/json")?))
    }
}

impl Client {
    /// Upload a file
    ///
    /// Stores a file for use as an input: pass `urls.get` of the response. The file is deleted after
    /// [`FILE_RETENTION_SECONDS`](crate::limits::FILE_RETENTION_SECONDS).
    ///
    /// The content is streamed, not held in memory. The request's length is computed from `size`, so
    /// the content must have exactly that many bytes.
    ///
    /// # Errors
    /// Those of the generated operations; [`Error::InvalidRequest`] if the media type is malformed.
    pub async fn upload_file(&self, file: FileUpload) -> Result<ResponseValue<Value>, Error<()>> {
        let route = routes::UPLOAD_FILE;
        let form = file.into_form().map_err(|error| Error::InvalidRequest(error.to_string()))?;
        let mut request = self
            .client()
            .post(format!("{}{}", self.baseurl(), route.path))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .multipart(form)
            .build()?;
        let info = OperationInfo { operation_id: route.operation };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        if response.status().is_success() {
            ResponseValue::from_response(response).await
        } else {
            Err(Error::UnexpectedResponse(response))
        }
    }
}
