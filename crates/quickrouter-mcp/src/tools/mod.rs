//! One file a tool.

mod cancel;
pub(crate) mod create;
mod estimate;
mod find;
mod get;
pub(crate) mod models;
mod prices;
mod recover;
mod report;
mod save;
pub(crate) mod saved;
mod wait;
mod waited;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use quickrouter::{Client, PredictionId};
use quickrouter_account::{Account, Amount};
use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, CallToolResponse, JsonObject};
use rmcp::service::RequestContext;
use tokio::time::{Instant, timeout_at};

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
use crate::tools::saved::SavedFiles;

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
    pub(crate) saved: SavedFiles,
    pub(crate) cancel_on_abort: bool,
    pub(crate) dry_run: bool,
}

/// A call of a tool.
pub(crate) struct Call<'a> {
    pub(crate) params: &'a CallToolRequestParams,
    pub(crate) context: &'a RequestContext<RoleServer>,
    /// When the call has to be answered.
    pub(crate) latest: Instant,
    /// The last number of its progress.
    pub(crate) progress: Mutex<f64>,
}

impl Call<'_> {
    /// Asks the gateway about a prediction, no longer than the call may take: the SDK asks again after
    /// each time-out of its own, longer than any client waits.
    pub(crate) async fn in_time<T>(
        &self,
        id: &PredictionId,
        asked: impl Future<Output = Result<T, quickrouter::Error>>,
        if_late: &str,
    ) -> Result<T, ToolError> {
        match timeout_at(self.latest, asked).await {
            Ok(response) => response.map_err(|error| ToolError::about(&error, id)),
            Err(_) => Err(ToolError::late(id, if_late)),
        }
    }
}

impl Tools {
    /// Calls a tool; `None` if there is none by this name.
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
            names::GET_PREDICTION => self.get(given, call).await.map(Into::into),
            names::WAIT_PREDICTION => self.wait(given, call).await.map(Into::into),
            names::CANCEL_PREDICTION => self.cancel(given, call).await.map(Into::into),
            names::SAVE_OUTPUTS => self.save(given, call).await.map(Into::into),
            names::ESTIMATE_COST => self.estimate(given).await.map(Into::into),
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

/// The error of a store that cannot be read.
pub(crate) fn unreadable(error: &StoreError) -> ToolError {
    let next = "Nothing was created. A person has to see to the server's state file.";
    ToolError::new(Kind::Store, format!("The state file cannot be used: {error}."), next)
}
