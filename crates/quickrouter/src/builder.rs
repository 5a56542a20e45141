//! A client's settings, checked when it is built.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use quickrouter_api::{
    BASE_URL, Clock, Downloads, Gate, GateSettings, Network, Transport, is_loopback, routes,
};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::abandoned::Abandoned;
use crate::client::Client;
use crate::connection::Connection;
use crate::durations::Durations;
use crate::error::{Error, KEY_VARIABLE};
use crate::known::Known;
use crate::retry::RetryPolicy;
use crate::throttle::Lane;
use crate::throttle_policy::ThrottlePolicy;
use crate::wait_policy::WaitPolicy;

/// The variable that holds the base URL.
const BASE_URL_VARIABLE: &str = "QUICKROUTER_BASE_URL";

type HttpClient = Arc<dyn Fn() -> reqwest::ClientBuilder + Send + Sync>;

/// Settings of a [`Client`].
#[must_use = "settings do nothing until a client is built"]
pub struct ClientBuilder {
    key: Option<SecretString>,
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
    throttle: ThrottlePolicy,
    durations: Durations,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            key: None,
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
            throttle: ThrottlePolicy::default(),
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

impl ClientBuilder {
    /// The defaults, and no key.
    pub fn new() -> Self {
        Self::default()
    }

    /// The defaults, with key and base URL from `QUICKROUTER_API_KEY` and `QUICKROUTER_BASE_URL`
    /// where these are set.
    pub fn from_env() -> Self {
        let read = |name: &str| std::env::var(name).ok().filter(|text| !text.trim().is_empty());
        Self {
            key: read(KEY_VARIABLE).map(SecretString::from),
            base_url: read(BASE_URL_VARIABLE),
            ..Self::default()
        }
    }

    /// The bearer key. White space around it is dropped.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(SecretString::from(key.into()));
        self
    }

    /// The base URL with its prefix, without `/v1`; the contract's
    /// [`BASE_URL`](crate::BASE_URL) if never called. A slash at its end makes no difference.
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

    /// The limit for making a connection; 10 s by default, and at most half of
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
    /// Redirects, retries and the connect time-out are set by this crate. Without it reqwest's
    /// defaults hold, with proxies from the environment, except that this machine itself is reached
    /// directly.
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
    pub fn throttle_policy(mut self, policy: ThrottlePolicy) -> Self {
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
    /// [`Error::Configuration`] when the key is missing or empty, when the base URL is not one, or
    /// when the key would travel over plain http.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = base_url(self.base_url.as_deref().unwrap_or(BASE_URL))?;
        let key = key(self.key.as_ref())?;
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
        let unusable = |error| Error::Configuration(format!("no HTTP client can be made: {error}"));
        let network = || -> Result<Arc<dyn Transport>, Error> {
            match &self.transport {
                Some(transport) => Ok(transport.clone()),
                None => self.network(connect).map_err(unusable),
            }
        };
        let shown_url = base_url.to_string();
        let mut settings = GateSettings::new(base_url);
        settings.key = Some(key);
        settings.user_agent = user_agent.clone();
        settings.timeout = self.request_timeout;
        Ok(Client::new(Connection {
            gate: Gate::new(network()?, settings),
            downloads: Downloads::new(network()?, user_agent, self.stall_timeout),
            maker: maker().map_err(unusable)?,
            connect_timeout: connect,
            request_timeout: self.request_timeout,
            stall_timeout: self.stall_timeout,
            allow_http: self.allow_http,
            wait: self.wait,
            retry: self.retry,
            clock: self.clock.unwrap_or_else(Clock::system),
            creates: Lane::new(self.throttle.creates()),
            reads: Lane::new(ThrottlePolicy::reads()),
            known: Known::default(),
            durations: self.durations,
            base_url: shown_url,
            abandoned: Abandoned::default(),
        }))
    }
}

impl ClientBuilder {
    fn network(&self, connect: Duration) -> reqwest::Result<Arc<dyn Transport>> {
        let network = match &self.http_client {
            Some(make) => Network::new(make(), connect)?,
            None => {
                let direct = reqwest::Client::builder().no_proxy();
                Network::new(reqwest::Client::builder(), connect)?.to_loopback(direct, connect)?
            }
        };
        Ok(Arc::new(network))
    }
}

/// The reqwest client that makes requests and sends none: one for all, since to make it takes tens
/// of milliseconds in which root certificates are read.
fn maker() -> reqwest::Result<reqwest::Client> {
    static MAKER: OnceLock<reqwest::Client> = OnceLock::new();
    match MAKER.get() {
        Some(made) => Ok(made.clone()),
        None => {
            let made = reqwest::Client::builder().build()?;
            Ok(MAKER.get_or_init(|| made).clone())
        }
    }
}

fn key(key: Option<&SecretString>) -> Result<SecretString, Error> {
    let text = key.map_or("", |key| key.expose_secret().trim());
    if text.is_empty() {
        let home = Url::parse(BASE_URL).ok();
        let home = home.as_ref().and_then(Url::host_str).unwrap_or(BASE_URL);
        let home = home.trim_start_matches("api.");
        return Err(Error::Configuration(format!(
            "the API key is missing: create one in your account at {home} and put it into the variable {KEY_VARIABLE}, or give it to ClientBuilder::key"
        )));
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Configuration(
            "the API key has characters that no key has (white space or others beyond ASCII); copy it again".to_owned(),
        ));
    }
    Ok(SecretString::from(text.to_owned()))
}

fn base_url(text: &str) -> Result<Url, Error> {
    let wrong = |why: &str| {
        Error::Configuration(format!("the base URL {text:?} {why}; the default is {BASE_URL}"))
    };
    let url = Url::parse(text.trim().trim_end_matches('/')).map_err(|_| wrong("is not a URL"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("is neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let why = "the base URL holds a user name or password; give the key in its own place";
        return Err(Error::Configuration(why.to_owned()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or a fragment, which a base cannot have"));
    }
    let version = routes::CREATE_PREDICTION.path.split('/').nth(1).unwrap_or_default();
    if url.path_segments().and_then(|mut parts| parts.next_back()) == Some(version) {
        return Err(wrong(&format!(
            "ends in /{version}, which every path begins with; leave it out"
        )));
    }
    Ok(url)
}
