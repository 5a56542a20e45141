//! Responses that cannot be requested again are kept in files.

use std::path::Path;

use quickrouter::files::keep_unread;
use quickrouter::{Error, Prediction};

use crate::error::ToolError;

/// Keeps the response to a create whose outcome it left unknown, and names the file in the error.
pub(super) async fn of_create(error: &Error, told: &mut ToolError, folder: &Path) {
    let body = match error {
        Error::OutcomeUnknown(unknown) => &unknown.body,
        Error::UnexpectedResponse(response) => &response.body,
        _ => return,
    };
    keep(body, told, folder).await;
}

/// Keeps a prediction without an id whose outputs could not all be saved.
pub(super) async fn of_prediction(prediction: &Prediction, told: &mut ToolError, folder: &Path) {
    keep(prediction.raw().to_string().as_bytes(), told, folder).await;
}

async fn keep(content: &[u8], told: &mut ToolError, folder: &Path) {
    if content.is_empty() {
        return;
    }
    let kept = match keep_unread(content, folder).await {
        Ok(file) => format!("The whole response is in {}.", file.display()),
        Err(error) => format!("The response could not be kept in a file: {error}."),
    };
    told.add(&kept);
}
