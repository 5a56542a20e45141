//! `models`: its flags.

use clap::Args;

use super::values::StandsAlone;
use quickrouter::catalog::ModelName;

// List the documented models, or show the inputs of one
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ModelsArgs {
    #[arg(value_parser = StandsAlone(described))]
    pub(crate) model: Option<ModelName>,
    #[arg(long)]
    pub(crate) json: bool,
    #[arg(long, conflicts_with = "json")]
    pub(crate) json_schema: bool,
}

/// Finds the model that `name` means.
pub(super) fn resolved(name: &str) -> Result<ModelName, String> {
    let hint = "`quickrouter models` lists the documented models";
    ModelName::resolve(name).map_err(|error| format!("{error}; {hint}"))
}

/// Finds a model that the contract describes.
fn described(name: &str) -> Result<ModelName, String> {
    let named = resolved(name)?;
    match named.known {
        Some(_) => Ok(named),
        None => Err(format!(
            "the model {name:?} is not documented, so its inputs are unknown here; `quickrouter \
             models` lists the documented models"
        )),
    }
}
