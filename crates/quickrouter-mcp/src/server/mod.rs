//! [`McpServer`]: what rmcp serves.

pub(crate) mod builder;

use crate::server::builder::McpServerBuilder;

/// An MCP server, to be served over any transport of rmcp. Clones share everything.
#[derive(Clone, Debug)]
pub struct McpServer {}

impl McpServer {
    pub(crate) fn new(_builder: McpServerBuilder) -> Self {
        Self {}
    }
}
