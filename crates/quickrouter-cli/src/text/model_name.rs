//! Model names as people type them: full, short if unambiguous, or a version.

use quickrouter::catalog::{Model, models};

/// A model given by name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named {
    /// The name as the SDK takes it: `owner/name`, `owner/name:version` or a version.
    pub(crate) full: String,
    /// The model in the contract, whose inputs are known.
    pub(crate) known: Option<&'static Model>,
}

impl From<&'static Model> for Named {
    fn from(model: &'static Model) -> Self {
        Self { full: model.name.to_owned(), known: Some(model) }
    }
}

/// Finds the model that `typed` means.
///
/// # Errors
/// A message if it is neither a known name nor the form of an unknown one.
pub(crate) fn resolve(typed: &str) -> Result<Named, String> {
    let (name, version) = match typed.split_once(':') {
        Some((name, version)) => (name, Some(version)),
        None => (typed, None),
    };
    if let Some(model) = models().iter().find(|model| names(model).any(|known| known == name)) {
        let full = match version {
            Some(version) => format!("{}:{version}", model.name),
            None => model.name.to_owned(),
        };
        return Ok(Named { full, known: Some(model) });
    }
    let is_version = typed.len() == 64 && typed.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_version || name.contains('/') {
        let known = models().iter().find(|model| model.version == Some(typed));
        return Ok(Named { full: typed.to_owned(), known });
    }
    Err(format!(
        "no documented model is named {typed:?}{}; `quickrouter models` lists them; give any other \
         as owner/name, owner/name:version or a version of 64 hexadecimal digits",
        suggestion(name)
    ))
}

/// The full name, and the short one if it is unambiguous.
pub(crate) fn names(model: &'static Model) -> impl Iterator<Item = &'static str> {
    std::iter::once(model.name).chain(short_name(model))
}

/// The name without its owner, if it is unambiguous.
pub(crate) fn short_name(model: &Model) -> Option<&'static str> {
    let short = model.short_name();
    let twins = models().iter().filter(|other| other.short_name() == short).count();
    (twins == 1 && short != model.name).then_some(short)
}

fn suggestion(typed: &str) -> String {
    models()
        .iter()
        .flat_map(names)
        .map(|name| (strsim::jaro_winkler(typed, name), name))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| format!(" (did you mean {name}?)"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use quickrouter::catalog::models;

    use super::{Named, resolve};

    #[test]
    fn a_model_goes_by_its_full_name_or_by_its_short_one() {
        let model = &models()[0];
        assert_eq!(resolve(model.name), Ok(Named::from(model)));
        assert_eq!(resolve(model.short_name()), Ok(Named::from(model)));
    }

    #[test]
    fn a_version_keeps_the_inputs_of_its_model() {
        let model = &models()[0];
        let version = "0".repeat(64);
        let named = resolve(&format!("{}:{version}", model.short_name())).unwrap();
        assert_eq!(named.full, format!("{}:{version}", model.name));
        assert_eq!(named.known, Some(model));
        let own = model.version.unwrap();
        assert_eq!(resolve(own), Ok(Named { full: own.to_owned(), known: Some(model) }));
    }

    #[test]
    fn an_unknown_model_needs_an_owner_or_a_version() {
        assert_eq!(resolve("a/b"), Ok(Named { full: "a/b".to_owned(), known: None }));
        assert_eq!(resolve(&"f".repeat(64)).unwrap().known, None);
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_name() {
        let message = resolve("sdlx").unwrap_err();
        assert!(message.contains("did you mean sdxl?"), "{message}");
        let message = resolve("zzzz").unwrap_err();
        assert!(!message.contains("did you mean"), "{message}");
    }
}
