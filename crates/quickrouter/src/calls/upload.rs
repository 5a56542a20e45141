//! One attempt to upload a file.

use std::sync::Arc;
use std::time::Duration;

use quickrouter_api::FileUpload;
use tokio::time::Instant;

use crate::core::context::{Api, Context};
use crate::http::outcome::{self, Outcome};
use crate::model::uploaded_file::UploadedFile;
use crate::request::local_file::{LocalFile, ReadFailure};

/// The least speed that is waited for, in bytes a second: a line slower than this may be cut.
const LEAST_SPEED: u64 = 16 << 10;

/// Uploads a file once.
pub(crate) async fn once(file: &Arc<LocalFile>, context: &Context, deadline: Instant) -> Outcome {
    let failure = ReadFailure::default();
    let body = match file.body(&failure).await {
        Ok(body) => body,
        Err(why) => return Outcome::FileChanged(why),
    };
    let upload = FileUpload::new(body, file.size, file.name(), file.media_type);
    let more = Duration::from_secs(file.size / LEAST_SPEED);
    let Api { client, kept } = context.api(deadline, more);
    let outcome = outcome::outcome(client.upload_file(upload).await, &kept).await;
    match (failure.reason(), outcome) {
        (Some(why), _) => Outcome::FileChanged(why),
        (None, Outcome::Success(answer)) => match UploadedFile::read(answer.document.tree()) {
            Ok(_) => Outcome::Success(answer),
            Err(reason) => Outcome::Unexpected(answer, reason),
        },
        (None, outcome) => outcome,
    }
}
