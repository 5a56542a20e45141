//! [`McpServer`]: what rmcp serves.

pub(crate) mod builder;

use std::time::Duration;

use rmcp::ServiceExt;
use rmcp::model::{ServerCapabilities, ServerConfig};

use crate::server::builder::McpServerBuilder;

/// An MCP server, to be served over any transport of rmcp. Clones share everything.
#[derive(Clone, Debug)]
pub struct McpServer {}

/// A request that still runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// The request id.
    pub request_id: Option<String>,
    /// The prediction's id.
    pub id: Option<String>,
    /// The model.
    pub model: Option<String>,
}

impl McpServer {
    pub(crate) fn new(_builder: McpServerBuilder) -> Self {
        Self {}
    }

    /// Serves over stdin and stdout until stdin ends.
    ///
    /// # Errors
    /// The connection fails.
    pub async fn serve_stdio(&self) -> Result<(), String> {
        match self.clone().serve(rmcp::transport::stdio()).await {
            Ok(serving) => serving.waiting().await.map(drop).map_err(|error| error.to_string()),
            Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Waits a moment for what runs, and returns what still does.
    pub async fn finish(&self, _grace: Duration) -> Vec<Running> {
        tokio::task::yield_now().await;
        let Self {} = self;
        Vec::new()
    }
}

impl rmcp::ServerHandler for McpServer {
    fn get_info(&self) -> ServerConfig {
        let mut config = ServerConfig::default();
        config.capabilities = ServerCapabilities::builder().enable_tools().build();
        config
    }
}
