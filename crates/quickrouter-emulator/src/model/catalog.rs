//! The models that an emulator runs: the contract's, those that were defined, and, on request, any.

use crate::error::Error;
use crate::model::definition::{ModelDefinition, check_all};
use crate::model::entry::ModelEntry;
use crate::model::free;
use crate::model::names;
use quickrouter_api::models;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// Most models that are kept beside the contract's: the emulator's own limit.
const MAX_MODELS: usize = 1_000;

/// The models of the contract, the same for all emulators.
static CONTRACT: LazyLock<Vec<Arc<ModelEntry>>> =
    LazyLock::new(|| models().iter().map(ModelEntry::of_contract).map(Arc::new).collect());

/// The models of one gateway: the contract's first, then the others in the order in which they came.
#[derive(Debug, Clone)]
pub(crate) struct Catalog {
    entries: Vec<Arc<ModelEntry>>,
    /// The place of each name, in lower case.
    places: HashMap<String, usize>,
    /// Whether a model that nobody defined is made up when it is asked for.
    any: bool,
}

impl Catalog {
    /// The contract's models, then these, which replace others of their name.
    ///
    /// # Errors
    /// [`Error::Model`] names the definition that cannot be used.
    pub(crate) fn new(defined: Vec<ModelDefinition>, any: bool) -> Result<Self, Error> {
        let count = defined.len();
        if count > MAX_MODELS {
            let why = format!("{count} models are defined; the limit is {MAX_MODELS}");
            return Err(Error::Model(why));
        }
        check_all(&defined)?;
        let mut catalog = Self { entries: Vec::new(), places: HashMap::new(), any };
        for entry in CONTRACT.iter() {
            catalog.put(Arc::clone(entry));
        }
        for definition in defined {
            catalog.put(Arc::new(ModelEntry::new(definition)?));
        }
        Ok(catalog)
    }

    /// The definitions beside the contract's models.
    pub(crate) fn definitions(&self) -> impl Iterator<Item = &ModelDefinition> {
        self.all().filter_map(|entry| entry.definition.as_deref())
    }

    /// Adds a model, or replaces the one of its name.
    fn put(&mut self, entry: Arc<ModelEntry>) {
        let name = entry.name.to_ascii_lowercase();
        if let Some(place) = self.places.get(&name) {
            self.entries[*place] = entry;
            return;
        }
        self.places.insert(name, self.entries.len());
        self.entries.push(entry);
    }

    /// Whether it makes up models that nobody defined.
    pub(crate) fn takes_any(&self) -> bool {
        self.any
    }

    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Arc<ModelEntry>> {
        self.entries.iter()
    }

    /// The model of this name, `owner/name`.
    pub(crate) fn find(&self, name: &str) -> Option<&Arc<ModelEntry>> {
        // The API takes a name in letters of either case.
        self.places.get(&name.to_ascii_lowercase()).map(|place| &self.entries[*place])
    }

    /// The place of the model of this name among all.
    pub(crate) fn place(&self, name: &str) -> Option<u64> {
        let place = self.places.get(&name.to_ascii_lowercase())?;
        u64::try_from(*place).ok()
    }

    /// The model for a version: `owner/name:64hex`, `64hex` or `owner/name`. With a name, any version
    /// is accepted, as at the gateway: the known one runs.
    pub(crate) fn by_version(&self, version: &str) -> Option<&Arc<ModelEntry>> {
        match version.rsplit_once(':') {
            Some((name, id)) if names::is_version(id) => {
                self.find(name).filter(|model| model.latest_version().is_some())
            }
            Some(_) => None,
            None if names::is_version(version) => self
                .entries
                .iter()
                .find(|model| model.versions.iter().any(|id| id.eq_ignore_ascii_case(version))),
            None => self.find(version),
        }
    }

    /// Makes up the model of this name, if any model is accepted, and it looks like a model's name.
    pub(crate) fn made_up(&mut self, name: &str) -> Option<Arc<ModelEntry>> {
        if !self.any || !names::is_name(name) {
            return None;
        }
        Some(self.add_free(free::definition(name)))
    }

    /// The same for a version. A model that is known by its name runs, even if it has no version.
    pub(crate) fn made_up_by_version(&mut self, version: &str) -> Option<Arc<ModelEntry>> {
        if !self.any {
            return None;
        }
        match version.rsplit_once(':') {
            Some((name, id)) if names::is_version(id) && names::is_name(name) => {
                if let Some(known) = self.find(name) {
                    return Some(Arc::clone(known));
                }
                let mut definition = free::definition(name);
                definition.versions = vec![id.to_owned()];
                Some(self.add_free(definition))
            }
            None if names::is_version(version) => Some(self.add_free(free::of_version(version))),
            _ => self.made_up(version),
        }
    }

    /// Once there are as many models as are kept, one that is made up runs, but is not listed: what
    /// it is follows from its name.
    fn add_free(&mut self, definition: ModelDefinition) -> Arc<ModelEntry> {
        let made = Arc::new(ModelEntry::made_up(definition));
        if self.entries.len() < models().len() + MAX_MODELS {
            self.put(Arc::clone(&made));
        }
        made
    }
}
