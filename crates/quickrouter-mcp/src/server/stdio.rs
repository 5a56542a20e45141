//! stdin and stdout as a transport.

use std::io;
use std::time::Duration;

use rmcp::model::{ClientJsonRpcMessage, ClientRequest, GetMeta, JsonRpcMessage};
use rmcp::service::{RoleServer, RxJsonRpcMessage, ServerInitializeError, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

/// How long it may take to close stdout: forever, if the client reads no more and does not close it.
const CLOSING: Duration = Duration::from_secs(1);

/// rmcp's transport of lines, for clients that are not as they should be.
pub(super) struct Stdio<R: AsyncRead, W: AsyncWrite> {
    lines: AsyncRwTransport<RoleServer, R, W>,
    has_begun: bool,
}

impl<R, W> Stdio<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    pub(super) fn new(reader: R, writer: W) -> Self {
        Self { lines: AsyncRwTransport::new(reader, writer), has_begun: false }
    }
}

impl<R, W> Transport<RoleServer> for Stdio<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        self.lines.send(message)
    }

    /// Skips what is no request until one begins the session: rmcp ends at a notification before, such
    /// as that a probe with `server/discover` is canceled.
    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            let message = self.lines.receive().await?;
            self.has_begun = self.has_begun || begins(&message);
            if self.has_begun || matches!(message, JsonRpcMessage::Request(_)) {
                return Some(message);
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        timeout(CLOSING, self.lines.close()).await.unwrap_or(Ok(()))
    }
}

/// Whether rmcp takes a message for the beginning of a session, with or without a handshake.
fn begins(message: &ClientJsonRpcMessage) -> bool {
    let JsonRpcMessage::Request(message) = message else { return false };
    match &message.request {
        ClientRequest::InitializeRequest(_) => true,
        ClientRequest::PingRequest(_) | ClientRequest::DiscoverRequest(_) => false,
        other => other.get_meta().protocol_version().is_some(),
    }
}

/// Why a session could not begin, without the names of types.
pub(super) fn reason(error: &ServerInitializeError) -> String {
    match error {
        ServerInitializeError::TransportError { error, .. } => error.error.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rmcp::model::{ClientRequest, ErrorData, JsonRpcMessage};
    use rmcp::service::RoleServer;
    use rmcp::transport::Transport;
    use tokio::io::AsyncWriteExt;

    use super::Stdio;

    const CANCELED: &str =
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;
    const PROBE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#;
    const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}"#;

    #[tokio::test]
    async fn notifications_before_the_session_begins_are_skipped_and_none_later() {
        let (mut client, server) = tokio::io::duplex(1 << 16);
        let lines = [CANCELED, PROBE, CANCELED, INITIALIZE, CANCELED].join("\n");
        client.write_all(format!("{lines}\n").as_bytes()).await.unwrap();
        let (reader, writer) = tokio::io::split(server);
        let mut stdio = Stdio::new(reader, writer);
        let mut received = Vec::new();
        for _ in 0..3 {
            received.push(stdio.receive().await.unwrap());
        }
        let is_request = |message: &_, wanted: fn(&ClientRequest) -> bool| matches!(message, JsonRpcMessage::Request(message) if wanted(&message.request));
        assert!(is_request(&received[0], |request| request.method() == "server/discover"));
        assert!(is_request(&received[1], |request| request.method() == "initialize"));
        assert!(matches!(received[2], JsonRpcMessage::Notification(_)), "{received:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn stdout_that_nobody_reads_does_not_keep_the_server() {
        let (client, server) = tokio::io::duplex(16);
        let (reader, writer) = tokio::io::split(server);
        let mut stdio = Stdio::new(reader, writer);
        let message = JsonRpcMessage::error(ErrorData::internal_error("x".repeat(100), None), None);
        let sending = tokio::spawn(Transport::<RoleServer>::send(&mut stdio, message));
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert!(!sending.is_finished());
        stdio.close().await.unwrap();
        drop(client);
    }
}
