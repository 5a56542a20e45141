//! The real network, through reqwest.

mod proxies;
#[cfg(feature = "rustls")]
mod tls;

use std::error::Error as StdError;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use reqwest::{Client, ClientBuilder, Request, Response, Url};

use crate::transport::{Transport, TransportError, TransportErrorKind};

pub use proxies::{Proxies, ProxyFault, UnusableProxy};

/// The most header lines in a response. Gateways that add a line for every upstream they tried exceed
/// hyper's own limit of 100.
const MOST_HEADERS: usize = 2048;
/// The most bytes of headers in an HTTP/2 response; hyper's own limit is 16 KiB. HTTP/1 heads are
/// bounded by hyper's read buffer of about 400 KiB.
const MOST_HEADER_BYTES: u32 = 512 << 10;

/// The transport that uses the real network, through reqwest.
#[derive(Clone, Debug)]
pub struct Network {
    client: Client,
    loopback: Option<Client>,
    proxies: Option<Arc<Proxies>>,
}

impl Network {
    /// A network with `builder`'s TLS and proxies. Sets what the seam relies on: no redirects, retries,
    /// decoding or total time-out (the seam handles these), a connect time-out, and parsing of response
    /// heads as lenient as reqwest allows.
    ///
    /// Unless reqwest's feature `rustls` is on, such a builder needs a process-wide rustls provider. If
    /// the process has none yet, this installs `ring`'s.
    ///
    /// # Errors
    /// If reqwest cannot build a client, for example without a TLS back end.
    pub fn new(builder: ClientBuilder, connect_timeout: Duration) -> reqwest::Result<Self> {
        #[cfg(feature = "rustls")]
        tls::install_provider();
        let client = completed(builder, connect_timeout)?;
        Ok(Self { client, loopback: None, proxies: None })
    }

    /// The network as the process's environment configures it: proxies from the variables that
    /// [`Proxies`] reads, none for loopback addresses, and the platform's root certificates, which are
    /// read once per process at the first TLS connection.
    ///
    /// # Errors
    /// If reqwest cannot build a client.
    pub fn system(connect_timeout: Duration) -> reqwest::Result<Self> {
        Self::with_variables(&|name| std::env::var_os(name), connect_timeout)
    }

    /// [`system`](Self::system) with the environment variables that `variable` looks up.
    ///
    /// # Errors
    /// If reqwest cannot build a client.
    pub fn with_variables(
        variable: &dyn Fn(&str) -> Option<OsString>,
        connect_timeout: Duration,
    ) -> reqwest::Result<Self> {
        let proxies = Proxies::from_variables(variable);
        let builder = proxies.put_on(preset(Client::builder()))?;
        Ok(Self {
            client: completed(builder, connect_timeout)?,
            loopback: Some(completed(preset(Client::builder()).no_proxy(), connect_timeout)?),
            proxies: Some(Arc::new(proxies)),
        })
    }

    /// Fails if a request to `url` would use a proxy whose variable has an unusable value.
    ///
    /// # Errors
    /// The variable and what is wrong with its value.
    pub fn check(&self, url: &Url) -> Result<(), UnusableProxy> {
        match &self.proxies {
            Some(proxies) if !is_loopback(url) => proxies.check(url),
            _ => Ok(()),
        }
    }

    fn client_for(&self, url: &Url) -> &Client {
        self.loopback.as_ref().filter(|_| is_loopback(url)).unwrap_or(&self.client)
    }
}

/// A reqwest client without proxies that reads no root certificates before its first TLS connection.
/// The generated client builds requests with it and sends none. It lacks the settings that the seam
/// relies on.
///
/// # Errors
/// If reqwest cannot build a client.
pub fn direct_client() -> reqwest::Result<Client> {
    preset(Client::builder()).no_proxy().build()
}

/// Gives a builder this crate's TLS.
#[cfg(feature = "rustls")]
fn preset(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_backend_preconfigured(tls::config())
}

#[cfg(not(feature = "rustls"))]
fn preset(builder: ClientBuilder) -> ClientBuilder {
    builder
}

fn completed(builder: ClientBuilder, connect_timeout: Duration) -> reqwest::Result<Client> {
    builder
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(connect_timeout)
        // The seam decodes. Another crate in the program may have turned on these features of reqwest.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        // A create that got a response is billed, however odd the response's head is.
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_max_headers(MOST_HEADERS)
        .http2_max_header_list_size(MOST_HEADER_BYTES)
        .build()
}

/// Whether a URL's host is this machine, by name or by address.
pub fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

impl Transport for Network {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        if let Err(unusable) = self.check(request.url()) {
            let fail = TransportError::new(TransportErrorKind::UnusableProxy, unusable);
            return std::future::ready(Err(fail)).boxed();
        }
        #[expect(clippy::disallowed_methods, reason = "the one place where HTTP leaves")]
        let response = self.client_for(request.url()).execute(request);
        async move {
            response
                .await
                .map_err(|error| TransportError::new(kind_of(&error), error.without_url()))
        }
        .boxed()
    }
}

fn kind_of(error: &reqwest::Error) -> TransportErrorKind {
    if error.is_connect() && is_untrusted(error) {
        TransportErrorKind::Untrusted
    } else if error.is_connect() || error.is_builder() || was_never_written(error) {
        TransportErrorKind::NotSent
    } else if was_not_processed(error) {
        TransportErrorKind::Unprocessed
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Interrupted
    }
}

/// Whether the server guaranteed that it did not process the request, by this stream's own error:
///
/// - `RST_STREAM` with `REFUSED_STREAM` (RFC 9113, section 8.7);
/// - `GOAWAY` with `NO_ERROR` and a last stream id below this stream's (section 6.8).
///
/// The h2 crate (0.4) gives the error of a remote GOAWAY to streams above its last id, in
/// `Inner::recv_go_away` (`proto/streams/streams.rs`), and to requests that are not yet on the wire
/// (`ensure_no_conn_error`). Streams at or below the last id go on, and end in an I/O error if the
/// connection breaks afterwards (`recv_eof`).
fn was_not_processed(error: &reqwest::Error) -> bool {
    let Some(error) = source_of::<h2::Error>(error) else { return false };
    let reason = error.reason();
    error.is_remote()
        && ((error.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM))
            || (error.is_go_away() && reason == Some(h2::Reason::NO_ERROR)))
}

/// Whether a connection closed before the request was started. hyper-util 0.1 reports `Canceled` only
/// if hyper returned the request untouched (`try_send_request` in `client/legacy/client.rs`). It
/// resends such a request by itself if the connection came from the pool.
fn was_never_written(error: &reqwest::Error) -> bool {
    let client = source_of::<hyper_util::client::legacy::Error>(error);
    client.is_some_and(|client| client.to_string() == "client error (Canceled)")
}

/// The first source of this type.
fn source_of<E: StdError + 'static>(error: &reqwest::Error) -> Option<&E> {
    let mut next = error.source();
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// Whether TLS failed after a connection was made: rustls reports that as invalid data.
fn is_untrusted(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        // An I/O error's source skips the error that it wraps.
        let wrapped = io.and_then(std::io::Error::get_ref).map(|error| error as &dyn StdError);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    false
}
