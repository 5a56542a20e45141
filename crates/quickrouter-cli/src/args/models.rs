//! `models`: its flags.

use clap::Args;

use super::values::Unaccepted;
use crate::text::message::message;
use quickrouter::catalog::ModelName;

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ModelsArgs {
    #[arg(value_parser = described)]
    pub(crate) model: Option<ModelName>,
    #[arg(long)]
    pub(crate) json: bool,
    #[arg(long, conflicts_with = "json")]
    pub(crate) json_schema: bool,
}

/// Finds the model that `name` means.
pub(super) fn resolved(name: &str) -> Result<ModelName, Unaccepted> {
    ModelName::resolve(name).map_err(|_| {
        Unaccepted::alone(match ModelName::nearest(name) {
            Some(nearest) => message!("model-meant", name = name, nearest = nearest),
            None => message!("model-unknown", name = name),
        })
    })
}

/// Finds a model that the contract describes.
pub(super) fn described(name: &str) -> Result<ModelName, Unaccepted> {
    let named = resolved(name)?;
    match named.known {
        Some(_) => Ok(named),
        None => Err(Unaccepted::alone(message!("model-undocumented", name = name))),
    }
}
