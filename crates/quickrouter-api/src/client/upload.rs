//! Uploading a file: the one operation written by hand, since progenitor takes no multipart body.

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
    /// Its content: a stream that reads the file while it is sent, or what is in memory.
    pub content: Body,
    /// How many bytes `content` has.
    pub size: u64,
    /// Its name, without folders. Control characters are left out.
    pub name: String,
    /// Its media type, `image/png`.
    pub media_type: String,
    /// Anything to keep with the file; it comes back in the file's record.
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
        // A line feed in a name would end the part's header.
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
    /// Keeps a file for use as an input; `urls.get` of the answer is what the input takes. It is
    /// deleted after [`FILE_RETENTION_SECONDS`](crate::limits::FILE_RETENTION_SECONDS).
    ///
    /// The content is sent as it comes and not held in memory. `size` goes into the request's
    /// length, so the content must have just as many bytes.
    ///
    /// # Errors
    /// Those of the generated operations; [`Error::InvalidRequest`] when the media type is none.
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
