//! A client that writes the lines of the protocol itself.

use std::collections::VecDeque;

use quickrouter_mcp::McpServer;
use rmcp::ServiceExt;
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf,
};

/// A client without a library.
pub(crate) struct Raw {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    writer: WriteHalf<DuplexStream>,
    /// What was read while something else was waited for.
    unread: VecDeque<Value>,
    /// What every request carries, from the version without a handshake on.
    meta: Value,
}

impl Raw {
    fn to(server: &McpServer) -> Self {
        let (near, far) = tokio::io::duplex(1 << 20);
        let serving = server.clone();
        tokio::spawn(async move { serving.serve(far).await.unwrap().waiting().await });
        let (reader, writer) = tokio::io::split(near);
        let lines = BufReader::new(reader).lines();
        Self { lines, writer, unread: VecDeque::new(), meta: json!({}) }
    }

    /// Connects with a handshake, and returns the server's answer to it.
    pub(crate) async fn initialize(
        server: &McpServer,
        version: &str,
        capabilities: Value,
    ) -> (Self, Value) {
        let mut raw = Self::to(server);
        let client = json!({"name": "raw", "version": "1"});
        let answer = raw
            .request(
                "initialize",
                json!({"protocolVersion": version, "capabilities": capabilities, "clientInfo": client}),
            )
            .await;
        raw.send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
        (raw, answer)
    }

    /// Connects as of protocol 2026-07-28: every request says who asks and what it can.
    pub(crate) fn without_handshake(server: &McpServer, capabilities: &Value) -> Self {
        let mut raw = Self::to(server);
        raw.meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": capabilities,
        });
        raw
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.writer.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    /// Sends a request by this id, without waiting for its response.
    pub(crate) async fn begin(&mut self, id: u64, method: &str, mut params: Value) {
        let mut meta = self.meta.clone();
        for (key, value) in params["_meta"].as_object().into_iter().flatten() {
            meta[key] = value.clone();
        }
        if meta != json!({}) {
            params["_meta"] = meta;
        }
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})).await;
    }

    /// The next message that is wanted; others are kept.
    pub(crate) async fn next(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&wanted) {
            return self.unread.remove(at).unwrap();
        }
        loop {
            let line = self.lines.next_line().await.unwrap().expect("the server goes on");
            let message: Value = serde_json::from_str(&line).expect("every line is JSON");
            if wanted(&message) {
                return message;
            }
            self.unread.push_back(message);
        }
    }

    /// The response to a request.
    pub(crate) async fn response(&mut self, id: u64) -> Value {
        self.answer(id).await["result"].take()
    }

    /// The response to a request, or the error in its place.
    pub(crate) async fn answer(&mut self, id: u64) -> Value {
        self.next(|message| message["id"] == id && message.get("method").is_none()).await
    }

    /// What the server has notified so far.
    pub(crate) fn notified(&mut self, method: &str) -> Vec<Value> {
        self.unread.iter().filter(|message| message["method"] == method).cloned().collect()
    }

    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Value {
        self.begin(9000, method, params).await;
        self.response(9000).await
    }

    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.request("tools/call", json!({"name": tool, "arguments": arguments})).await
    }
}
