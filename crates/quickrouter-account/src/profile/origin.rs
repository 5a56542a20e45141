//! [`Origin`]: the scheme, host and port that a key belongs to.

use std::fmt;

use quickrouter::catalog::routes::origin::NOT_FAMILY;
use url::Url;

use crate::error::AccountError;
use crate::error::reason::Reason;

/// A scheme, host and port (RFC 6454). A default port equals none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    text: String,
    host: String,
}

impl Origin {
    /// The origin of a base URL.
    ///
    /// # Errors
    /// [`AccountError::BaseUrlInvalid`] if it is not an absolute http or https URL.
    pub fn of(base_url: &str) -> Result<Self, AccountError> {
        let invalid = |why| AccountError::BaseUrlInvalid { base_url: without_user(base_url), why };
        let text = base_url.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let url = Url::parse(text).map_err(|_| invalid(Reason::NotAUrl))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid(Reason::NotHttp));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid(Reason::HasUser));
        }
        let host = url.host_str().ok_or_else(|| invalid(Reason::NotAUrl))?.to_owned();
        Ok(Self { text: url.origin().ascii_serialization(), host })
    }

    /// The host, in lower case.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// As text, such as `https://api.example.com:8443`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is Replicate itself.
    pub fn is_replicate(&self) -> bool {
        let host = self.host.trim_end_matches('.');
        let is_below = |rest: &str| rest.is_empty() || rest.ends_with('.');
        NOT_FAMILY.iter().any(|other| host.strip_suffix(other).is_some_and(is_below))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The URL without its user name and password, for a message.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("//") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}//[redacted]{}", &rest[at..]),
        None => url.to_owned(),
    }
}
