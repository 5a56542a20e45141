//! Configures and starts a recorder.

use crate::error::Error;
use crate::recorder::folder_lock::FolderLock;
use crate::recorder::ledger::Ledger;
use crate::recorder::notice::Notice;
use crate::recorder::randomness::draw_key;
use crate::recorder::resume::resume;
use crate::recorder::routes::RecordingGateway;
use crate::recorder::running::Recorder;
use crate::recorder::session::{Session, SessionSettings};
use crate::recorder::upstream::{Upstream, parse_base};
use crate::recording::earlier::EarlierRun;
use crate::server::{Host, bind};
use quickrouter_api::{Clock, Network, Transport, limits};
use secrecy::SecretString;
use std::fmt;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The origin of a recorder in memory: loopback, and a port on which nothing listens.
const IN_MEMORY: &str = "http://127.0.0.1:3";
/// The time limit of a request to the gateway: more than the longest wait that a create can ask for.
const TIMEOUT: Duration = Duration::from_secs(limits::PREFER_WAIT_MAX_SECONDS + 40);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Largest output that is saved, in bytes.
const MAX_FILE_BYTES: u64 = 512 * 1024 * 1024;
const GRACE: Duration = Duration::from_secs(10);

/// Configures a recorder; see [`Recorder::builder`].
#[must_use]
pub struct RecorderBuilder {
    folder: PathBuf,
    upstream: String,
    key: SecretString,
    host: Host,
    port: u16,
    allow_http: bool,
    timeout: Duration,
    grace: Duration,
    max_file_bytes: u64,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Clock>,
    on_notice: Arc<dyn Fn(&Notice) + Send + Sync>,
}

impl fmt::Debug for RecorderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecorderBuilder").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Recorder {
    /// Returns a builder of a recorder, which passes requests on to the gateway at the base URL
    /// `upstream` (with its prefix and without `/v1`), with its key, and keeps every prediction in
    /// `folder`, which is created if it is not there. It costs what the gateway costs.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(key: String) -> Result<(), Box<dyn std::error::Error>> {
    /// use quickrouter_emulator::Recorder;
    ///
    /// let recorder = Recorder::builder("recordings", "https://api.quickrouter.ai/replicate", key)
    ///     .on_notice(|notice| eprintln!("{notice}"))
    ///     .start()
    ///     .await?;
    /// println!("{} takes the key {}", recorder.base_url(), recorder.key());
    /// recorder.stop().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder(
        folder: impl Into<PathBuf>,
        upstream: impl Into<String>,
        key: impl Into<String>,
    ) -> RecorderBuilder {
        RecorderBuilder {
            folder: folder.into(),
            upstream: upstream.into(),
            key: SecretString::from(key.into()),
            host: Host::Address(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            port: 0,
            allow_http: false,
            timeout: TIMEOUT,
            grace: GRACE,
            max_file_bytes: MAX_FILE_BYTES,
            transport: None,
            clock: None,
            on_notice: Arc::new(|_| {}),
        }
    }
}

impl RecorderBuilder {
    /// The loopback address to listen on; 127.0.0.1 by default.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.host = Host::Address(host.into());
        self
    }

    /// Listens on both loopback addresses, as `localhost`.
    pub fn localhost(mut self) -> Self {
        self.host = Host::Localhost;
        self
    }

    /// The port to listen on; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Whether the key may be sent over plain http to another machine; false by default.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// The time limit of a request to the gateway; 100 s by default. A create that takes longer has an
    /// unknown outcome.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long running predictions may go on when the recorder stops; 10 s by default.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// The largest output that is saved, in bytes; 512 MiB by default.
    pub fn max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// The transport to the gateway and for downloads; the network by default.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// The clock; the system's by default.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// What to do with what whoever pays has to know: every create, every recording, and whatever went
    /// wrong. Called from the recorder's tasks; it should be quick.
    pub fn on_notice(mut self, on_notice: impl Fn(&Notice) + Send + Sync + 'static) -> Self {
        self.on_notice = Arc::new(on_notice);
        self
    }

    /// Builds a recorder without a socket, for a server of your own or tests.
    ///
    /// # Errors
    /// As [`start`](Self::start), but for [`Error::Bind`].
    pub fn in_memory(self) -> Result<RecordingGateway, Error> {
        self.gateway(IN_MEMORY.to_owned())
    }

    /// Starts listening.
    ///
    /// # Errors
    /// [`Error::NotLoopback`], [`Error::Bind`], [`Error::Upstream`], [`Error::Key`],
    /// [`Error::Recording`] if the folder cannot be used or has what is not a recording, and
    /// [`Error::System`].
    pub async fn start(self) -> Result<Recorder, Error> {
        match self.host {
            Host::Address(address) if !address.is_loopback() => {
                return Err(Error::NotLoopback { address });
            }
            _ => {}
        }
        let socket = bind(self.host, self.port).await?;
        let origin = socket.origin();
        // It reads the whole folder.
        let gateway = tokio::task::spawn_blocking(move || self.gateway(origin)).await;
        let gateway = gateway.map_err(|error| Error::System(error.to_string()))??;
        tracing::debug!(origin = socket.origin(), "the recorder listens");
        Ok(Recorder::serve(gateway, socket))
    }

    fn gateway(self, origin: String) -> Result<RecordingGateway, Error> {
        use secrecy::ExposeSecret as _;
        let base = parse_base(&self.upstream, self.allow_http)?;
        let key = self.key.expose_secret();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Key);
        }
        let failed = |why: String| Error::Recording { path: self.folder.clone(), why };
        fs::create_dir_all(&self.folder).map_err(|error| failed(error.to_string()))?;
        // Refused before it costs: a folder of something else, or of a newer format.
        let lock = FolderLock::of(&self.folder).map_err(failed)?;
        let earlier = EarlierRun::load(&self.folder)?;
        let (recordings, incomplete) = (earlier.complete, earlier.unfinished.len());
        tracing::debug!(recordings, incomplete, "folder read");
        let ledger = Ledger::open(&self.folder)?;
        let client_key = draw_key().map_err(|error| Error::System(error.to_string()))?;
        let transport: Arc<dyn Transport> = match self.transport {
            Some(transport) => transport,
            None => {
                let network = Network::system(CONNECT_TIMEOUT);
                let network = network.map_err(|error| Error::System(error.to_string()))?;
                network.check(&base).map_err(|error| Error::System(error.to_string()))?;
                Arc::new(network)
            }
        };
        let upstream = Upstream::new(base, self.key.clone(), transport, self.timeout);
        let session = Arc::new(Session::new(SessionSettings {
            upstream,
            folder: self.folder,
            keys: [self.key, SecretString::from(client_key)],
            ledger,
            clock: self.clock.unwrap_or_else(Clock::system),
            origin,
            max_file_bytes: self.max_file_bytes,
            grace: self.grace,
            on_notice: self.on_notice,
        }));
        resume(&session, earlier);
        Ok(RecordingGateway { session, lock: Arc::new(lock) })
    }
}
