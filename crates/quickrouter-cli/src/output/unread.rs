//! Keeps responses that cannot be requested again in files.

use std::path::Path;

use quickrouter::files::keep_unread;
use quickrouter::{Output, Prediction};

use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::text::message::{Message, message};

/// A longer response does not fit into a message and is kept in a file.
const SHOWN: usize = 300;

/// Writes the response of a failure into a file beside the outputs, and names it in the message, if the
/// response is that of a create or too long for a message.
pub(crate) async fn keep(mut failure: Failure, folder: &Path) -> Failure {
    let Some(response) = failure.about.answer.as_ref().filter(|response| !response.is_empty())
    else {
        return failure;
    };
    if !failure.is_of_an_unread_create() && response.len() <= SHOWN {
        return failure;
    }
    match keep_unread(response, folder).await {
        Ok(file) => {
            failure.about.details.push(message!("unread-kept", file = file.display()));
            failure.about.unread = Some(file);
        }
        Err(error) => {
            failure.about.details.push(message!("unread-not-kept", why = error.to_string()));
        }
    }
    failure
}

/// Reports where the outputs are of a prediction that cannot be requested again.
pub(crate) async fn without_an_id(
    prediction: &Prediction,
    failure: &Failure,
    folder: &Path,
    printer: &Printer,
) {
    let url = |output| match output {
        Output::Url(url) => Some(url),
        _ => None,
    };
    let urls: Vec<_> = prediction.outputs().into_iter().filter_map(url).collect();
    if !urls.is_empty() {
        printer.note(&message!("without-an-id"));
        for url in &urls {
            printer.note(&Message::verbatim(url));
        }
    }
    if failure.about.unread.is_some() {
        return;
    }
    let response = prediction.raw().to_string();
    match keep_unread(response.as_bytes(), folder).await {
        Ok(file) => printer.note(&message!("unread-kept", file = file.display())),
        // If no folder accepts a file, it is shown, however long it is.
        Err(_) => printer.note(&Message::verbatim(response)),
    }
}
