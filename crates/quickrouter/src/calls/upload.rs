//! One attempt to upload a file.

use std::sync::Arc;
use std::time::Duration;

use quickrouter_api::FileUpload;
use tokio::time::Instant;

use crate::core::context::{Api, Context};
use crate::http::outcome::{self, Outcome};
use crate::model::uploaded_file::UploadedFile;
use crate::request::local_file::{LocalFile, ReadFailure};

/// Minimum expected upload speed, in bytes per second; slower uploads may time out.
const MIN_BYTES_PER_SECOND: u64 = 16 << 10;

/// Sends one upload attempt.
pub(crate) async fn once(file: &Arc<LocalFile>, context: &Context, deadline: Instant) -> Outcome {
    let failure = ReadFailure::default();
    let body = match file.body(&failure).await {
        Ok(body) => body,
        Err(why) => return Outcome::FileChanged(why),
    };
    let upload = FileUpload::new(body, file.size, file.name(), file.media_type);
    let extra_time = Duration::from_secs(file.size / MIN_BYTES_PER_SECOND);
    let Api { client, kept } = context.api(deadline, extra_time);
    let outcome = outcome::outcome(client.upload_file(upload).await, &kept).await;
    match (failure.reason(), outcome) {
        (Some(why), _) => Outcome::FileChanged(why),
        (None, Outcome::Success(response)) => match UploadedFile::read(response.document.tree()) {
            Ok(_) => Outcome::Success(response),
            Err(reason) => Outcome::Unexpected(response, reason),
        },
        (None, outcome) => outcome,
    }
}
