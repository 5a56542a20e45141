//! Model names as people type them: full, short if unambiguous, or a version.

use quickrouter_api::{Model, models};

use crate::detail::detail;
use crate::error::Error;
use crate::request::model_ref::is_version;
use crate::text::similar::nearest;

/// A model given by name.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ModelName {
    /// As [`AnyInput::new`](crate::AnyInput::new) takes it: `owner/name`, `owner/name:version` or a
    /// version.
    pub full: String,
    /// The contract's model, whose inputs are known.
    pub known: Option<&'static Model>,
}

impl From<&'static Model> for ModelName {
    fn from(model: &'static Model) -> Self {
        Self { full: model.name.to_owned(), known: Some(model) }
    }
}

impl ModelName {
    /// Finds the model that `typed` means: a full name, the part after the owner of one of the
    /// contract's models if it is unambiguous, either with `:version`, or a version.
    ///
    /// ```
    /// use quickrouter::catalog::ModelName;
    ///
    /// assert_eq!(ModelName::resolve("sdxl")?.full, "stability-ai/sdxl");
    /// # Ok::<(), quickrouter::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] if it is neither a known name nor has the form of an unknown one.
    pub fn resolve(typed: &str) -> Result<Self, Error> {
        let (name, version) = match typed.split_once(':') {
            Some((name, version)) => (name, Some(version)),
            None => (typed, None),
        };
        if let Some(model) = models().iter().find(|model| names(model).any(|known| known == name)) {
            let full = match version {
                Some(version) => format!("{}:{version}", model.name),
                None => model.name.to_owned(),
            };
            return Ok(Self { full, known: Some(model) });
        }
        if is_version(typed) || name.contains('/') {
            let known = models().iter().find(|model| model.version == Some(typed));
            return Ok(Self { full: typed.to_owned(), known });
        }
        Err(Error::InvalidRequest(match nearest(name, models().iter().flat_map(names)) {
            Some(near) => detail!(
                ModelUnknownNear,
                "no documented model is named {model:?} (did you mean {near}?); pass any other as owner/name, owner/name:version or a version of 64 hexadecimal digits",
                model = typed,
                near = near
            ),
            None => detail!(
                ModelUnknown,
                "no documented model is named {model:?}; pass any other as owner/name, owner/name:version or a version of 64 hexadecimal digits",
                model = typed
            ),
        }))
    }

    /// The name in the contract that `typed` resembles most, if it resembles any.
    pub fn nearest(typed: &str) -> Option<&'static str> {
        let name = typed.split(':').next().unwrap_or(typed);
        nearest(name, models().iter().flat_map(names))
    }

    /// The name of a model without its owner, if it is unambiguous.
    pub fn short(model: &Model) -> Option<&'static str> {
        let short = model.short_name();
        let twins = models().iter().filter(|other| other.short_name() == short).count();
        (twins == 1 && short != model.name).then_some(short)
    }
}

/// The full name, and the short one if it is unambiguous.
fn names(model: &'static Model) -> impl Iterator<Item = &'static str> {
    std::iter::once(model.name).chain(ModelName::short(model))
}

#[cfg(test)]
mod tests {
    use quickrouter_api::models;

    use super::ModelName;

    #[test]
    fn a_model_goes_by_its_full_name_or_by_its_short_one() {
        let model = &models()[0];
        assert_eq!(ModelName::resolve(model.name).unwrap(), ModelName::from(model));
        assert_eq!(ModelName::resolve(model.short_name()).unwrap(), ModelName::from(model));
    }

    #[test]
    fn a_version_keeps_the_inputs_of_its_model() {
        let model = &models()[0];
        let version = "0".repeat(64);
        let named = ModelName::resolve(&format!("{}:{version}", model.short_name())).unwrap();
        assert_eq!(named.full, format!("{}:{version}", model.name));
        assert_eq!(named.known, Some(model));
        let own = model.version.unwrap();
        assert_eq!(
            ModelName::resolve(own).unwrap(),
            ModelName { full: own.to_owned(), known: Some(model) }
        );
    }

    #[test]
    fn an_unknown_model_needs_an_owner_or_a_version() {
        assert_eq!(
            ModelName::resolve("a/b").unwrap(),
            ModelName { full: "a/b".to_owned(), known: None }
        );
        assert_eq!(ModelName::resolve(&"f".repeat(64)).unwrap().known, None);
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_name() {
        let message = ModelName::resolve("sdlx").unwrap_err().to_string();
        assert!(message.contains("did you mean sdxl?"), "{message}");
        let message = ModelName::resolve("zzzz").unwrap_err().to_string();
        assert!(!message.contains("did you mean"), "{message}");
    }
}
