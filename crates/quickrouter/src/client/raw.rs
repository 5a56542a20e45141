//! GET outside the prediction routes, and where the client sends to.

use crate::calls::raw;
use crate::client::Client;
use crate::error::Error;
use crate::model::raw_response::RawResponse;
use crate::request::raw::RawRequest;

impl Client {
    /// Gets something that is not one of the contract's prediction routes, through the same transport:
    /// a gateway's balance and prices, or a diagnosis.
    ///
    /// Every status is a [`RawResponse`]; redirects are not followed, so a 3xx is one, too. It is
    /// retried like other reads: see [`RETRY_TABLE`](crate::retry::RETRY_TABLE) and
    /// [`RawRequest::attempts`]. After the last attempt a 503 or 429 is returned as it is.
    ///
    /// # Errors
    /// Only without a whole response. [`Error::InvalidRequest`] for a path, URL or header that cannot be
    /// sent; [`Error::NotSent`], [`Error::RateLimited`] or [`Error::Interrupted`] if there is no
    /// response; [`Error::UnexpectedResponse`] if it is too large or cannot be decoded.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn reachable(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
    /// use std::time::Duration;
    ///
    /// use quickrouter::RawRequest;
    /// use quickrouter::catalog::routes::origin::HOSTS;
    ///
    /// let probe = RawRequest::elsewhere(HOSTS[0].origin)
    ///     .timeout(Duration::from_secs(5))
    ///     .attempts(1);
    /// println!("HTTP {}", client.get_raw(probe).await?.status());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get_raw(&self, request: RawRequest) -> Result<RawResponse, Error> {
        raw::get(&self.context, &request).await
    }

    /// Returns the base URL, with its prefix and without a trailing slash.
    pub fn base_url(&self) -> &str {
        self.context.base_url.trim_end_matches('/')
    }

    /// Returns the base URL's origin, the only one that gets the key: scheme, host, and the port unless
    /// it is the scheme's own.
    pub fn origin(&self) -> String {
        self.context.gate.base_url().origin().ascii_serialization()
    }
}
