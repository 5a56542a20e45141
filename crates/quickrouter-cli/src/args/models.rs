//! `models`: its flags.

use clap::Args;

use super::values::StandsAlone;
use crate::text::model_name::{self, Named};

/// Lists the models of the contract, or the inputs of one
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ModelsArgs {
    /// A model's name, full or short
    #[arg(value_parser = StandsAlone(described))]
    pub(crate) model: Option<Named>,
    /// Print JSON Schemas of the input instead
    #[arg(long)]
    pub(crate) json: bool,
}

/// A model of the contract's.
fn described(name: &str) -> Result<Named, String> {
    let named = model_name::resolve(name)?;
    match named.known {
        Some(_) => Ok(named),
        None => Err(format!(
            "the contract does not describe the model {name:?}, so its inputs are not known here; \
             `quickrouter models` lists those it does"
        )),
    }
}
