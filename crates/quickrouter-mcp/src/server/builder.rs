//! [`McpServerBuilder`]: what a server is made of.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use quickrouter_account::{Account, Amount};

use crate::budget::Limits;
use crate::confirm::question::Language;
use crate::confirm::{Confirmation, Confirmations};
use crate::inputs::files::AllowedFolders;
use crate::jobs::Jobs;
use crate::pictures::Images;
use crate::schema;
use crate::server::McpServer;
use crate::store::RequestStore;
use crate::tools::Tools;
use crate::tools::listed_files::ListedFiles;

/// Builds an [`McpServer`].
#[derive(Debug)]
#[must_use]
pub struct McpServerBuilder {
    account: Account,
    store: Arc<dyn RequestStore>,
    output: PathBuf,
    limits: Limits,
    wait: Duration,
    images: Images,
    allowed: Vec<PathBuf>,
    confirmation: Confirmation,
    language: Language,
    cancel_on_abort: bool,
    dry_run: bool,
    max_cost_per_run: Option<Amount>,
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
        let client = self.account.client().clone();
        let store = Arc::clone(&self.store);
        let tools = Tools {
            jobs: Jobs::new(client.clone(), store, self.output.clone(), self.limits),
            client,
            account: self.account,
            store: self.store,
            output: self.output,
            limits: self.limits,
            max_cost_per_run: self.max_cost_per_run,
            wait: self.wait,
            images: self.images,
            allowed: AllowedFolders::new(self.allowed),
            confirmations: Confirmations::new(),
            confirmation: self.confirmation,
            language: self.language,
            saved: ListedFiles::default(),
            cancel_on_abort: self.cancel_on_abort,
            dry_run: self.dry_run,
        };
        McpServer { tools: Arc::new(tools), listed: schema::tools().into() }
    }
}
