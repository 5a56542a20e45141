//! How an emulator is to be, and its start.

use crate::delivery::{Sender, WebhookOptions};
use crate::emulator::Emulator;
use crate::error::Error;
use crate::faults::{Fault, Faults};
use crate::gateway::Gateway;
use crate::in_memory;
use crate::model::timing::Timing;
use crate::server::bind;
use crate::state::Settings;
use crate::state::keys::ApiKeys;
use crate::state::personality::{Overrides, Personality};
#[cfg(feature = "page")]
use crate::state::price::{HIGHEST, Price};
use crate::state::rate_limits::RateLimits;
use crate::wire::problem::ErrorFormat;
use http::StatusCode;
use quickrouter_api::{Clock, Transport};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

/// How an emulator is to be; see [`Emulator::builder`].
#[derive(Debug, Clone)]
#[must_use]
pub struct EmulatorBuilder {
    host: IpAddr,
    port: u16,
    key: Option<ApiKeys>,
    bad_key: bool,
    timing: Timing,
    personality: Personality,
    overrides: Overrides,
    rate_limits: RateLimits,
    faults: Faults,
    webhooks: WebhookOptions,
    clock: Option<Clock>,
    id_seed: Option<u64>,
    #[cfg(feature = "page")]
    price: f64,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            key: None,
            bad_key: false,
            timing: Timing::default(),
            personality: Personality::default(),
            overrides: Overrides::default(),
            rate_limits: RateLimits::none(),
            faults: Faults::default(),
            webhooks: WebhookOptions::default(),
            clock: None,
            id_seed: None,
            #[cfg(feature = "page")]
            price: 0.0,
        }
    }
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
        self.key = Some(ApiKeys::only(key));
        self
    }

    /// How many times as fast as at the gateway time passes, from 0.001 to 1000, or 0; 1.0 unless set.
    /// At 0 a prediction takes no time at all, and results are kept as long as at the gateway.
    /// At 10.0 a prediction of 12 s takes 1.2 s. All of its lifecycle is scaled, also how long results
    /// are kept: one hour becomes 6 minutes at 10.0, and 3.6 s at 1000.0.
    pub fn time_scale(mut self, scale: f64) -> Self {
        self.timing.scale = scale;
        self
    }

    /// How long a prediction waits for its model before it starts: a time in this range is drawn
    /// for each, in steps of a millisecond. 300 to 799 ms unless set; from 0 up to the contract's
    /// hard stop. It is the gateway's time, which the time scale then divides. Both ends the same
    /// make it the same for all.
    pub fn queue(mut self, range: RangeInclusive<Duration>) -> Self {
        self.timing.queue = range;
        self
    }

    /// How long a prediction is silent between the last step and its end, while its outputs are
    /// stored: a time in this range is drawn for each, in steps of a millisecond. 1100 ms unless
    /// set; from 0 up to the contract's hard stop. It is the gateway's time, which the time scale
    /// then divides.
    pub fn tail(mut self, range: RangeInclusive<Duration>) -> Self {
        self.timing.tail = range;
        self
    }

    /// Which gateway it is like; [`Personality::Replicate`] unless set. The switches below win over
    /// it, in whatever order they are set.
    pub fn personality(mut self, personality: Personality) -> Self {
        self.personality = personality;
        self
    }

    /// Whether a create with the header `Prefer: wait` is held. False drops the header, as some
    /// gateways do. The seconds that it names are not scaled.
    pub fn honours_prefer(mut self, honours: bool) -> Self {
        self.overrides.honours_prefer = Some(honours);
        self
    }

    /// Whether a create's header `Cancel-After` sets a deadline. False drops the header, as some
    /// gateways do. The time that it names is not scaled.
    pub fn honours_cancel_after(mut self, honours: bool) -> Self {
        self.overrides.honours_cancel_after = Some(honours);
        self
    }

    /// Whether a create that was accepted is answered with 201; false answers it with 200.
    pub fn answers_created(mut self, created: bool) -> Self {
        self.overrides.created = Some(if created { StatusCode::CREATED } else { StatusCode::OK });
        self
    }

    /// The form of errors.
    pub fn error_format(mut self, format: ErrorFormat) -> Self {
        self.overrides.error_format = Some(format);
        self
    }

    /// Whether all routes of the contract are relayed; false relays those that QuickRouter
    /// documents: create and get.
    pub fn relays_all(mut self, all: bool) -> Self {
        self.overrides.relays_all = Some(all);
        self
    }

    /// Whether URLs in answers point at another origin, which takes no key of this one: those of the
    /// API, of streams and of outputs. What it is sent is in [`Emulator::requests`] too.
    pub fn urls_elsewhere(mut self, elsewhere: bool) -> Self {
        self.overrides.elsewhere = Some(elsewhere);
        self
    }

    /// How many requests a minute are let in; no limits unless set.
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.rate_limits = limits;
        self
    }

    /// Faults that requests meet; none unless set. They can be changed later:
    /// [`Emulator::set_faults`].
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// One more fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.faults.push(fault);
        self
    }

    /// What webhook deliveries are signed with: `whsec_` and then a key in base64. Unless set, it
    /// follows from the seed of the ids.
    pub fn webhook_secret(mut self, secret: impl Into<String>) -> Self {
        self.webhooks.secret = Some(secret.into());
        self
    }

    /// What webhook deliveries are sent through. Unless set, an emulator on sockets sends them through
    /// the network, and a gateway in memory sends none.
    pub fn webhook_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.webhooks.transport = Some(transport);
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

    /// What the page says that a picture would have cost, in USD, from 0 to 1000; 0 unless set. It
    /// can be changed on the page.
    #[cfg(feature = "page")]
    pub fn price(mut self, price: f64) -> Self {
        self.price = price;
        self
    }

    /// A gateway without a socket, for [`InMemoryTransport`](crate::InMemoryTransport) or a server of your own.
    ///
    /// # Errors
    /// [`Error::TimeScale`], [`Error::Range`], [`Error::Key`], [`Error::Fault`],
    /// [`Error::WebhookSecret`] and [`Error::Price`].
    pub fn in_memory(self) -> Result<Gateway, Error> {
        let id_seed = self.id_seed.unwrap_or_default();
        self.gateway(in_memory::ORIGIN.into(), in_memory::ELSEWHERE.into(), id_seed)
    }

    /// Starts to listen: at the port that was set, and at a free one for the other origin.
    ///
    /// # Errors
    /// [`Error::Bind`], [`Error::TimeScale`], [`Error::Range`], [`Error::Key`],
    /// [`Error::Fault`], [`Error::WebhookSecret`] and [`Error::Price`].
    pub async fn start(mut self) -> Result<Emulator, Error> {
        self.webhooks.network = true;
        let near = bind(SocketAddr::new(self.host, self.port)).await?;
        let far = bind(SocketAddr::new(self.host, 0)).await?;
        let id_seed = self.id_seed.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        let gateway = self.gateway(near.origin(), far.origin(), id_seed)?;
        tracing::debug!(origin = near.origin(), "the emulator listens");
        Ok(Emulator::serve(gateway, near, far))
    }

    fn gateway(self, origin: String, elsewhere: String, id_seed: u64) -> Result<Gateway, Error> {
        self.timing.check()?;
        self.faults.check()?;
        if self.bad_key {
            return Err(Error::Key);
        }
        #[cfg(feature = "page")]
        if !Price::is_valid(self.price) {
            return Err(Error::Price { price: self.price, highest: HIGHEST });
        }
        Ok(Gateway::new(Settings {
            clock: self.clock.unwrap_or_else(Clock::system),
            keys: self.key.unwrap_or_default(),
            timing: self.timing,
            traits: self.overrides.apply_to(self.personality),
            rate_limits: self.rate_limits,
            faults: self.faults,
            webhooks: Sender::new(self.webhooks, id_seed)?,
            origin,
            elsewhere,
            id_seed,
            #[cfg(feature = "page")]
            price: self.price,
        }))
    }
}
