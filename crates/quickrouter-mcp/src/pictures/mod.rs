//! Pictures in results: what a model gets to see.

/// How much of a picture a result contains. The file is named in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Images {
    /// Nothing.
    None,
    /// A thumbnail.
    #[default]
    Thumbnail,
    /// The picture as it was saved.
    Full,
}
