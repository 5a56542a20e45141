//! A client's settings, checked when it is built.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use quickrouter_api::{
    BASE_URL, Clock, Downloads, Gate, GateSettings, Network, Transport, UnusableProxy,
    direct_client, is_loopback,
};
use reqwest::header::HeaderValue;
use secrecy::SecretString;
use url::Url;

use crate::client::Client;
use crate::client::api_key;
use crate::client::base_url;
use crate::client::variables::{BASE_URL_VARIABLE, KEY_VARIABLE};
use crate::core::context::Context;
use crate::core::durations::Durations;
use crate::core::orphans::Orphans;
use crate::core::registry::Registry;
use crate::error::Error;
use crate::policy::rate_limit::RateLimitPolicy;
use crate::policy::retry::RetryPolicy;
use crate::policy::wait::WaitPolicy;
use crate::rate_limit::limiter::RateLimiter;
use crate::text::pasted::trimmed;

type HttpClient = Arc<dyn Fn() -> reqwest::ClientBuilder + Send + Sync>;

/// Settings of a [`Client`].
#[must_use = "settings do nothing until a client is built"]
pub struct ClientBuilder {
    key: Option<SecretString>,
    /// In words that follow "the key".
    key_source: String,
    base_url: Option<String>,
    allow_http: bool,
    connect_timeout: Duration,
    request_timeout: Duration,
    stall_timeout: Duration,
    user_agent: String,
    http_client: Option<HttpClient>,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Clock>,
    wait: WaitPolicy,
    retry: RetryPolicy,
    throttle: RateLimitPolicy,
    durations: Durations,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            key: None,
            key_source: api_key::FROM_PROGRAM.to_owned(),
            base_url: None,
            allow_http: false,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            stall_timeout: Duration::from_secs(30),
            user_agent: concat!("quickrouter-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            http_client: None,
            transport: None,
            clock: None,
            wait: WaitPolicy::default(),
            retry: RetryPolicy::default(),
            throttle: RateLimitPolicy::default(),
            durations: Durations::new(),
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("key", &self.key.as_ref().map(|_| "[redacted]"))
            .field("allow_http", &self.allow_http)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client with the key from `QUICKROUTER_API_KEY` and, where it is set, the base URL from
    /// `QUICKROUTER_BASE_URL`.
    ///
    /// # Errors
    /// [`Error::Configuration`] when the key is missing or a setting is wrong.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build()
    }

    /// Settings for a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }
}

impl ClientBuilder {
    /// The defaults, and no key.
    pub fn new() -> Self {
        Self::default()
    }

    /// The defaults, with key and base URL from `QUICKROUTER_API_KEY` and `QUICKROUTER_BASE_URL`
    /// where these are set.
    pub fn from_env() -> Self {
        // A value that is not UTF-8 gets U+FFFD in it, which `build` refuses.
        let read = |name: &str| {
            let text = std::env::var_os(name)?.to_string_lossy().into_owned();
            (!trimmed(&text).is_empty()).then_some(text)
        };
        Self {
            key: read(KEY_VARIABLE).map(SecretString::from),
            key_source: api_key::from_variable(),
            base_url: read(BASE_URL_VARIABLE),
            ..Self::default()
        }
    }

