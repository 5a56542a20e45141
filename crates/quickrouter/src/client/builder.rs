//! [`ClientBuilder`]: settings, validated when the client is built.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use quickrouter_api::{
    BASE_URL, Clock, Downloads, Gate, GateSettings, Network, Transport, direct_client, is_loopback,
};
use reqwest::header::HeaderValue;
use secrecy::SecretString;
use url::Url;

use crate::client::Client;
use crate::client::api_key;
use crate::client::base_url;
use crate::client::environment::{BASE_URL_VARIABLE, KEY_VARIABLE};
use crate::client::proxy::unusable;
use crate::core::context::Context;
use crate::core::durations::Durations;
use crate::core::orphans::Orphans;
use crate::core::registry::Registry;
use crate::detail::{Detail, detail};
use crate::error::Error;
use crate::policy::rate_limit::RateLimitPolicy;
use crate::policy::retry::RetryPolicy;
use crate::policy::wait::WaitPolicy;
use crate::rate_limit::limiter::RateLimiter;
use crate::text::pasted::trimmed;

type HttpClient = Arc<dyn Fn() -> reqwest::ClientBuilder + Send + Sync>;

/// A builder for [`Client`].
///
/// # Examples
/// ```
/// # fn main() -> Result<(), quickrouter::Error> {
/// use std::time::Duration;
///
/// use quickrouter::{Client, RetryPolicy, WaitPolicy};
///
/// let client = Client::builder()
///     .api_key("qr-...")
///     .wait_policy(WaitPolicy::new().deadline(Duration::from_secs(120)))
///     .retry_policy(RetryPolicy::new().max_attempts(3))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "settings do nothing until a client is built"]
pub struct ClientBuilder {
    key: Option<SecretString>,
    /// Completes "the key ..." in messages.
    key_source: Detail,
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
    rate_limit: RateLimitPolicy,
    durations: Durations,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            key: None,
            key_source: api_key::from_program(),
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
            rate_limit: RateLimitPolicy::default(),
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
    /// Creates a client with the key from `QUICKROUTER_API_KEY` and, if set, the base URL from
    /// `QUICKROUTER_BASE_URL`.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the key is missing or a setting is invalid.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build()
    }

    /// Returns a builder with the default settings and no key.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }
}

impl ClientBuilder {
    /// Creates a builder with the default settings and no key.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a builder with the key and base URL from `QUICKROUTER_API_KEY` and
    /// `QUICKROUTER_BASE_URL`, if set.
    pub fn from_env() -> Self {
        // Invalid UTF-8 becomes U+FFFD, which `build` rejects.
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

    /// Sets the API key: the bare key without quotes, name or `Bearer`. Surrounding white space and
    /// a byte order mark are trimmed.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(SecretString::from(key.into()));
        self.key_source = api_key::from_program();
        self
    }

    /// Sets where the key comes from, for error messages. It completes "the key ...": `in the file
    /// key.txt`. Call it after [`api_key`](Self::api_key), which resets it.
    pub fn api_key_source(mut self, source: impl Into<Detail>) -> Self {
        self.key_source = source.into();
        self
    }

    /// Sets the base URL, with its prefix but without `/v1`. Defaults to the contract's
    /// [`catalog::BASE_URL`](crate::catalog::BASE_URL). Trailing slashes, surrounding white space and a byte
    /// order mark are ignored.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Allows sending the key over plain http to hosts other than this machine, and reading event
    /// streams from them. Off by default: anyone on the network path can read both.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Sets the timeout for establishing a connection. Defaults to 10 s, capped at half of
    /// [`request_timeout`](Self::request_timeout) and half of the deadline, so that a create that
    /// fails to connect is known not to have been sent. No create is retried within this time of
    /// its deadline.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets the timeout for one API request, from connecting to the last byte of the response.
    /// Defaults to 60 s. A create with [`prefer_wait`](crate::CreateRequest::prefer_wait) gets that
    /// much longer, an upload one second more per 16 KiB of the file.
    pub fn request_timeout(mut self, limit: Duration) -> Self {
        self.request_timeout = limit;
        self
    }

    /// Sets how long a download or an event stream may make no progress before it is abandoned.
    /// Defaults to 30 s.
    pub fn stall_timeout(mut self, limit: Duration) -> Self {
        self.stall_timeout = limit;
        self
    }

