//! `models`: its flags.

use clap::Args;

use super::values::StandsAlone;
use crate::text::model_name::{self, Named};

/// List the documented models, or show the inputs of one
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ModelsArgs {
    /// Name of a model, full or short
    #[arg(value_parser = StandsAlone(described))]
    pub(crate) model: Option<Named>,
    /// Print the JSON Schemas of the inputs instead
    #[arg(long)]
    pub(crate) json: bool,
}

/// Finds a model that the contract describes.
fn described(name: &str) -> Result<Named, String> {
    let named = model_name::resolve(name)?;
    match named.known {
        Some(_) => Ok(named),
        None => Err(format!(
            "the model {name:?} is not documented, so its inputs are unknown here; `quickrouter \
             models` lists the documented models"
        )),
    }
}
