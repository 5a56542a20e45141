//! How many pictures an input asks for.

use std::borrow::Cow;

use quickrouter::catalog::{self, Model};
use serde_json::{Map, Value};

/// The contract's model that a reference names: `owner/name`, `owner/name:version`, or a version's id.
pub(crate) fn model_of(reference: &str) -> Option<&'static Model> {
    let is = |model: &&Model| {
        model.version == Some(reference)
            || model.older_versions().iter().any(|version| version == reference)
    };
    catalog::find_model(name_of(reference)).or_else(|| catalog::models().iter().find(is))
}

/// The name in `owner/name:version`.
pub(crate) fn name_of(reference: &str) -> &str {
    reference.split_once(':').map_or(reference, |(name, _)| name)
}

/// The number of pictures to reserve for; `None` if it is unknown.
///
/// It is what the input asks for, or the contract's default. A value that is no whole number reserves
/// for as many as the input allows. A model whose output is one file makes one. Nothing is assumed of a
/// model that the contract does not know.
pub(crate) fn most_pictures(model: &Model, input: &Map<String, Value>) -> Option<u64> {
    if let Some(count) = model.requested_outputs(input) {
        return Some(count.max(1));
    }
    match model.input_schema()["x-outputs"].as_str() {
        Some(name) => model.input(name)?["maximum"].as_u64(),
        None if model.output_schema()["type"] == "string" => Some(1),
        None => None,
    }
}

/// The names under which a gateway may list a model: its full name, the reference as it is given, and as
/// it is sent where the contract names the version that runs.
pub(crate) fn listed_names(reference: &str) -> Vec<Cow<'_, str>> {
    let model = model_of(reference);
    let full = model.map_or(name_of(reference), |model| model.name);
    let mut names = vec![Cow::from(full)];
    if full != reference {
        names.push(reference.into());
    } else if let Some(version) = model.and_then(|model| model.version) {
        names.push(format!("{full}:{version}").into());
    }
    names
}
