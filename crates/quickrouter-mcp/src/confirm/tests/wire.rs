//! Questions on the wire, and replies that rmcp's client does not send.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

use super::server;

struct Wire(BufReader<DuplexStream>);

impl Wire {
    /// Connects as a client of an older version.
    async fn initialize(version: &str) -> Self {
        let mut wire = Self(BufReader::new(server().0));
        let client = json!({"name": "test", "version": "0.0.0"});
        let params = json!({
            "protocolVersion": version, "capabilities": {"elicitation": {}}, "clientInfo": client,
        });
        wire.send(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))
            .await;
        wire.receive().await;
        wire.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
        wire
    }

    async fn send(&mut self, message: &Value) {
        self.0.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    async fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Calls the tool, and returns what the server sends.
    async fn call(&mut self, meta: &Value) -> Value {
        let params = json!({"name": "generate_image", "arguments": {}, "_meta": meta});
        self.send(&json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params}))
            .await;
        self.receive().await
    }
}

#[tokio::test]
async fn a_question_while_the_call_runs_has_the_form_of_elicitation_create() {
    let question = Wire::initialize("2025-06-18").await.call(&json!({})).await;
    insta::assert_json_snapshot!(question);
}

#[tokio::test]
async fn a_question_as_a_result_has_the_form_of_an_input_required_result() {
    let mut wire = Wire(BufReader::new(server().0));
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "0.0.0"},
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
    });
    let mut question = wire.call(&meta).await;
    let state = question["result"]["requestState"].take();
    assert!(state.as_str().is_some_and(|state| state.len() < 200), "{state}");
    insta::assert_json_snapshot!(question);
}

#[tokio::test]
async fn a_reply_that_is_none_of_mcp_is_a_no() {
    let mut answers = Vec::new();
    for reply in [
        json!({"result": {"action": "reject"}}),
        json!({"result": {"action": "approve", "content": {"confirm": true}}}),
        json!({"result": {"confirm": true}}),
        json!({"result": {}}),
        json!({"result": {"action": "accept", "content": "true"}}),
        json!({"result": {"roots": []}}),
        json!({"error": {"code": -32601, "message": "Method not found"}}),
    ] {
        let mut wire = Wire::initialize("2025-11-25").await;
        let question = wire.call(&json!({})).await;
        let mut message = json!({"jsonrpc": "2.0", "id": question["id"]});
        message.as_object_mut().unwrap().extend(reply.as_object().unwrap().clone());
        wire.send(&message).await;
        let result = wire.receive().await;
        answers.push(format!("{reply}\n    {}", result["result"]["content"][0]["text"]));
    }
    insta::assert_snapshot!(answers.join("\n"));
}
