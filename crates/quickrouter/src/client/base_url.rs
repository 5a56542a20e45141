//! Parsing and validation of the base URL: the API's address without the part common to all routes.

use quickrouter_api::{BASE_URL, routes};
use url::Url;

use crate::detail::detail;
use crate::error::Error;
use crate::text::pasted::{assigned_name, is_blank, is_quote, trimmed};

/// Parses a base URL. Surrounding white space, a byte order mark and trailing slashes are ignored.
pub(crate) fn parse(text: &str) -> Result<Url, Error> {
    let text = trimmed(text);
    let url = without_user(text);
    if let Some(name) = assigned_name(text) {
        return Err(Error::Configuration(detail!(
            BaseUrlIsAssignment,
            "the base URL {url:?} starts with {name}=; leave that out; the default is {default}",
            url = url,
            name = name,
            default = BASE_URL
        )));
    }
    if text.starts_with(is_quote) || text.ends_with(is_quote) {
        // https://github.com/docker/cli/issues/3630
        return Err(Error::Configuration(detail!(
            BaseUrlInQuotes,
            "the base URL {url:?} is in quotes; leave them out (`docker run --env-file` keeps the quotes of its file); the default is {default}",
            url = url,
            default = BASE_URL
        )));
    }
    // The URL standard drops tabs and line breaks, which would join two lines into one address.
    if text.contains(|c| is_blank(c) || c.is_control()) {
        return Err(Error::Configuration(detail!(
            BaseUrlWhiteSpace,
            "the base URL {url:?} contains white space or an invisible character; the default is {default}",
            url = url,
            default = BASE_URL
        )));
    }
    match Url::parse(text.trim_end_matches('/')) {
        Ok(parsed) => checked(parsed, url),
        Err(_) => Err(Error::Configuration(detail!(
            BaseUrlInvalid,
            "the base URL {url:?} is not a URL; the default is {default}",
            url = url,
            default = BASE_URL
        ))),
    }
}

/// Checks the parts of a base URL; `url` is how messages show it.
fn checked(parsed: Url, url: String) -> Result<Url, Error> {
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host().is_none() {
        return Err(Error::Configuration(detail!(
            BaseUrlScheme,
            "the base URL {url:?} is neither http nor https; the default is {default}",
            url = url,
            default = BASE_URL
        )));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(Error::Configuration(detail!(
            BaseUrlUser,
            "the base URL contains a user name or password; pass the API key on its own"
        )));
    }
    if parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(Error::Configuration(detail!(
            BaseUrlQuery,
            "the base URL {url:?} has a query or a fragment, which a base URL cannot have; the default is {default}",
            url = url,
            default = BASE_URL
        )));
    }
    match without_route(&parsed) {
        Some((base, route)) => Err(Error::Configuration(detail!(
            BaseUrlRoute,
            "the base URL {url:?} ends in {route}, which the client appends; use {base}; the default is {default}",
            url = url,
            route = route,
            base = base,
            default = BASE_URL
        ))),
        None => Ok(parsed),
    }
}

/// Redacts the user name and password, for use in messages.
fn without_user(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("//") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}//[redacted]{}", &rest[at..]),
        None => text.to_owned(),
    }
}

/// Splits a URL that ends in a contract route, or in the beginning of one, into its base and that
/// route as written.
fn without_route(url: &Url) -> Option<(String, String)> {
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let begins_route = |start: &usize| {
        let end = &parts[*start..];
        routes::ALL.iter().any(|route| is_route_prefix(end, route.path))
    };
    let start = (0..parts.len()).find(begins_route)?;
    let mut base = url.clone();
    base.set_path(&parts[..start].join("/"));
    let base = base.as_str().trim_end_matches('/').to_owned();
    Some((base, format!("/{}", parts[start..].join("/"))))
}

/// Whether `parts` begin the route `path`. Case is ignored; a path parameter matches anything.
fn is_route_prefix(parts: &[&str], path: &str) -> bool {
    let route: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let fits =
        |(part, known): (&&str, &&str)| known.starts_with('{') || part.eq_ignore_ascii_case(known);
    parts.len() <= route.len() && parts.iter().zip(&route).all(fits)
}
