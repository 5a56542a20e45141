//! Configures an emulator.

use crate::delivery::WebhookOptions;
use crate::faults::{Fault, Faults};
use crate::model::definition::ModelDefinition;
use crate::model::timing::Timing;
use crate::server::{Host, Reach};
use crate::state::billing::Tariff;
use crate::state::keys::ApiKeys;
use crate::state::personality::{Overrides, Personality};
use crate::state::rate_limits::RateLimits;
use crate::state::replaying::ReplayOptions;
use crate::wire::problem::ErrorFormat;
use http::StatusCode;
use quickrouter_api::{Clock, Transport};
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Configures an emulator; see [`Emulator::builder`](crate::Emulator::builder).
#[derive(Debug, Clone)]
#[must_use]
pub struct EmulatorBuilder {
    pub(super) reach: Reach,
    pub(super) key: Option<ApiKeys>,
    pub(super) bad_key: bool,
    pub(super) models: Vec<ModelDefinition>,
    pub(super) any_model: bool,
    pub(super) strict_inputs: bool,
    pub(super) replay: ReplayOptions,
    pub(super) timing: Timing,
    pub(super) personality: Personality,
    pub(super) overrides: Overrides,
    pub(super) rate_limits: RateLimits,
    pub(super) faults: Faults,
    pub(super) webhooks: WebhookOptions,
    pub(super) clock: Option<Clock>,
    pub(super) id_seed: Option<u64>,
    pub(super) state: Option<PathBuf>,
    pub(super) price: f64,
    pub(super) tariff: Tariff,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            reach: Reach::default(),
            key: None,
            bad_key: false,
            models: Vec::new(),
            any_model: false,
            strict_inputs: true,
            replay: ReplayOptions::default(),
            timing: Timing::default(),
            personality: Personality::default(),
            overrides: Overrides::default(),
            rate_limits: RateLimits::none(),
            faults: Faults::default(),
            webhooks: WebhookOptions::default(),
            clock: None,
            id_seed: None,
            state: None,
            price: 0.0,
            tariff: Tariff::default(),
        }
    }
}

