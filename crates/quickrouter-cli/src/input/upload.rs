//! Uploads the files that are too large for the input, once everything else has been checked.

use std::time::Duration;

use indicatif::HumanBytes;
use quickrouter::Client;
use serde_json::Value;
use tokio::time::{Instant, timeout};

use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::input::collect::{Input, Upload};
use crate::output::printer::Printer;
use crate::output::sidecar::{OmittedFile, omitted};
use crate::text::message::message;

/// The input for a sidecar: in place of each file, inside it or to be uploaded, what tells it from
/// others.
pub(crate) async fn described(input: &Input) -> Value {
    let mut json = omitted(&input.json);
    for upload in &input.uploads {
        let media_type = quickrouter::files::media_type(&upload.path).await.ok();
        let (path, media_type) = (upload.path.clone(), media_type.map(str::to_owned));
        let hashed =
            tokio::task::spawn_blocking(move || OmittedFile::of_file(&path, media_type)).await;
        // The upload itself reports a file that cannot be read.
        let file = hashed.ok().and_then(Result::ok);
        let unread = OmittedFile { media_type: None, bytes: upload.size, sha256: None };
        json[upload.input] = file.unwrap_or(unread).to_json();
    }
    json
}

/// Uploads the files, and returns the input as it is sent.
///
/// # Errors
/// A file could not be uploaded, `limit` passed, or there was an interrupt. Nothing was created.
pub(crate) async fn all(
    client: &Client,
    Input { mut json, uploads, .. }: Input,
    limit: Duration,
    printer: &Printer,
    interrupts: &mut Interrupts,
) -> Result<Value, Failure> {
    let start = Instant::now();
    for upload in &uploads {
        let (flag, file) = (&upload.flag, || upload.path.display());
        let size = HumanBytes(upload.size).to_string();
        printer.progress(&message!("uploading", flag = flag, file = file(), size = size));
        let uri = tokio::select! {
            biased;
            () = interrupts.next() => {
                let message = message!("interrupted-upload", flag = flag, file = file());
                return Err(Failure::interrupted(message, None).with(message!("nothing-created")));
            }
            uri = one(client, upload, limit.saturating_sub(start.elapsed())) => uri?,
        };
        json[upload.input] = Value::from(uri);
    }
    Ok(json)
}

async fn one(client: &Client, upload: &Upload, limit: Duration) -> Result<String, Failure> {
    let start = Instant::now();
    let failure = match timeout(limit, client.file_uri(&upload.path)).await {
        Ok(Ok(uri)) => return Ok(uri),
        Ok(Err(error)) if start.elapsed() < limit => Failure::from(error),
        // The client may notice the deadline first.
        _ => Failure::deadline(message!("deadline-upload")),
    };
    Err(failure
        .with(message!("upload-of", flag = &upload.flag, file = upload.path.display()))
        .with(message!("nothing-created")))
}
