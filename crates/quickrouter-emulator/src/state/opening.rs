//! Opens what outlives the process, at the start of a gateway.

use crate::error::Error;
use crate::model::catalog::Catalog;
use crate::model::definition::ModelDefinition;
use crate::state::kept::Kept;
use crate::store::Journal;
use std::path::Path;

/// What a gateway starts with.
pub(crate) struct Opened {
    pub(crate) journal: Journal,
    pub(crate) kept: Kept,
    /// The seed of the ids: the first start's.
    pub(crate) id_seed: u64,
    pub(crate) catalog: Catalog,
}

/// Opens the folder, if there is one. `models` replace kept ones. `paused` says whether
/// the gateway can be on a paused clock.
///
/// # Errors
/// `Error::State`, and [`Error::Model`] of a given one.
pub(crate) fn open(
    folder: Option<&Path>,
    models: Vec<ModelDefinition>,
    any_model: bool,
    id_seed: u64,
    paused: bool,
) -> Result<Opened, Error> {
    if let Some(folder) = folder {
        return kept(folder, models, any_model, id_seed, paused);
    }
    let catalog = Catalog::new(models, any_model)?;
    Ok(Opened { journal: Journal::default(), kept: Kept::default(), id_seed, catalog })
}

#[cfg(feature = "state")]
fn kept(
    folder: &Path,
    models: Vec<ModelDefinition>,
    any_model: bool,
    id_seed: u64,
    paused: bool,
) -> Result<Opened, Error> {
    let (journal, mut loaded) = Journal::open(folder, id_seed, paused)?;
    let failed = |why| Error::State { path: folder.to_owned(), why };
    let (rows, defined) = Kept::models(&mut loaded, &models).map_err(failed)?;
    let catalog = Catalog::new(defined.into_iter().chain(models).collect(), any_model)?;
    let id_seed = loaded.id_seed;
    let kept = Kept::read(loaded, &catalog, rows).map_err(failed)?;
    Ok(Opened { journal, kept, id_seed, catalog })
}

#[cfg(not(feature = "state"))]
fn kept(
    _folder: &Path,
    models: Vec<ModelDefinition>,
    any_model: bool,
    id_seed: u64,
    paused: bool,
) -> Result<Opened, Error> {
    // Nobody can name a folder.
    open(None, models, any_model, id_seed, paused)
}
