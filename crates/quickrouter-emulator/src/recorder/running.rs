//! The recorder on a socket.

use crate::error::Error;
use crate::recorder::routes::RecordingGateway;
use crate::server::{Socket, serve};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long [`Recorder::stop`] waits for requests in progress.
const GRACE: Duration = Duration::from_secs(5);

/// A recorder on a socket. If it is dropped, running predictions are recorded as incomplete; see
/// [`Recorder::stop`].
#[derive(Debug)]
pub struct Recorder {
    gateway: RecordingGateway,
    address: SocketAddr,
    origin: String,
    /// `None` once it has ended and was awaited.
    task: Option<JoinHandle<()>>,
}

impl Recorder {
    pub(super) fn serve(gateway: RecordingGateway, socket: Socket) -> Self {
        let (address, origin) = (socket.address, socket.origin());
        let closing = gateway.session.closing.clone();
        let task = tokio::spawn(serve(socket, gateway.router(), closing));
        Self { gateway, address, origin, task: Some(task) }
    }

    /// The base URL for clients: `http://127.0.0.1:PORT/replicate`.
    pub fn base_url(&self) -> String {
        self.gateway.base_url()
    }

    /// The key that clients send; drawn for this run, and no other is accepted.
    pub fn key(&self) -> &str {
        self.gateway.key()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The recorder without its socket.
    pub fn gateway(&self) -> &RecordingGateway {
        &self.gateway
    }

    /// Waits until the server ends, which happens by itself only if it panics. Cancel safe.
    ///
    /// # Errors
    /// [`Error::Panicked`].
    pub async fn wait(&mut self) -> Result<(), Error> {
        let Some(task) = &mut self.task else { return Ok(()) };
        let ended = task.await;
        self.task = None;
        match ended {
            Err(error) if error.is_panic() => Err(Error::Panicked),
            _ => Ok(()),
        }
    }

    /// Stops listening, gives running predictions a moment, writes what there is, and reports what is
    /// incomplete.
    ///
    /// # Errors
    /// [`Error::Panicked`].
    pub async fn stop(mut self) -> Result<(), Error> {
        self.gateway.session.closing.cancel();
        let ended = tokio::time::timeout(GRACE, self.wait()).await;
        if let Some(task) = &self.task {
            task.abort();
        }
        self.gateway.stop().await;
        ended.unwrap_or(Ok(()))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.gateway.session.closing.cancel();
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}
