//! What a picture shows.

/// Everything that determines a picture.
#[derive(Debug, Clone)]
pub(crate) struct Picture<'a> {
    pub(crate) model: &'a str,
    /// The input as JSON, for the picture's text chunk.
    pub(crate) input: &'a str,
    pub(crate) prompt: &'a str,
    pub(crate) seed: &'a str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Which of the outputs, from 0.
    pub(crate) index: usize,
    /// How many outputs there are.
    pub(crate) of: usize,
}

impl Picture<'_> {
    /// What tells it from others.
    pub(crate) fn traits(&self) -> String {
        format!("{}\u{0}{}\u{0}{}\u{0}{}", self.model, self.input, self.seed, self.index)
    }
}
