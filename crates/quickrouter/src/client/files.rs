//! Input files: upload, delete, and inlining of small ones as data URIs.

use std::path::Path;
use std::sync::Arc;

use quickrouter_api::limits::INLINE_FILE_BYTES;

use crate::calls::idempotent::IdempotentCall;
use crate::client::Client;
use crate::error::Error;
use crate::model::uploaded_file::{FileId, UploadedFile};
use crate::request::data_uri;
use crate::request::local_file::LocalFile;

impl Client {
    /// Uploads a file for use in inputs; it is kept for
    /// [a day](crate::catalog::limits::FILE_RETENTION_SECONDS). The media type is detected from the
    /// content. The file is streamed, never held in memory.
    ///
    /// Uploads are free, so they are retried like reads: see
    /// [`RETRY_TABLE`](crate::retry::RETRY_TABLE). A retried upload may leave a second copy behind,
    /// which also expires after a day.
    ///
    /// One attempt may take [`request_timeout`](crate::ClientBuilder::request_timeout) plus one
    /// second per 16 KiB of the file; all attempts together are limited by the
    /// [`WaitPolicy`](crate::WaitPolicy)'s deadline.
    ///
    /// # Errors
    /// [`Error::File`] if the file cannot be read, is empty, or changes during the upload;
    /// [`Error::Api`] if the gateway does not relay uploads or rejects files of this size;
    /// [`Error::UnexpectedResponse`] if the response is not a file record; [`Error::NotSent`],
    /// [`Error::RateLimited`] or [`Error::Interrupted`] if there is no response.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn upload(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
    /// let mask = client.upload("mask.png").await?;
    /// println!("{} expires at {:?}", mask.url(), mask.expires_at());
    /// client.delete_file(mask.id()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn upload(&self, path: impl AsRef<Path>) -> Result<UploadedFile, Error> {
        self.upload_inspected(&LocalFile::inspect(path.as_ref()).await?).await
    }

    /// Returns what an input accepts for a file: a data URI with its content if it fits
    /// ([`limits::INLINE_FILE_BYTES`](crate::catalog::limits::INLINE_FILE_BYTES)), otherwise the URL of the
    /// [uploaded](Self::upload) file.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn edit(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
    /// let input = quickrouter::inputs::FluxKontextProInput::builder()
    ///     .prompt("make the door red")
    ///     .input_image(client.file_uri("photo.png").await?)
    ///     .build();
    /// let finished = client.run(input).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`upload`](Self::upload). Small files are never uploaded.
    pub async fn file_uri(&self, path: impl AsRef<Path>) -> Result<String, Error> {
        let file = LocalFile::inspect(path.as_ref()).await?;
        if file.size <= INLINE_FILE_BYTES {
            return data_uri::of(&file).await;
        }
        Ok(self.upload_inspected(&file).await?.url().to_owned())
    }

    /// Deletes an uploaded file before it expires.
    ///
    /// # Errors
    /// [`Error::Api`] if there is no file with this id or the gateway does not relay the call;
    /// [`Error::NotSent`], [`Error::RateLimited`] or [`Error::Interrupted`] if there is no
    /// response.
    pub async fn delete_file(&self, id: &FileId) -> Result<(), Error> {
        let deadline = self.context.wait.ends();
        IdempotentCall::DeleteFile(id).done(&self.context, deadline).await
    }

    async fn upload_inspected(&self, file: &Arc<LocalFile>) -> Result<UploadedFile, Error> {
        let (upload, deadline) = (IdempotentCall::Upload(file), self.context.wait.ends());
        let response = upload.document(&self.context, deadline).await?;
        UploadedFile::read(response.document.tree())
            .map_err(|reason| upload.unexpected_response(reason, &response))
    }
}
