//! [`McpServerBuilder`]: what a server is made of.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use quickrouter_account::{Account, Amount};

use crate::budget::Limits;
use crate::confirm::Confirmation;
use crate::confirm::question::Language;
use crate::pictures::Images;
use crate::server::McpServer;
use crate::store::RequestStore;

/// Builds an [`McpServer`].
#[derive(Debug)]
#[must_use]
pub struct McpServerBuilder {
    pub(crate) account: Account,
    pub(crate) store: Arc<dyn RequestStore>,
    pub(crate) output: PathBuf,
    pub(crate) limits: Limits,
    pub(crate) wait: Duration,
    pub(crate) images: Images,
    pub(crate) allowed: Vec<PathBuf>,
    pub(crate) confirmation: Confirmation,
    pub(crate) language: Language,
    pub(crate) cancel_on_abort: bool,
    pub(crate) dry_run: bool,
    pub(crate) max_cost_per_run: Option<Amount>,
}

impl McpServerBuilder {
    /// A server that creates with the client of `account` and asks it for prices, remembers requests in
    /// `store` and saves into the folder `output`.
    pub fn new(account: Account, store: impl RequestStore, output: impl Into<PathBuf>) -> Self {
        Self {
            account,
            store: Arc::new(store),
            output: output.into(),
            limits: Limits::default(),
            wait: Duration::from_secs(45),
            images: Images::default(),
            allowed: Vec::new(),
            confirmation: Confirmation::default(),
            language: Language::default(),
            cancel_on_abort: false,
            dry_run: false,
            max_cost_per_run: None,
        }
    }

    /// Sets the budget. Defaults to 5 pictures in 24 hours.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the most that one prediction may cost; what has no price is not held by it.
    pub fn max_cost_per_run(mut self, most: Option<Amount>) -> Self {
        self.max_cost_per_run = most;
        self
    }

    /// Sets how long a call waits before it returns the id of what still runs. Defaults to 45 s: most
    /// clients give up after 60. A question to a person is not bounded by it, and has 10 minutes; after
    /// a yes the wait begins anew.
    pub fn wait(mut self, longest: Duration) -> Self {
        self.wait = longest;
        self
    }

    /// Sets how much of a picture a result contains. Defaults to a thumbnail.
    pub fn images(mut self, images: Images) -> Self {
        self.images = images;
        self
    }

    /// Allows files below a folder in inputs. Without one, none are.
    pub fn allow_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.allowed.push(folder.into());
        self
    }

    /// Sets when a person is asked. Defaults to always.
    pub fn confirmation(mut self, confirmation: Confirmation) -> Self {
        self.confirmation = confirmation;
        self
    }

    /// Sets the language in which a person is asked. Defaults to English.
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// Sets whether a call that the client cancels cancels its prediction. Defaults to `false`, because
    /// clients cancel at their own time-out.
    pub fn cancel_on_abort(mut self, cancel: bool) -> Self {
        self.cancel_on_abort = cancel;
        self
    }

    /// Sets whether nothing is sent, only shown. Defaults to `false`.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Builds the server.
    pub fn build(self) -> McpServer {
        McpServer::new(self)
    }
}
