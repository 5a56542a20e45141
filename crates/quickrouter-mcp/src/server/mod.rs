//! [`McpServer`]: what rmcp serves.

pub(crate) mod builder;
mod handler;
mod resume;
mod stdio;

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::Tool;
use rmcp::service::{ServerInitializeError, ServiceExt};

use crate::confirm::Confirmations;
use crate::inputs::files::AllowedFolders;
use crate::jobs::{Jobs, Running};
use crate::schema;
use crate::server::builder::McpServerBuilder;
use crate::server::stdio::Stdio;
use crate::store::StoreError;
use crate::tools::Tools;
use crate::tools::saved::SavedFiles;

/// An MCP server, to be served over any transport of rmcp. Clones share everything.
#[derive(Clone, Debug)]
pub struct McpServer {
    tools: Arc<Tools>,
    listed: Arc<[Tool]>,
}

impl McpServer {
    pub(crate) fn new(builder: McpServerBuilder) -> Self {
        let jobs = Jobs::new(
            builder.client.clone(),
            Arc::clone(&builder.store),
            builder.output.clone(),
            builder.limits,
        );
        let tools = Tools {
            client: builder.client,
            account: builder.account,
            store: builder.store,
            jobs,
            output: builder.output,
            limits: builder.limits,
            max_cost_per_run: builder.max_cost_per_run,
            wait: builder.wait,
            images: builder.images,
            allowed: AllowedFolders::new(builder.allowed),
            confirmations: Confirmations::new(),
            confirmation: builder.confirmation,
            language: builder.language,
            saved: SavedFiles::default(),
            cancel_on_abort: builder.cancel_on_abort,
            dry_run: builder.dry_run,
        };
        Self { tools: Arc::new(tools), listed: schema::tools().into() }
    }

    /// Goes on with what an earlier server left unfinished: waits for it and saves it. Returns how many
    /// predictions that are.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn resume(&self) -> Result<usize, StoreError> {
        resume::resume(&self.tools).await
    }

    /// Serves over stdin and stdout until the client closes them, even before it asked anything.
    ///
    /// # Errors
    /// Why the client and this server could not begin.
    pub async fn serve_stdio(&self) -> Result<(), String> {
        let (stdin, stdout) = rmcp::transport::stdio();
        let serving = match self.clone().serve(Stdio::new(stdin, stdout)).await {
            Ok(serving) => serving,
            Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
            Err(error) => return Err(stdio::told(error)),
        };
        serving.waiting().await.map(drop).map_err(|error| error.to_string())
    }

    /// Waits, at most `grace`, for the responses to creates, and returns what still runs.
    pub async fn finish(&self, grace: Duration) -> Vec<Running> {
        self.tools.jobs.finish(grace).await
    }
}
