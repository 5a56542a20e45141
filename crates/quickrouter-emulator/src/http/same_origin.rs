//! Guards against other sites: only the emulator's own page may change things by way of a browser.

use crate::wire::problem::Problem;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use std::net::IpAddr;

/// Whether a request may change something. A program that is not a browser sends no origin, and may
/// reach the emulator by any name.
///
/// # Errors
/// The request comes from a browser by way of another site, or of a host name that another site may
/// have pointed at this machine.
pub(crate) fn change(headers: &HeaderMap) -> Result<(), Problem> {
    let browser = headers.contains_key(header::ORIGIN) || headers.contains_key(FETCH_SITE);
    if !browser {
        return Ok(());
    }
    own_host(headers)?;
    same_origin(headers)
}

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Any site can point its own name at 127.0.0.1 (DNS rebinding), and its script would then read the
/// page as its own. It cannot do so with an address or with `localhost`.
pub(crate) fn own_host(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(host) = headers.get(header::HOST) else { return Ok(()) };
    let authority = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    let own = authority.is_some_and(|authority| {
        let name = authority.host();
        let address = name.trim_start_matches('[').trim_end_matches(']');
        !authority.as_str().contains('@')
            && (name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok())
    });
    if own {
        return Ok(());
    }
    let detail = "This server answers only to localhost and to IP addresses, not to other names, \
                  which any site can let point here.";
    Err(Problem::new(StatusCode::FORBIDDEN, "Foreign host", detail))
}

pub(crate) fn same_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &HeaderName| headers.get(name).map(HeaderValue::as_bytes);
    let site = text(&FETCH_SITE).is_none_or(|site| site == b"same-origin" || site == b"none");
    let host = text(&header::HOST);
    let origin = text(&header::ORIGIN).is_none_or(|origin| {
        let named = origin.strip_prefix(b"http://").or_else(|| origin.strip_prefix(b"https://"));
        named.zip(host).is_some_and(|(named, host)| named.eq_ignore_ascii_case(host))
    });
    if site && origin {
        return Ok(());
    }
    let detail = "Only this server's own page may change something here, not that of another site.";
    Err(Problem::new(StatusCode::FORBIDDEN, "Cross-site request", detail))
}
