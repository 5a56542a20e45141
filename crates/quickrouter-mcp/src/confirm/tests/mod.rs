//! Questions over rmcp's own client, in both ways of asking.

mod elicitation;
mod input_required;
mod wire;

use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientConfig, ContentBlock,
    ElicitRequestParams, ElicitResult, ElicitationAction, ErrorData, Implementation, JsonObject,
    ProtocolVersion, ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RunningService};
use rmcp::{
    ClientHandler, ClientLifecycleMode, ClientServiceExt as _, RoleClient, RoleServer,
    ServerHandler, ServiceExt as _,
};
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::confirm::question::{Language, Question};
use crate::confirm::{Answer, Confirmations};

/// A fake server whose tools only ask, about what the argument `about` says.
#[derive(Clone)]
struct Asking {
    confirmations: Arc<Confirmations>,
    answers: UnboundedSender<String>,
}

impl ServerHandler for Asking {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn call_tool(
        &self,
        call: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let about = call.arguments.as_ref().and_then(|arguments| arguments.get("about"));
        let about = about.and_then(Value::as_str).unwrap_or("a cat").to_owned();
        let text = format!("Run sdxl for {about}?");
        let question = Question { text, digest: about, language: Language::English };
        let answer = match self.confirmations.ask(&question, &call, &context).await {
            Answer::Confirmed => "confirmed".to_owned(),
            Answer::CannotAsk => "cannot ask".to_owned(),
            Answer::Declined(reason) => reason,
            Answer::Ask(result) => return Ok((*result).into()),
        };
        let _ = self.answers.send(answer.clone());
        Ok(CallToolResult::success(vec![ContentBlock::text(answer)]).into())
    }
}

/// What a fake person, or a client for them, does when asked.
#[derive(Clone)]
enum Reaction {
    Reply(Box<ElicitResult>),
    Error,
    Silence,
}

#[derive(Debug, PartialEq)]
enum Seen {
    Asked,
    Withdrawn,
}

#[derive(Clone)]
struct Person {
    info: ClientConfig,
    reaction: Reaction,
    seen: UnboundedSender<Seen>,
}

impl ClientHandler for Person {
    fn get_info(&self) -> ClientConfig {
        self.info.clone()
    }

    async fn create_elicitation(
        &self,
        _request: ElicitRequestParams,
        context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let _ = self.seen.send(Seen::Asked);
        match &self.reaction {
            Reaction::Reply(reply) => Ok(ElicitResult::clone(reply)),
            Reaction::Error => Err(ErrorData::internal_error("no window\u{1b}[2J", None)),
            Reaction::Silence => {
                context.ct.cancelled().await;
                let _ = self.seen.send(Seen::Withdrawn);
                Err(ErrorData::internal_error("too late", None))
            }
        }
    }
}

/// A client connected to a server that asks.
struct Connected {
    client: RunningService<RoleClient, Person>,
    seen: UnboundedReceiver<Seen>,
    answers: UnboundedReceiver<String>,
}

impl Connected {
    /// Connects with these capabilities; from 2026-07-28 on without `initialize`.
    async fn new(version: ProtocolVersion, capabilities: Value, reaction: Reaction) -> Self {
        let (transport, answers) = server();
        let (sender, seen) = unbounded_channel();
        let capabilities = serde_json::from_value(capabilities).unwrap();
        let info = ClientConfig::new(capabilities, Implementation::new("test", "0.0.0"))
            .with_protocol_version(version.clone());
        let person = Person { info, reaction, seen: sender };
        let lifecycle = if version >= ProtocolVersion::V_2026_07_28 {
            ClientLifecycleMode::Discover { preferred_versions: vec![version] }
        } else {
            ClientLifecycleMode::Initialize
        };
        let client = person.serve_with_lifecycle(transport, lifecycle).await.unwrap();
        Self { client, seen, answers }
    }

    /// Calls the tool, and lets rmcp's client answer what it is asked.
    async fn call(&self) -> String {
        text(&self.client.call_tool(call()).await.unwrap())
    }

    /// How often the person was asked.
    fn times_asked(&mut self) -> usize {
        let mut times = 0;
        while let Ok(seen) = self.seen.try_recv() {
            times += usize::from(seen == Seen::Asked);
        }
        times
    }
}

/// Starts a server that asks, and returns the client's end and the answers.
fn server() -> (DuplexStream, UnboundedReceiver<String>) {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (answers, received) = unbounded_channel();
    let asking = Asking { confirmations: Arc::new(Confirmations::new()), answers };
    tokio::spawn(async move { asking.serve(far).await.unwrap().waiting().await });
    (near, received)
}

fn call() -> CallToolRequestParams {
    call_about("a cat")
}

fn call_about(about: &str) -> CallToolRequestParams {
    let arguments = JsonObject::from_iter([("about".to_owned(), json!(about))]);
    CallToolRequestParams::new("generate_image").with_arguments(arguments)
}

fn text(result: &CallToolResult) -> String {
    result.content[0].as_text().unwrap().text.clone()
}

fn form() -> Value {
    json!({"elicitation": {"form": {}}})
}

fn accept(content: Value) -> Reaction {
    Reaction::Reply(Box::new(ElicitResult::new(ElicitationAction::Accept).with_content(content)))
}

fn yes() -> Reaction {
    accept(json!({"confirm": true}))
}

/// A reply without a form.
fn reply(action: ElicitationAction) -> Reaction {
    Reaction::Reply(Box::new(ElicitResult::new(action)))
}
