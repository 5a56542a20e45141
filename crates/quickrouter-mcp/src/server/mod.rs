//! [`McpServer`]: what rmcp serves.

pub(crate) mod builder;
mod handler;
mod resume;
mod stdio;

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::Tool;
use rmcp::service::{ServerInitializeError, ServiceExt};

use crate::jobs::Running;
use crate::server::stdio::Stdio;
use crate::store::StoreError;
use crate::tools::Tools;

/// Why a server over stdin and stdout ended otherwise than by its client's wish.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The client and the server could not begin.
    #[error("{}", stdio::reason(_0))]
    Initialize(#[source] Box<ServerInitializeError>),
    /// The task that serves was ended.
    #[error(transparent)]
    Stopped(tokio::task::JoinError),
}

/// An MCP server, to be served over any transport of rmcp. Clones share everything.
#[derive(Clone, Debug)]
pub struct McpServer {
    tools: Arc<Tools>,
    listed: Arc<[Tool]>,
}

impl McpServer {
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
    pub async fn serve_stdio(&self) -> Result<(), ServeError> {
        let (stdin, stdout) = rmcp::transport::stdio();
        let serving = match self.clone().serve(Stdio::new(stdin, stdout)).await {
            Ok(serving) => serving,
            Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
            Err(error) => return Err(ServeError::Initialize(Box::new(error))),
        };
        serving.waiting().await.map(drop).map_err(ServeError::Stopped)
    }

    /// Waits, at most `grace`, for the responses to creates, and returns what still runs.
    pub async fn finish(&self, grace: Duration) -> Vec<Running> {
        self.tools.jobs.finish(grace).await
    }
}
