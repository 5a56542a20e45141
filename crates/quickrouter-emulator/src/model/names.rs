//! The names of models, and the ids of their versions.

/// Whether this is the id of a version.
pub(crate) fn is_version(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether this is the name of a model: `owner/name`.
pub(crate) fn is_name(text: &str) -> bool {
    let part = |part: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        (1..=100).contains(&part.len()) && part.bytes().all(fits) && !part.starts_with('.')
    };
    text.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name))
}
