//! [`BodyKind`]: what a response body is that is not JSON.

use std::fmt;

/// What a response body is that is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyKind {
    /// Nothing.
    Empty,
    /// A page (HTML), such as the gateway's console or a firewall's.
    Page,
    /// JSON that is cut off or garbled.
    DamagedJson,
    /// Another text.
    Text,
}

impl BodyKind {
    /// What a text is, by its beginning.
    pub(crate) fn of(text: &str) -> Self {
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        match text.chars().next() {
            None => Self::Empty,
            Some('<') => Self::Page,
            Some('{' | '[') => Self::DamagedJson,
            Some(_) => Self::Text,
        }
    }
}

impl fmt::Display for BodyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the body is empty",
            Self::Page => "the body is a page (HTML), not JSON",
            Self::DamagedJson => "the body is damaged JSON",
            Self::Text => "the body is not JSON",
        })
    }
}
