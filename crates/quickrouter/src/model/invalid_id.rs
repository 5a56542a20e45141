//! [`InvalidId`]: a string that cannot be an id.

use crate::detail::{Detail, detail};

/// A string that cannot be the id of a prediction or a file: it is empty, `.` or `..`, which would be
/// paths, or a URL without an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} {reason}")]
#[non_exhaustive]
pub struct InvalidId {
    /// The string.
    pub text: String,
    /// What is wrong with it, and what to do.
    pub reason: Detail,
}

impl InvalidId {
    pub(crate) fn of_prediction(text: String) -> Self {
        let reason = detail!(
            NotAPredictionId,
            "is not a prediction id; take it from a prediction or an error"
        );
        Self { text, reason }
    }

    pub(crate) fn of_file(text: String) -> Self {
        let reason = detail!(NotAFileId, "is not a file id; take it from an uploaded file");
        Self { text, reason }
    }

    pub(crate) fn url_without(text: &str, route: &str) -> Self {
        let reason = detail!(
            UrlWithoutId,
            "is a URL without {route}; pass the prediction's id",
            route = route
        );
        Self { text: text.to_owned(), reason }
    }
}
