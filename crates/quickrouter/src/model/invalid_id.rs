//! Text that cannot be an id.

/// Text that cannot be the id of a prediction or a file: it is empty, `.` or `..`, which could not be
/// told from a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a {of} id; take it from {source_of_ids}")]
#[non_exhaustive]
pub struct InvalidId {
    /// The text.
    pub text: String,
    of: &'static str,
    source_of_ids: &'static str,
}

impl InvalidId {
    pub(crate) fn of_prediction(text: String) -> Self {
        Self { text, of: "prediction", source_of_ids: "a prediction or an error" }
    }

    pub(crate) fn of_file(text: String) -> Self {
        Self { text, of: "file", source_of_ids: "an uploaded file" }
    }
}
