//! What a reverse proxy in front says of the URL that its caller used: the headers `X-Forwarded-Proto`
//! and `X-Forwarded-Host` (<https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers#proxies>),
//! `X-Forwarded-Port`, which AWS's load balancers set, and `X-Forwarded-Prefix`, which Traefik sets
//! where it strips a prefix. Of several values the first is meant: that of the proxy nearest to the
//! caller.

use http::HeaderMap;
use http::uri::Authority;

/// The longest host and the longest prefix that are taken: each stands in every URL of a response.
const LONGEST: usize = 255;

/// The origin, and the path in front, of the URLs that the caller knows. `host` is that of the request
/// itself. Malformed values are ignored.
pub(super) fn base(headers: &HeaderMap, host: &Authority) -> String {
    let https =
        value(headers, "x-forwarded-proto").filter(|proto| proto.eq_ignore_ascii_case("https"));
    let scheme = if https.is_some() { "https" } else { "http" };
    let named = value(headers, "x-forwarded-host").and_then(authority);
    let host = named.as_ref().unwrap_or(host);
    let port = value(headers, "x-forwarded-port").filter(|_| host.port().is_none());
    let port = port.and_then(|port| port.parse::<u16>().ok());
    let usual = if https.is_some() { 443 } else { 80 };
    let port = port.filter(|port| *port != 0 && *port != usual);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let prefix = value(headers, "x-forwarded-prefix").and_then(prefix).unwrap_or_default();
    format!("{scheme}://{host}{port}{prefix}")
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let first = headers.get(name)?.to_str().ok()?.split(',').next()?.trim();
    (first.len() <= LONGEST).then_some(first)
}

fn authority(text: &str) -> Option<Authority> {
    let authority: Authority = text.parse().ok()?;
    let host = authority.host();
    let port = text == host || authority.port_u16().is_some_and(|port| port != 0);
    (port && !host.is_empty() && !text.contains('@')).then_some(authority)
}

/// A path of plain segments, without the slash at its end.
fn prefix(text: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let dots = |segment: &str| segment == "." || segment == "..";
    let fits = text.starts_with('/') && !text.contains("//") && text.bytes().all(plain);
    (fits && !text.split('/').any(dots)).then(|| text.trim_end_matches('/'))
}