    /// The bearer key, and nothing else: no quotes, no name in front, no `Bearer`. White space and a
    /// byte order mark around it are dropped.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(SecretString::from(key.into()));
        api_key::FROM_PROGRAM.clone_into(&mut self.key_source);
        self
    }

    /// Where the key comes from, for messages, in words that follow "the key": `in the file key.txt`.
    /// Call it after [`api_key`](Self::api_key), which resets it.
    pub fn api_key_source(mut self, source: impl Into<String>) -> Self {
        self.key_source = source.into();
        self
    }

    /// The base URL with its prefix, without `/v1`; the contract's
    /// [`BASE_URL`](crate::catalog::BASE_URL) if never called. A slash at its end makes no difference, nor
    /// does white space or a byte order mark around it.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Lets the key travel over plain http to other hosts than this machine, and streams of events
    /// come from there. Off by default: everyone on the way can read them.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// The limit for making a context; 10 s by default, and at most half of
    /// [`request_timeout`](Self::request_timeout) and of the deadline, so that a create that fails
    /// this way is known not to have been sent. So long before its deadline no create is sent again.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// The limit for one API request, from connecting to the last byte of its answer; 60 s by
    /// default. A create that is to be held
    /// ([`prefer_wait`](crate::CreateRequest::prefer_wait)) has so much more, an upload a second more
    /// for every 16 KiB of its file.
    pub fn request_timeout(mut self, limit: Duration) -> Self {
        self.request_timeout = limit;
        self
    }

    /// How long a download or a stream of events may stand still before it is given up; 30 s by
    /// default.
    pub fn stall_timeout(mut self, limit: Duration) -> Self {
        self.stall_timeout = limit;
        self
    }

    /// Sent as `User-Agent`.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// Where reqwest clients come from: for proxies, certificates and DNS of your own.
    ///
    /// Called twice, for the API and for downloads, so put no credentials into default headers.
    /// Redirects, retries, decoding, leniency about the heads of answers, and the connect time-out are
    /// set by this crate. TLS and proxies are the builder's own: if the process has no default rustls
    /// provider, [`build`](Self::build) installs the one of `ring`, without which reqwest cannot make
    /// a client.
    ///
    /// Without this method proxies come from the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`,
    /// `NO_PROXY`), this machine itself is reached directly, and the platform's root certificates are
    /// read at the first TLS context.
    pub fn http_client(
        mut self,
        make: impl Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http_client = Some(Arc::new(make));
        self
    }

    /// Sends through a transport of your own instead of the network: for tests.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Tells the time by this clock: for tests.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// How long to wait, and how often to look.
    pub fn wait_policy(mut self, policy: WaitPolicy) -> Self {
        self.wait = policy;
        self
    }

    /// How patient to be with failing requests.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many creates to let out, over all clones of the client.
    pub fn rate_limit_policy(mut self, policy: RateLimitPolicy) -> Self {
        self.throttle = policy;
        self
    }

    /// What earlier predictions took: shared with other clients, or kept between runs. Without it
    /// the client has its own, which is forgotten with its last clone.
    pub fn durations(mut self, durations: Durations) -> Self {
        self.durations = durations;
        self
    }

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Configuration`] when the key is missing or is not a key alone, when the base URL is
    /// not one or ends in a route of the API, when the key would travel over plain http, or when the
    /// environment names a proxy for the base URL that cannot be used.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = base_url::parse(self.base_url.as_deref().unwrap_or(BASE_URL))?;
        let key = api_key::checked(self.key.as_ref(), &self.key_source)?;
        let loopback = is_loopback(&base_url);
        if base_url.scheme() == "http" && !loopback && !self.allow_http {
            return Err(Error::Configuration(format!(
                "the base URL {base_url} is plain http, which shows the key to everyone on the way; use https, or allow http"
            )));
        }
        let user_agent = HeaderValue::try_from(self.user_agent.as_str()).map_err(|_| {
            Error::Configuration(format!("the user agent {:?} is no header value", self.user_agent))
        })?;
        // A connection that cannot be made has to show before the request's own limit, since then
        // it is known that nothing was sent.
        let limit = self.request_timeout.min(self.wait.limit());
        let connect = self.connect_timeout.min(limit / 2);
        let network = || -> Result<Arc<dyn Transport>, Error> {
            match &self.transport {
                Some(transport) => Ok(transport.clone()),
                None => self.network(connect, &base_url),
            }
        };
        let gate_network = network()?;
        let download_network = network()?;
        let shown_url = base_url.to_string();
        let mut settings = GateSettings::new(base_url);
        settings.key = Some(key);
        settings.user_agent = user_agent.clone();
        settings.timeout = self.request_timeout;
        Ok(Client::new(Context {
            gate: Gate::new(gate_network, settings),
            downloads: Downloads::new(download_network, user_agent, self.stall_timeout),
            maker: maker()?,
            connect_timeout: connect,
            request_timeout: self.request_timeout,
            stall_timeout: self.stall_timeout,
            allow_http: self.allow_http,
            key_source: self.key_source,
            wait: self.wait,
            retry: self.retry,
            clock: self.clock.unwrap_or_else(Clock::system),
            creates: RateLimiter::new(self.throttle.creates()),
            reads: RateLimiter::new(RateLimitPolicy::reads()),
            registry: Registry::default(),
            durations: self.durations,
            base_url: shown_url,
            orphans: Orphans::default(),
        }))
    }
}

impl ClientBuilder {
    /// The network, through which the base URL can be reached.
    fn network(&self, connect: Duration, base_url: &Url) -> Result<Arc<dyn Transport>, Error> {
        let network = match &self.http_client {
            Some(make) => Network::new(make(), connect),
            None => Network::system(connect),
        };
        let network = network.map_err(|error| no_client(&error))?;
        let unusable = |proxy: UnusableProxy| Error::Configuration(proxy.to_string());
        network.check(base_url).map_err(unusable)?;
        Ok(Arc::new(network))
    }
}

fn no_client(error: &reqwest::Error) -> Error {
    Error::Configuration(format!("no HTTP client can be made: {error}"))
}

/// The reqwest client that makes requests and sends none: one for all clients.
fn maker() -> Result<reqwest::Client, Error> {
    static MAKER: OnceLock<reqwest::Client> = OnceLock::new();
    match MAKER.get() {
        Some(made) => Ok(made.clone()),
        None => {
            let made = direct_client().map_err(|error| no_client(&error))?;
            Ok(MAKER.get_or_init(|| made).clone())
        }
    }
}
