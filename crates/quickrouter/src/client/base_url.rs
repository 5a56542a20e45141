//! The base URL: where the API is, without the part that every route begins with.

use quickrouter_api::{BASE_URL, routes};
use url::Url;

use crate::error::Error;
use crate::text::pasted::{assigned_name, is_blank, is_quote, trimmed};

/// Reads a base URL. White space and a byte order mark around it, and slashes at its end, make no
/// difference.
pub(crate) fn parse(text: &str) -> Result<Url, Error> {
    let text = trimmed(text);
    let wrong = |why: &str| {
        let shown = without_user(text);
        Error::Configuration(format!("the base URL {shown:?} {why}; the default is {BASE_URL}"))
    };
    if let Some(name) = assigned_name(text) {
        return Err(wrong(&format!("begins with {name}=; leave that out")));
    }
    if text.starts_with(is_quote) || text.ends_with(is_quote) {
        // https://github.com/docker/cli/issues/3630
        let why =
            "is in quotes; leave them out (`docker run --env-file` keeps the quotes of its file)";
        return Err(wrong(why));
    }
    // The URL standard drops tabs and line breaks, so two lines would become one address.
    if text.contains(|c| is_blank(c) || c.is_control()) {
        return Err(wrong("has white space or an invisible character in it"));
    }
    let url = Url::parse(text.trim_end_matches('/')).map_err(|_| wrong("is not a URL"))?;
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
    match without_route(&url) {
        Some((base, route)) => {
            Err(wrong(&format!("ends in {route}, which is added to it; use {base}")))
        }
        None => Ok(url),
    }
}

/// A text for a message, without a user name and a password.
fn without_user(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("//") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}//[redacted]{}", &rest[at..]),
        None => text.to_owned(),
    }
}

/// The base of a URL that ends in a route of the contract or in the beginning of one, and that
/// route as it is written in the URL.
fn without_route(url: &Url) -> Option<(String, String)> {
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let begins_route = |start: &usize| {
        let end = &parts[*start..];
        routes::ALL.iter().any(|route| is_beginning(end, route.path))
    };
    let start = (0..parts.len()).find(begins_route)?;
    let mut base = url.clone();
    base.set_path(&parts[..start].join("/"));
    let base = base.as_str().trim_end_matches('/').to_owned();
    Some((base, format!("/{}", parts[start..].join("/"))))
}

/// Whether these are the first parts of a route's path, in upper or lower case; a parameter is any.
fn is_beginning(parts: &[&str], path: &str) -> bool {
    let route: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let fits =
        |(part, known): (&&str, &&str)| known.starts_with('{') || part.eq_ignore_ascii_case(known);
    parts.len() <= route.len() && parts.iter().zip(&route).all(fits)
}
