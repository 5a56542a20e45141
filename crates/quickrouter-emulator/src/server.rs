//! The gateway on a socket: started, reached under a base URL, stopped.

use crate::auth::Keys;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::memory;
use crate::origin::prefix;
use crate::pace::Pace;
use crate::state::{Honours, State};
use quickrouter_api::Clock;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long [`Emulator::stop`] waits for requests that are under way.
const GRACE: Duration = Duration::from_secs(5);

/// How an emulator is to be; see [`Emulator::builder`].
#[derive(Debug, Clone)]
#[must_use]
pub struct EmulatorBuilder {
    host: IpAddr,
    port: u16,
    key: Option<Keys>,
    bad_key: bool,
    pace: Pace,
    honours: Honours,
    clock: Option<Clock>,
    id_seed: Option<u64>,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            key: None,
            bad_key: false,
            pace: Pace::default(),
            honours: Honours::default(),
            clock: None,
            id_seed: None,
        }
    }
}

impl EmulatorBuilder {
    /// The address to listen on; 127.0.0.1 unless set. Anything but loopback lets others in.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.host = host.into();
        self
    }

    /// The port to listen on; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The only key to let in; visible ASCII characters. Unless set, any key that is not empty is
    /// let in.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        let key = key.into();
        self.bad_key = key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic());
        self.key = Some(Keys::only(key));
        self
    }

    /// How many times as fast as at the gateway time passes, from 0.001 to 1000; 1.0 unless set.
    /// At 10.0 a prediction of 12 s takes 1.2 s. All of its life is scaled, also how long results
    /// are kept: one hour becomes 6 minutes at 10.0, and 3.6 s at 1000.0.
    pub fn time_scale(mut self, scale: f64) -> Self {
        self.pace.scale = scale;
        self
    }

    /// How long a prediction waits for its model before it starts: a time in this range is drawn
    /// for each, in steps of a millisecond. 300 to 799 ms unless set; from 0 up to the contract's
    /// hard stop. It is the gateway's time, which the time scale then divides. Both ends the same
    /// make it the same for all.
    pub fn queue(mut self, range: RangeInclusive<Duration>) -> Self {
        self.pace.queue = range;
        self
    }

    /// How long a prediction is silent between the last step and its end, while its outputs are
    /// stored: a time in this range is drawn for each, in steps of a millisecond. 1100 ms unless
    /// set; from 0 up to the contract's hard stop. It is the gateway's time, which the time scale
    /// then divides.
    pub fn tail(mut self, range: RangeInclusive<Duration>) -> Self {
        self.pace.tail = range;
        self
    }

    /// Whether a create with the header `Prefer: wait` is held; true unless set. False drops the
    /// header, as some gateways do. The seconds that it names are not scaled.
    pub fn honours_prefer(mut self, honours: bool) -> Self {
        self.honours.prefer = honours;
        self
    }

    /// Whether a create's header `Cancel-After` sets a deadline; true unless set. False drops the
    /// header, as some gateways do. The time that it names is not scaled.
    pub fn honours_cancel_after(mut self, honours: bool) -> Self {
        self.honours.cancel_after = honours;
        self
    }

    /// The clock to live by; the system's unless set.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// What the ids, and with them the seeds that are drawn, follow from. Unless set, an emulator on
    /// a socket starts somewhere else each time, so that the files of several runs can be saved into
    /// one folder, and one in memory always starts with 0.
    pub fn id_seed(mut self, seed: u64) -> Self {
        self.id_seed = Some(seed);
        self
    }

    /// A gateway without a socket, for [`Memory`](crate::Memory) or a server of your own.
    ///
    /// # Errors
    /// [`Error::TimeScale`], [`Error::Range`] and [`Error::Key`].
    pub fn in_memory(self) -> Result<Gateway, Error> {
        let id_seed = self.id_seed.unwrap_or_default();
        self.gateway(memory::ORIGIN.into(), id_seed)
    }

    /// Starts to listen.
    ///
    /// # Errors
    /// [`Error::Bind`], [`Error::TimeScale`], [`Error::Range`] and [`Error::Key`].
    pub async fn start(self) -> Result<Emulator, Error> {
        let address = SocketAddr::new(self.host, self.port);
        let failed = |source| Error::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let origin = format!("http://{}", reachable(bound));
        let id_seed = self.id_seed.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        let gateway = self.gateway(origin.clone(), id_seed)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let server = axum::serve(listener, gateway.router());
        // Both an order to stop and an emulator that was dropped end the wait.
        let server = server.with_graceful_shutdown(async {
            let _ = stopped.await;
        });
        let task = tokio::spawn(async move { server.await });
        tracing::debug!(origin, "the emulator listens");
        Ok(Emulator { gateway, address: bound, origin, stop: Some(stop), task: Some(task) })
    }

    fn gateway(self, origin: String, id_seed: u64) -> Result<Gateway, Error> {
        self.pace.check()?;
        if self.bad_key {
            return Err(Error::Key);
        }
        let clock = self.clock.unwrap_or_else(Clock::system);
        let keys = self.key.unwrap_or_default();
        Ok(Gateway::new(State::new(clock, keys, self.pace, self.honours, origin, id_seed)))
    }
}

/// An address to call: loopback where the emulator listens on all of them.
fn reachable(address: SocketAddr) -> SocketAddr {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(host, address.port())
}

/// An emulated gateway on a socket. It stops when it is dropped.
#[derive(Debug)]
pub struct Emulator {
    gateway: Gateway,
    address: SocketAddr,
    origin: String,
    stop: Option<oneshot::Sender<()>>,
    /// None once it has ended and was waited for.
    task: Option<JoinHandle<std::io::Result<()>>>,
}

impl Emulator {
    /// Starts an emulator on a free port of 127.0.0.1, in real time, which lets in any key.
    ///
    /// # Errors
    /// [`Error::Bind`].
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Settings for an emulator.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    /// The base URL for clients: `http://127.0.0.1:PORT/replicate`.
    pub fn base_url(&self) -> String {
        format!("{}{}", self.origin, prefix())
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A key that it lets in.
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

    /// Waits until the server ends, which it does of itself only if it breaks off. Can be dropped
    /// and called again.
    ///
    /// # Errors
    /// [`Error::Server`] and [`Error::Panicked`].
    pub async fn ended(&mut self) -> Result<(), Error> {
        let Some(task) = &mut self.task else { return Ok(()) };
        let ended = task.await;
        self.task = None;
        match ended {
            Ok(ended) => ended.map_err(Error::Server),
            Err(error) if error.is_panic() => Err(Error::Panicked),
            Err(_) => Ok(()),
        }
    }

    /// Stops listening, answers what is under way, and ends; after 5 s it breaks off what is left.
    ///
    /// # Errors
    /// [`Error::Server`] and [`Error::Panicked`].
    pub async fn stop(mut self) -> Result<(), Error> {
        drop(self.stop.take());
        match tokio::time::timeout(GRACE, self.ended()).await {
            Ok(ended) => ended,
            Err(_) => Ok(()),
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}
