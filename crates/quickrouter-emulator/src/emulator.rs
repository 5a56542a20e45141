//! The gateway on sockets.

use crate::delivery::Delivery;
use crate::error::Error;
use crate::faults::Faults;
use crate::gateway::Gateway;
use crate::server::{Socket, serve};
use crate::state::request_log::Exchange;
use crate::wire::paths::prefix;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long [`Emulator::stop`] waits for requests in progress.
const GRACE: Duration = Duration::from_secs(5);

/// An emulated gateway on a socket. It stops when it is dropped.
#[derive(Debug)]
pub struct Emulator {
    gateway: Gateway,
    address: SocketAddr,
    origin: String,
    /// The other origin, for URLs if the personality says so.
    elsewhere: String,
    /// `None` once it has ended and was awaited.
    task: Option<JoinHandle<()>>,
}

impl Emulator {
    pub(crate) fn serve(gateway: Gateway, near: Socket, far: Socket) -> Self {
        let (address, origin, elsewhere) = (near.address, near.origin(), far.origin());
        let near = serve(near, gateway.router(), gateway.closing().clone());
        let far = serve(far, gateway.router_elsewhere(), gateway.closing().clone());
        let task = tokio::spawn(async move {
            tokio::join!(near, far);
        });
        Self { gateway, address, origin, elsewhere, task: Some(task) }
    }

    /// The base URL for clients: `http://127.0.0.1:PORT/replicate`.
    pub fn base_url(&self) -> String {
        format!("{}{}", self.origin, prefix())
    }

    /// Scheme, host and port: `http://127.0.0.1:PORT`. With the feature `page`, the page is there.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The other origin, at which URLs point if
    /// [`urls_elsewhere`](crate::EmulatorBuilder::urls_elsewhere) or the personality says so.
    pub fn elsewhere(&self) -> &str {
        &self.elsewhere
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// An API key that it accepts.
    pub fn key(&self) -> &str {
        self.gateway.key()
    }

    /// The gateway behind the socket.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// How many creates were accepted: each would have been billed.
    pub fn creates_accepted(&self) -> u64 {
        self.gateway.creates_accepted()
    }

    /// The most recent requests and their responses: see [`Gateway::requests`].
    pub fn requests(&self) -> Vec<Arc<Exchange>> {
        self.gateway.requests()
    }

    /// Webhook deliveries, sent or pending: see [`Gateway::deliveries`].
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.gateway.deliveries()
    }

    /// Replaces all faults.
    ///
    /// # Errors
    /// [`Error::Fault`] if one could never do what it says.
    pub fn set_faults(&self, faults: Faults) -> Result<(), Error> {
        self.gateway.set_faults(faults)
    }

    /// Waits until the server ends, which happens by itself only if it panics. Cancel safe: it can
    /// be dropped and called again.
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

    /// Stops listening, ends streams and webhook deliveries, and finishes the requests in progress;
    /// after 5 s it aborts what is left.
    ///
    /// # Errors
    /// [`Error::Panicked`].
    pub async fn stop(mut self) -> Result<(), Error> {
        self.gateway.closing().cancel();
        let ended = tokio::time::timeout(GRACE, self.wait()).await;
        // Dropped now: it may have to wait for the disk.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
        match ended {
            Ok(ended) => ended,
            Err(_) => Ok(()),
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.gateway.closing().cancel();
        if let Some(task) = &self.task {
            task.abort();
        }
        #[cfg(feature = "state")]
        self.gateway.close();
    }
}