impl EmulatorBuilder {
    /// The address to listen on; 127.0.0.1 by default. Anything but loopback lets other machines
    /// in.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.reach.host = Host::Address(host.into());
        self
    }

    /// Listens on both loopback addresses, 127.0.0.1 and ::1, by the same port, and names itself
    /// `http://localhost:PORT`: clients that resolve the name to either address find it. On a machine
    /// that has only one of them it listens on that. Replaces [`host`](Self::host).
    pub fn localhost(mut self) -> Self {
        self.reach.host = Host::Localhost;
        self
    }

    /// The port to listen on; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.reach.port = port;
        self
    }

    /// Whether the pages of other sites may use the API and read outputs, as those of gateways of the
    /// new-api family allow (CORS). False by default. The emulator's own page and routes, other than
    /// outputs, stay closed to them. Set a [`key`](Self::key) too, or any page that is open in a
    /// browser of this machine can use the emulator.
    pub fn cors(mut self, cors: bool) -> Self {
        self.reach.cors = cors;
        self
    }

    /// Whether the URLs in responses follow `X-Forwarded-Proto`, `-Host`, `-Port` and `-Prefix`, which
    /// a reverse proxy in front sets. False by default: anyone can send them. Malformed ones are
    /// ignored.
    pub fn forwarded(mut self, forwarded: bool) -> Self {
        self.reach.forwarded = forwarded;
        self
    }

    /// The only API key to accept, of visible ASCII characters. By default any key that is not
    /// empty is accepted.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        let key = key.into();
        self.bad_key = key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic());
        self.key = Some(ApiKeys::only(key));
        self
    }

    /// Adds a model. A model with the name of one of the contract's replaces it.
    pub fn model(mut self, definition: ModelDefinition) -> Self {
        self.models.push(definition);
        self
    }

    /// Adds models, such as those of [`ModelDefinition::parse`].
    pub fn models(mut self, definitions: impl IntoIterator<Item = ModelDefinition>) -> Self {
        self.models.extend(definitions);
        self
    }

    /// Whether undefined models are accepted: they take any input and produce the output that it
    /// suggests. By default they are refused.
    pub fn any_model(mut self, any: bool) -> Self {
        self.any_model = any;
        self
    }

    /// Whether inputs that a model does not have are refused. True by default; false ignores them, as
    /// Replicate does, and [`Exchange::ignored_inputs`](crate::Exchange) names them.
    pub fn strict_inputs(mut self, strict: bool) -> Self {
        self.strict_inputs = strict;
        self
    }

    /// Answers creates from the recordings in this folder: what was recorded of the same model, version
    /// and input happens again. A create without a recording is answered 404.
    pub fn replay(mut self, folder: impl Into<PathBuf>) -> Self {
        self.replay.folder = Some(folder.into());
        self
    }

    /// Whether a create without a recording is drawn instead of being answered with 404; false by
    /// default.
    pub fn else_draw(mut self, draw: bool) -> Self {
        self.replay.else_draw = draw;
        self
    }

    /// How many times faster than at the gateway time passes, from 0.001 to 1000, or 0; 1.0 by
    /// default. At 0 a prediction takes no time at all, and results are kept as long as at the
    /// gateway. At 10.0 a prediction of 12 s takes 1.2 s. The whole lifecycle is scaled, including
    /// how long results are kept: one hour becomes 6 minutes at 10.0, and 3.6 s at 1000.0.
    pub fn time_scale(mut self, scale: f64) -> Self {
        self.timing.scale = scale;
        self
    }

    /// How long a prediction waits for its model before it starts, drawn from this range in steps
    /// of a millisecond. 300 to 799 ms by default; from 0 up to the contract's hard stop. The time
    /// scale applies. Equal ends fix the time.
    pub fn queue(mut self, range: RangeInclusive<Duration>) -> Self {
        self.timing.queue = range;
        self
    }

    /// How long a prediction is silent between the last step and its end, while its outputs are
    /// stored, drawn from this range in steps of a millisecond. 1100 ms by default; from 0 up to
    /// the contract's hard stop. The time scale applies.
    pub fn tail(mut self, range: RangeInclusive<Duration>) -> Self {
        self.timing.tail = range;
        self
    }

    /// The gateway to imitate; [`Personality::Replicate`] by default. The single switches below
    /// take precedence, in whatever order they are set.
    pub fn personality(mut self, personality: Personality) -> Self {
        self.personality = personality;
        self
    }

    /// Whether `Prefer: wait` holds the response to a create. False ignores the header, as some
    /// gateways do. The seconds in it are not scaled.
    pub fn honours_prefer(mut self, honours: bool) -> Self {
        self.overrides.honours_prefer = Some(honours);
        self
    }

    /// Whether `Cancel-After` sets a deadline for a create. False ignores the header, as some
    /// gateways do. The time in it is not scaled.
    pub fn honours_cancel_after(mut self, honours: bool) -> Self {
        self.overrides.honours_cancel_after = Some(honours);
        self
    }

    /// Whether an accepted create is answered with 201; false answers with 200.
    pub fn answers_created(mut self, created: bool) -> Self {
        self.overrides.created = Some(if created { StatusCode::CREATED } else { StatusCode::OK });
        self
    }

    /// The format of errors.
    pub fn error_format(mut self, format: ErrorFormat) -> Self {
        self.overrides.error_format = Some(format);
        self
    }

    /// Whether all routes of the contract are relayed; false relays only those that QuickRouter
    /// documents: create and get.
    pub fn relays_all(mut self, all: bool) -> Self {
        self.overrides.relays_all = Some(all);
        self
    }

    /// Whether URLs in responses point at another origin, which takes no key of this one: those of
    /// the API, of streams and of outputs. Requests to it are in
    /// [`Emulator::requests`](crate::Emulator::requests) too.
    pub fn urls_elsewhere(mut self, elsewhere: bool) -> Self {
        self.overrides.elsewhere = Some(elsewhere);
        self
    }

    /// How many requests per minute are accepted; unlimited by default.
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.rate_limits = limits;
        self
    }

    /// The faults to apply; none by default. They can be changed later:
    /// [`Emulator::set_faults`](crate::Emulator::set_faults).
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.faults.push(fault);
        self
    }

    /// The secret that signs webhook deliveries: `whsec_` followed by a key in base64. By default
    /// it is derived from the seed of the ids.
    pub fn webhook_secret(mut self, secret: impl Into<String>) -> Self {
        self.webhooks.secret = Some(secret.into());
        self
    }

    /// The transport for webhook deliveries. By default an emulator on sockets uses the network,
    /// and a gateway in memory sends none.
    pub fn webhook_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.webhooks.transport = Some(transport);
        self
    }

    /// The clock; the system's by default.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The seed of the ids, and so of the seeds that are drawn. By default an emulator on a socket
    /// picks another one each time, so that several runs can share a folder; one in memory uses 0.
    pub fn id_seed(mut self, seed: u64) -> Self {
        self.id_seed = Some(seed);
        self
    }

    /// The folder in which predictions, uploaded files, webhook deliveries, models and counters
    /// outlive the process; by default nothing does. It is created if necessary, and one emulator at
    /// a time uses it. What changes it is answered once it is on the disk; time goes on while no
    /// emulator runs; deliveries go on, if it starts within a runtime; the first seed of ids stays.
    #[cfg(feature = "state")]
    pub fn state(mut self, folder: impl Into<PathBuf>) -> Self {
        self.state = Some(folder.into());
        self
    }

    /// The price of a picture in USD, from 0 to 1000, for the page's total; also the price of a create
    /// in the price list and the usage that [`Personality::Gateway`] serves at its origin. 0, the
    /// default, is no price.
    pub fn price(mut self, price: f64) -> Self {
        self.price = price;
        self
    }

    /// The units of quota that there are to spend, by all keys together; unlimited by default. A create
    /// costs its [`price`](Self::price) times the ratio of the key's group, in the contract's units
    /// ([`UNITS_PER_MONEY`](quickrouter_api::routes::origin::UNITS_PER_MONEY)). One that the rest does
    /// not cover is refused with the contract's code and not billed, and so is any once nothing is left.
    pub fn quota(mut self, units: u64) -> Self {
        self.tariff.quota = Some(units);
        self
    }

    /// Adds a group of keys with its ratio, from 0 to 1000, or changes its ratio. Keys are of the group
    /// that was added first; without any, of `default`, with the ratio 1.
    pub fn group_ratio(mut self, name: impl Into<String>, ratio: f64) -> Self {
        self.tariff.set_ratio(name.into(), ratio);
        self
    }
}
