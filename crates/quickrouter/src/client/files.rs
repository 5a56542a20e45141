//! Files for inputs: uploaded, deleted, or put into the input where they are small.

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
    /// Uploads a file, to be used in inputs for [a day](crate::catalog::limits::FILE_RETENTION_SECONDS). Its
    /// media type is told from its content. It is read while it is sent, and not held in memory.
    ///
    /// An upload costs nothing, so it is sent again like a read: see [`RETRY_TABLE`](crate::retry::RETRY_TABLE).
    /// An upload that is sent again may leave a second file behind, which is deleted after a day too.
    ///
    /// One attempt may take as long as any request
    /// ([`request_timeout`](crate::ClientBuilder::request_timeout)) and a second more for every 16 KiB
    /// of the file, all attempts as long as the [`WaitPolicy`](crate::WaitPolicy)'s deadline.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be read, is empty, or changes while it is sent;
    /// [`Error::Api`] where the gateway does not relay uploads or takes no file of this size;
    /// [`Error::UnexpectedResponse`] when the answer is no file's record;
    /// [`Error::NotSent`], [`Error::RateLimited`] or [`Error::Interrupted`] when no answer came.
    pub async fn upload(&self, path: impl AsRef<Path>) -> Result<UploadedFile, Error> {
        self.upload_inspected(&LocalFile::inspect(path.as_ref()).await?).await
    }

    /// What an input takes for a file: its content as a data URI where that fits
    /// ([`INLINE_FILE_BYTES`](crate::catalog::limits::INLINE_FILE_BYTES)), else the URL of the file once it is
    /// [uploaded](Self::upload).
    ///
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
    /// Those of [`upload`](Self::upload). A small file is never sent.
    pub async fn file_uri(&self, path: impl AsRef<Path>) -> Result<String, Error> {
        let file = LocalFile::inspect(path.as_ref()).await?;
        if file.size <= INLINE_FILE_BYTES {
            return data_uri::of(&file).await;
        }
        Ok(self.upload_inspected(&file).await?.url().to_owned())
    }

    /// Deletes an uploaded file before its time.
    ///
    /// # Errors
    /// [`Error::Api`] when there is none of this id or the gateway does not relay this,
    /// [`Error::NotSent`], [`Error::RateLimited`] or [`Error::Interrupted`] when no answer came.
    pub async fn delete_file(&self, id: &FileId) -> Result<(), Error> {
        let deadline = self.context.wait.ends();
        IdempotentCall::DeleteFile(id).done(&self.context, deadline).await
    }

    async fn upload_inspected(&self, file: &Arc<LocalFile>) -> Result<UploadedFile, Error> {
        let (upload, deadline) = (IdempotentCall::Upload(file), self.context.wait.ends());
        let answer = upload.document(&self.context, deadline).await?;
        UploadedFile::read(answer.document.tree())
            .map_err(|reason| upload.unexpected_response(reason, &answer))
    }
}
