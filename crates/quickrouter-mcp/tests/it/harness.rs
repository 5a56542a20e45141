//! A server over an in-memory transport, its client, and the emulator behind it.

use std::path::PathBuf;
use std::time::Duration;

use quickrouter::Client;
use quickrouter_account::{Account, Profile};
use quickrouter_emulator::Emulator;
use quickrouter_mcp::{Confirmation, FileStore, Limits, McpServer, McpServerBuilder};
use rmcp::ServiceExt;
use rmcp::model::{CallToolRequestParams, CallToolResult};
use rmcp::service::{RoleClient, RunningService};
use serde_json::{Value, json};
use tempfile::TempDir;

/// An emulator with the folders that a server uses.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    folder: TempDir,
}

/// A client and its server.
pub(crate) struct Session {
    pub(crate) client: RunningService<RoleClient, ()>,
    pub(crate) server: McpServer,
}

impl World {
    /// Time passes `scale` times as fast as at the gateway.
    pub(crate) async fn with_time_scale(scale: f64) -> Self {
        let emulator = Emulator::builder().time_scale(scale).start().await.unwrap();
        Self { emulator, folder: TempDir::new().unwrap() }
    }

    /// Predictions that take no time.
    pub(crate) async fn quick() -> Self {
        Self::with_time_scale(0.0).await
    }

    pub(crate) fn output(&self) -> PathBuf {
        self.folder.path().join("pictures")
    }

    pub(crate) fn state_file(&self) -> PathBuf {
        self.folder.path().join("state/mcp.jsonl")
    }

    /// A client of the emulator.
    pub(crate) fn client(&self) -> Client {
        let builder = Client::builder().base_url(self.emulator.base_url());
        builder.api_key(self.emulator.key()).build().unwrap()
    }

    pub(crate) fn store(&self) -> FileStore {
        FileStore::open(self.state_file(), self.emulator.origin()).unwrap()
    }

    /// A builder with the emulator's key, that asks nobody.
    pub(crate) fn builder(&self) -> McpServerBuilder {
        self.builder_with(Profile::new("test", self.emulator.base_url()))
    }

    /// The same for a profile of its own.
    pub(crate) fn builder_with(&self, profile: Profile) -> McpServerBuilder {
        let client = self.client();
        let account = Account::new(client.clone(), profile);
        McpServerBuilder::new(client, account, self.store(), self.output())
            .confirmation(Confirmation::Never)
    }

    /// A session with at most this many pictures.
    pub(crate) async fn session(&self, max_pictures: u64) -> Session {
        let limits = Limits { max_pictures, ..Limits::default() };
        Session::new(self.builder().limits(limits)).await
    }
}

impl Session {
    pub(crate) async fn new(builder: McpServerBuilder) -> Self {
        let server = builder.build();
        let (near, far) = tokio::io::duplex(1 << 20);
        let serving = server.clone();
        tokio::spawn(async move { serving.serve(far).await.unwrap().waiting().await });
        let client = ().serve(near).await.unwrap();
        Self { client, server }
    }

    pub(crate) async fn call(&self, tool: &'static str, arguments: Value) -> CallToolResult {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let params = CallToolRequestParams::new(tool).with_arguments(arguments);
        self.client.call_tool(params).await.unwrap()
    }

    /// `generate_image` with a small picture.
    pub(crate) async fn generate(&self, request_id: &str) -> CallToolResult {
        self.call("generate_image", small(request_id)).await
    }
}

/// Arguments of a small picture.
pub(crate) fn small(request_id: &str) -> Value {
    json!({"request_id": request_id, "prompt": "a red door", "width": 64, "height": 64})
}

/// The structured content of a result that is no error.
pub(crate) fn content(result: &CallToolResult) -> &Value {
    assert_ne!(result.is_error, Some(true), "{result:#?}");
    result.structured_content.as_ref().unwrap()
}

/// The error in a result.
pub(crate) fn error(result: &CallToolResult) -> &Value {
    assert_eq!(result.is_error, Some(true), "{result:#?}");
    &result.structured_content.as_ref().unwrap()["error"]
}

/// Waits until something holds.
pub(crate) async fn until(mut holds: impl FnMut() -> bool) {
    for _ in 0..2000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come to hold");
}
