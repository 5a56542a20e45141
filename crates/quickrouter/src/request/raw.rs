//! [`RawRequest`]: a GET outside the contract's prediction routes.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName,
    HeaderValue, PROXY_AUTHORIZATION, TRANSFER_ENCODING, USER_AGENT,
};
use url::Url;

use crate::detail::{Detail, detail};
use crate::error::Error;

/// The default limit of a response body: 4 MiB. A gateway's price list of some thousand models has
/// about 1 MiB.
const DEFAULT_MAX_BYTES: usize = 4 << 20;

/// Headers that the client sets itself, or that carry credentials.
const RESERVED: [HeaderName; 8] = [
    ACCEPT_ENCODING,
    AUTHORIZATION,
    CONNECTION,
    CONTENT_LENGTH,
    HOST,
    PROXY_AUTHORIZATION,
    TRANSFER_ENCODING,
    USER_AGENT,
];

/// A GET of something that is not one of the contract's prediction routes, for
/// [`Client::get_raw`](crate::Client::get_raw): a gateway's balance and prices, or a diagnosis.
///
/// It is always a GET, so it creates nothing. The key is sent to the base URL's own origin only, and
/// to [`elsewhere`](Self::elsewhere) never.
///
/// # Examples
/// ```no_run
/// # async fn prices(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
/// use quickrouter::RawRequest;
/// use quickrouter::catalog::routes::origin::PRICING;
///
/// let prices = client.get_raw(RawRequest::at_origin(PRICING.path).without_key()).await?;
/// if prices.is_success() {
///     println!("{:?}", prices.json());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawRequest {
    target: Target,
    with_key: bool,
    headers: Vec<(String, String)>,
    timeout: Option<Duration>,
    max_bytes: usize,
    attempts: Option<u32>,
}

/// Where a request goes.
#[derive(Clone, Debug)]
enum Target {
    BelowBase(String),
    AtOrigin(String),
    Elsewhere(String),
}

impl RawRequest {
    /// A request below the base URL, prefix included: `/v1/predictions`. It counts toward the rate
    /// limit of reads.
    ///
    /// The path starts with `/`, may have a query, and contains only what a URL may: other characters
    /// have to be percent-encoded. Refused when sent: `//`, `@`, `\`, `#`, a segment `.` or `..`, and a
    /// percent-encoded `/` or `\`.
    pub fn below_base(path: impl Into<String>) -> Self {
        Self::new(Target::BelowBase(path.into()), true)
    }

    /// A request at the base URL's origin, outside its prefix. The rules for the path are those of
    /// [`below_base`](Self::below_base).
    pub fn at_origin(path: impl Into<String>) -> Self {
        Self::new(Target::AtOrigin(path.into()), true)
    }

    /// A request to an absolute http or https URL. It never carries the key, whatever its origin.
    pub fn elsewhere(url: impl Into<String>) -> Self {
        Self::new(Target::Elsewhere(url.into()), false)
    }

    fn new(target: Target, with_key: bool) -> Self {
        let (headers, max_bytes) = (Vec::new(), DEFAULT_MAX_BYTES);
        Self { target, with_key, headers, timeout: None, max_bytes, attempts: None }
    }

    /// Leaves the key out.
    pub fn without_key(mut self) -> Self {
        self.with_key = false;
        self
    }

    /// Adds a header. Refused when sent: headers that the client sets itself, such as `user-agent`, and
    /// those that carry credentials, such as `authorization`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the time limit for the whole call, retries included. By default one attempt takes up to
    /// [`request_timeout`](crate::ClientBuilder::request_timeout), and all of them together up to the
    /// [`WaitPolicy`](crate::WaitPolicy)'s deadline.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Sets the largest response body, in bytes after decoding. Defaults to 4 MiB.
    pub fn max_bytes(mut self, most: usize) -> Self {
        self.max_bytes = most;
        self
    }

