//! Sends deliveries.

use super::log::DeliveryLog;
use super::record::Delivery;
use super::signature::Secret;
use crate::error::Error;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use quickrouter_api::{Network, Transport};
use reqwest::{Request, Url};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// How many deliveries are sent concurrently.
const IN_FLIGHT: usize = 256;
/// How long a receiver has to respond. Not scaled: it is the receiver's time.
const TIME: Duration = Duration::from_secs(10);
/// Timeout for connecting.
const CONNECT_TIME: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("quickrouter-emulator/", env!("CARGO_PKG_VERSION"));

/// How webhooks are signed and sent.
#[derive(Clone, Default)]
pub(crate) struct WebhookOptions {
    pub(crate) secret: Option<String>,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    /// Whether to use the network if no transport was given.
    pub(crate) network: bool,
}

impl fmt::Debug for WebhookOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_ones_own = (self.secret.is_some(), self.transport.is_some());
        f.debug_struct("Webhooks")
            .field("own_secret", &of_ones_own.0)
            .field("own_transport", &of_ones_own.1)
            .field("network", &self.network)
            .finish()
    }
}

/// Signs, sends and records deliveries.
pub(crate) struct Sender {
    pub(crate) secret: Secret,
    /// Whether nothing is ever sent, for want of a transport.
    pub(crate) disabled: bool,
    /// Created with the first delivery: most emulators send none.
    transport: OnceLock<Result<Arc<dyn Transport>, String>>,
    permits: Semaphore,
    deliveries: Mutex<DeliveryLog>,
}

/// One request to a webhook.
pub(crate) struct Message<'a> {
    pub(crate) url: &'a str,
    pub(crate) id: &'a str,
    /// Unix seconds.
    pub(crate) timestamp: u64,
    pub(crate) body: String,
    pub(crate) forged: bool,
}

impl Sender {
    pub(crate) fn new(settings: WebhookOptions, id_seed: u64) -> Result<Self, Error> {
        let secret = match settings.secret {
            Some(text) => Secret::parse(&text).ok_or(Error::WebhookSecret)?,
            None => Secret::from_seed(id_seed),
        };
        let disabled = settings.transport.is_none() && !settings.network;
        let transport = OnceLock::new();
        if let Some(own) = settings.transport {
            let _ = transport.set(Ok(own));
        }
        let permits = Semaphore::new(IN_FLIGHT);
        Ok(Self { secret, disabled, transport, permits, deliveries: Mutex::default() })
    }

    pub(crate) fn deliveries(&self) -> MutexGuard<'_, DeliveryLog> {
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The most recent deliveries, oldest first.
    pub(crate) fn all(&self) -> Vec<Delivery> {
        self.deliveries().all().cloned().collect()
    }

    /// Waits for a permit to send. Build the message only then: too many bodies would not fit into
    /// memory, and a signature has its time.
    pub(crate) async fn permit(&self) -> SemaphorePermit<'_> {
        self.permits.acquire().await.expect("nobody closes it")
    }

    /// Sends a message once; returns the status of the response, or the reason why there is none.
    pub(crate) async fn send(
        &self,
        message: Message<'_>,
        _permit: SemaphorePermit<'_>,
    ) -> Result<u16, String> {
        let url = Url::parse(message.url).map_err(|error| error.to_string())?;
        let transport = self.transport.get_or_init(network).as_ref().map_err(Clone::clone)?;
        let mut request = Request::new(Method::POST, url);
        *request.headers_mut() = self.headers(&message);
        *request.body_mut() = Some(message.body.into());
        match timeout(TIME, transport.send(request)).await {
            Ok(Ok(answer)) => Ok(answer.status().as_u16()),
            Ok(Err(fail)) => Err(fail.to_string()),
            Err(_) => Err(format!("no answer within {} s", TIME.as_secs())),
        }
    }

    fn headers(&self, message: &Message<'_>) -> HeaderMap {
        let forged = message.forged.then(|| self.secret.forged());
        let secret = forged.as_ref().unwrap_or(&self.secret);
        let signature = secret.sign(message.id, message.timestamp, message.body.as_bytes());
        let value = |text: &str| HeaderValue::from_str(text).ok();
        let all = [
            (header::CONTENT_TYPE, value("application/json")),
            (header::USER_AGENT, value(USER_AGENT)),
            (HeaderName::from_static("webhook-id"), value(message.id)),
            (HeaderName::from_static("webhook-timestamp"), Some(message.timestamp.into())),
            (HeaderName::from_static("webhook-signature"), value(&signature)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// The network; addresses of this machine bypass any proxy.
fn network() -> Result<Arc<dyn Transport>, String> {
    let network = Network::system(CONNECT_TIME).map_err(|error| error.to_string())?;
    Ok(Arc::new(network))
}