    /// Sets the `User-Agent` header.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// Sets the source of reqwest clients, for custom proxies, certificates or DNS.
    ///
    /// `make` is called twice, for API requests and for downloads, so do not put credentials into
    /// default headers. This crate sets redirects, retries, decoding, lenient response header
    /// parsing and the connect timeout; TLS and proxies are the builder's. If the process has no
    /// default rustls provider, [`build`](Self::build) installs `ring`'s, without which reqwest
    /// cannot create a client.
    ///
    /// By default proxies come from the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`,
    /// `NO_PROXY`), loopback addresses are reached directly, and the platform's root certificates
    /// are loaded on the first TLS connection.
    pub fn http_client(
        mut self,
        make: impl Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http_client = Some(Arc::new(make));
        self
    }

    /// Replaces the network with a custom transport, for tests.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sets the clock, for tests.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Sets how long to wait for a prediction and how often to poll it.
    pub fn wait_policy(mut self, policy: WaitPolicy) -> Self {
        self.wait = policy;
        self
    }

    /// Sets how often and how quickly failed requests are retried.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets client-side limits on creates, shared by all clones of the client.
    pub fn rate_limit_policy(mut self, policy: RateLimitPolicy) -> Self {
        self.rate_limit = policy;
        self
    }

    /// Sets the recorded durations of earlier predictions, to share them with other clients or keep
    /// them between runs. By default they are private to the client and dropped with its last
    /// clone.
    pub fn durations(mut self, durations: Durations) -> Self {
        self.durations = durations;
        self
    }

    /// Validates the settings and builds the client, without sending anything.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the key is missing or malformed, if the base URL is invalid or
    /// ends in an API route, if the key would be sent over plain http, or if the environment names
    /// an unusable proxy for the base URL.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = base_url::parse(self.base_url.as_deref().unwrap_or(BASE_URL))?;
        let key = api_key::checked(self.key.as_ref(), &self.key_source)?;
        let loopback = is_loopback(&base_url);
        if base_url.scheme() == "http" && !loopback && !self.allow_http {
            return Err(Error::Configuration(detail!(
                PlainHttp,
                "the base URL {url} is plain http, which shows the key to everyone on the way; use https, or allow http",
                url = base_url.to_string()
            )));
        }
        let user_agent = HeaderValue::try_from(self.user_agent.as_str()).map_err(|_| {
            Error::Configuration(detail!(
                UserAgent,
                "the user agent {value:?} is not a valid header value",
                value = self.user_agent.clone()
            ))
        })?;
        // The connect timeout must expire before the request's own, because only then is it known
        // that nothing was sent.
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
            request_builder: request_builder()?,
            connect_timeout: connect,
            request_timeout: self.request_timeout,
            stall_timeout: self.stall_timeout,
            allow_http: self.allow_http,
            key_source: self.key_source,
            wait: self.wait,
            retry: self.retry,
            clock: self.clock.unwrap_or_else(Clock::system),
            creates: RateLimiter::new(self.rate_limit.creates()),
            reads: RateLimiter::new(RateLimitPolicy::reads()),
            registry: Registry::default(),
            durations: self.durations,
            base_url: shown_url,
            orphans: Orphans::default(),
        }))
    }
}

impl ClientBuilder {
    /// A network transport that can reach the base URL.
    fn network(&self, connect: Duration, base_url: &Url) -> Result<Arc<dyn Transport>, Error> {
        let network = match &self.http_client {
            Some(make) => Network::new(make(), connect),
            None => Network::system(connect),
        };
        let network = network.map_err(|error| no_client(&error))?;
        network.check(base_url).map_err(|proxy| unusable(&proxy))?;
        Ok(Arc::new(network))
    }
}

fn no_client(error: &reqwest::Error) -> Error {
    Error::Configuration(detail!(
        NoHttpClient,
        "cannot create an HTTP client: {error}",
        error = error.to_string()
    ))
}

/// The reqwest client that builds requests but never sends them, shared by all clients.
fn request_builder() -> Result<reqwest::Client, Error> {
    static REQUEST_BUILDER: OnceLock<reqwest::Client> = OnceLock::new();
    match REQUEST_BUILDER.get() {
        Some(built) => Ok(built.clone()),
        None => {
            let built = direct_client().map_err(|error| no_client(&error))?;
            Ok(REQUEST_BUILDER.get_or_init(|| built).clone())
        }
    }
}