    /// Sets the maximum number of attempts, at least 1, in place of the
    /// [`RetryPolicy`](crate::RetryPolicy)'s.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    pub(crate) fn sends_key(&self) -> bool {
        self.with_key
    }

    /// Whether the request counts toward the rate limit of reads. What lies beside the API has limits
    /// of its own, which must not hold back polls.
    pub(crate) fn is_limited(&self) -> bool {
        matches!(self.target, Target::BelowBase(_))
    }

    pub(crate) fn time_limit(&self) -> Option<Duration> {
        self.timeout
    }

    pub(crate) fn size_limit(&self) -> usize {
        self.max_bytes
    }

    pub(crate) fn max_attempts(&self) -> Option<u32> {
        self.attempts
    }

    /// Everything that the program has put into the URL and the headers.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let (Target::BelowBase(text) | Target::AtOrigin(text) | Target::Elsewhere(text)) =
            &self.target;
        let headers = self.headers.iter().flat_map(|(name, value)| [name, value]);
        std::iter::once(text).chain(headers).map(String::as_str)
    }

    /// The URL, for a client with this base URL.
    pub(crate) fn url(&self, base: &Url) -> Result<Url, Error> {
        match &self.target {
            Target::BelowBase(path) => joined(base, base.path().trim_end_matches('/'), path),
            Target::AtOrigin(path) => joined(base, "", path),
            Target::Elsewhere(url) => absolute(url).map_err(Error::InvalidRequest),
        }
    }

    /// The headers.
    pub(crate) fn header_map(&self) -> Result<HeaderMap, Error> {
        self.headers().map_err(Error::InvalidRequest)
    }

    fn headers(&self) -> Result<HeaderMap, Detail> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let unnamed =
                || detail!(HeaderName, "the header {name:?} is not a header's name", name = name);
            let known = HeaderName::try_from(name).map_err(|_| unnamed())?;
            if RESERVED.contains(&known) {
                return Err(detail!(
                    HeaderReserved,
                    "the header {name:?} cannot be set: the client sets it where it is needed",
                    name = name
                ));
            }
            let misfit = || {
                detail!(
                    HeaderValue,
                    "the header {name:?} has a value that does not fit into a header",
                    name = name
                )
            };
            map.append(known, HeaderValue::try_from(value).map_err(|_| misfit())?);
        }
        Ok(map)
    }
}

/// The URL of a path and its query behind a prefix, at the origin of `base`.
fn joined(base: &Url, prefix: &str, path: &str) -> Result<Url, Error> {
    let (segments, query) = match path.split_once('?') {
        Some((segments, query)) => (segments, Some(query)),
        None => (path, None),
    };
    check_path(path, segments, query).map_err(Error::InvalidRequest)?;
    let mut url = base.clone();
    url.set_path(&format!("{prefix}{segments}"));
    url.set_query(query);
    Ok(url)
}

/// Refuses a path that could lead elsewhere, or that is not written as RFC 3986 has it.
fn check_path(path: &str, segments: &str, query: Option<&str>) -> Result<(), Detail> {
    if !segments.starts_with('/') {
        return Err(detail!(
            PathStart,
            "the path {path:?} does not start with /; for a whole URL use RawRequest::elsewhere",
            path = path
        ));
    }
    if segments.contains("//") {
        return Err(detail!(
            PathSlashes,
            "the path {path:?} contains //, which can name another host",
            path = path
        ));
    }
    // RFC 3986, section 3.3, without `@`.
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._~%!$&'()*+,;=:/".contains(c);
    if let Some(c) = segments.chars().find(|c| !fits(*c)) {
        return Err(detail!(
            PathCharacter,
            "the path {path:?} contains {character:?}; percent-encode it",
            path = path,
            character = c
        ));
    }
    // RFC 3986, section 3.4.
    if let Some(c) = query.and_then(|query| query.chars().find(|c| !fits(*c) && !"@?".contains(*c)))
    {
        return Err(detail!(
            PathQueryCharacter,
            "the path {path:?} contains {character:?} in its query; percent-encode it",
            path = path,
            character = c
        ));
    }
    for segment in segments.split('/') {
        let decoded = percent_decode_str(segment).collect::<Vec<u8>>();
        if decoded == b"." || decoded == b".." {
            return Err(detail!(
                PathDots,
                "the path {path:?} contains a segment . or .., which leads out of its folder",
                path = path
            ));
        }
        if decoded.iter().any(|byte| matches!(byte, b'/' | b'\\') || byte.is_ascii_control()) {
            return Err(detail!(
                PathEncoded,
                "the path {path:?} contains an encoded /, \\ or control character",
                path = path
            ));
        }
    }
    Ok(())
}

fn absolute(text: &str) -> Result<Url, Detail> {
    let relative = || detail!(UrlNotAbsolute, "the URL {url:?} is not absolute", url = text);
    let url = Url::parse(text).map_err(|_| relative())?;
    if !url.username().is_empty() || url.password().is_some() {
        // Not shown: the password is in it.
        return Err(detail!(UrlUser, "the URL contains a user name or password; leave them out"));
    }
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(detail!(UrlScheme, "the URL {url:?} is neither http nor https", url = text));
    }
    Ok(url)
}
