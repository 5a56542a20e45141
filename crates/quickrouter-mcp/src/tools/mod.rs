//! One file a tool.

mod bounded;
mod cancel;
mod counts;
pub(crate) mod create;
mod estimate;
mod exceeded;
mod find;
mod get;
pub(crate) mod listed_files;
pub(crate) mod models;
mod prices;
mod recover;
mod report;
mod request;
mod resent;
mod save;
mod wait;
mod waited;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quickrouter::Client;
use quickrouter_account::{Account, Amount};
use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, CallToolResponse, JsonObject};
use rmcp::service::RequestContext;
use tokio::time::Instant;

use crate::budget::Limits;
use crate::confirm::question::Language;
use crate::confirm::{Confirmation, Confirmations};
use crate::error::{Kind, ToolError};
use crate::inputs::arguments;
use crate::inputs::files::AllowedFolders;
use crate::jobs::Jobs;
use crate::pictures::Images;
use crate::results::budget::BudgetReport;
use crate::schema::names;
use crate::store::{RequestStore, StoreError};
use crate::tools::listed_files::ListedFiles;

/// What the tools share.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) client: Client,
    pub(crate) account: Account,
    pub(crate) store: Arc<dyn RequestStore>,
    pub(crate) jobs: Jobs,
    pub(crate) output: PathBuf,
    pub(crate) limits: Limits,
    pub(crate) max_cost_per_run: Option<Amount>,
    pub(crate) wait: Duration,
    pub(crate) images: Images,
    pub(crate) allowed: AllowedFolders,
    pub(crate) confirmations: Confirmations,
    pub(crate) confirmation: Confirmation,
    pub(crate) language: Language,
    pub(crate) saved: ListedFiles,
    pub(crate) cancel_on_abort: bool,
    pub(crate) dry_run: bool,
}

/// A call of a tool.
pub(crate) struct Call<'a> {
    pub(crate) params: &'a CallToolRequestParams,
    pub(crate) context: &'a RequestContext<RoleServer>,
    /// How long the call may take.
    pub(crate) wait: Duration,
    /// When the call has to be answered.
    pub(crate) latest: Instant,
    /// The last number of its progress.
    pub(crate) progress: Mutex<f64>,
}

impl<'a> Call<'a> {
    /// A call that may take `wait` from now on.
    pub(crate) fn new(
        params: &'a CallToolRequestParams,
        context: &'a RequestContext<RoleServer>,
        wait: Duration,
    ) -> Self {
        let progress = Mutex::default();
        Self { params, context, wait, latest: Instant::now() + wait, progress }
    }

    /// The same call, which may take as long as it may from now on.
    pub(crate) fn prolonged(&self) -> Self {
        let last = *self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        Self { progress: Mutex::new(last), ..Self::new(self.params, self.context, self.wait) }
    }
}

impl Tools {
    /// Calls a tool; `None` if no tool has this name.
    pub(crate) async fn call(
        &self,
        call: &Call<'_>,
    ) -> Option<Result<CallToolResponse, ToolError>> {
        let given: JsonObject = call.params.arguments.clone().unwrap_or_default();
        let done = match call.params.name.as_ref() {
            names::GENERATE_IMAGE => match arguments::generate_image(given) {
                Ok(create) => Box::pin(self.create(create, call)).await,
                Err(error) => Err(error),
            },
            names::RUN_MODEL => match arguments::run_model(given) {
                Ok(create) => Box::pin(self.create(create, call)).await,
                Err(error) => Err(error),
            },
            names::GET_PREDICTION => {
                bounded::bounded(call, bounded::Work::Get, self.get(given)).await.map(Into::into)
            }
            names::WAIT_PREDICTION => self.wait(given, call).await.map(Into::into),
            names::CANCEL_PREDICTION => {
                bounded::bounded(call, bounded::Work::Cancel, self.cancel(given))
                    .await
                    .map(Into::into)
            }
            names::SAVE_OUTPUTS => {
                bounded::bounded(call, bounded::Work::Save, self.save(given)).await.map(Into::into)
            }
            names::ESTIMATE_COST => {
                bounded::bounded(call, bounded::Work::BeforeCreate, self.estimate(given))
                    .await
                    .map(Into::into)
            }
            names::LIST_MODELS => arguments::nothing(&given).map(|()| models::list().into()),
            names::DESCRIBE_MODEL => models::describe(given).map(Into::into),
            _ => return None,
        };
        Some(done)
    }

    /// What is left of the budget; `None` if the store cannot say.
    pub(crate) async fn left(&self) -> Option<BudgetReport> {
        let spent = self.store.spent(self.limits).await.ok()?;
        Some(BudgetReport::new(&self.limits.left(&spent), &self.limits))
    }
}

/// The error of a store that cannot say, or note, what became of a request.
pub(crate) fn unreadable(error: &StoreError) -> ToolError {
    let next = "This call creates nothing. What an earlier call created may exist and be billed. A person \
                has to see to the server's state file; then repeat this very call.";
    of_store(error, next).billed()
}

/// The error of a store that cannot say what is left, before a request is armed.
pub(crate) fn unbudgeted(error: &StoreError) -> ToolError {
    of_store(error, "Nothing was created. A person has to see to the server's state file.")
}

fn of_store(error: &StoreError, next: &str) -> ToolError {
    ToolError::new(Kind::Store, format!("The state file cannot be used: {error}."), next)
}
