//! URLs in responses: those of the API point at the recorder, since only it has the gateway's key.

use crate::recorder::session::Session;
use crate::recorder::streams;
use crate::wire::paths::fill;
use quickrouter_api::{Route, routes};
use reqwest::Url;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Where a listing continues.
const PAGES: [&str; 2] = ["next", "previous"];
/// These hold what users sent and models made.
const CONTENT: [&str; 2] = ["input", "output"];

/// Lets the URLs of a response point at the recorder. `below` is the path of the request below the
/// base URL.
pub(super) fn point_here(session: &Session, response: &mut Value, below: &str) {
    if let Value::Object(page) = response {
        for name in PAGES {
            if let Some(Value::String(url)) = page.get(name) {
                let here = page_url(session, url, below);
                page.insert(name.to_owned(), here.into());
            }
        }
    }
    point_objects(session, response);
}

/// The page of a listing at the recorder: only the query is the gateway's.
fn page_url(session: &Session, url: &str, below: &str) -> Option<String> {
    let relative = Url::parse(session.upstream.base()).ok()?;
    let url = Url::options().base_url(Some(&relative)).parse(url).ok()?;
    let path = below.split('?').next().unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{path}{query}", session.base()))
}

fn point_objects(session: &Session, value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| point_objects(session, item)),
        Value::Object(object) => {
            if let Some(Value::Object(urls)) = object.get("urls") {
                let here = own_urls(session, object, urls);
                object.insert("urls".to_owned(), here.into());
            }
            let inner = object.iter_mut().filter(|(name, _)| !CONTENT.contains(&name.as_str()));
            inner.for_each(|(_, item)| point_objects(session, item));
        }
        _ => {}
    }
}

/// The `urls` of a prediction or a file. What the recorder has no route for is left out, such as the
/// page for people.
fn own_urls(
    session: &Session,
    object: &Map<String, Value>,
    urls: &Map<String, Value>,
) -> Map<String, Value> {
    let id = object.get("id").and_then(Value::as_str).unwrap_or_default();
    let mut here = Map::new();
    if id.is_empty() {
        return here;
    }
    let is_prediction = object.get("status").is_some_and(Value::is_string);
    let mut put = |name: &str, route: &Route| {
        if urls.contains_key(name) {
            here.insert(name.to_owned(), own_url(session, route, id).into());
        }
    };
    if !is_prediction {
        put("get", &routes::GET_FILE);
        return here;
    }
    put("get", &routes::GET_PREDICTION);
    put("cancel", &routes::CANCEL_PREDICTION);
    let stream = urls.get("stream").and_then(Value::as_str);
    if let Some(stream) = stream.and_then(|url| streams::own_url(session, id, url)) {
        here.insert("stream".to_owned(), stream.into());
    }
    here
}

/// The URL of a route at the recorder.
pub(super) fn own_url(session: &Session, route: &Route, id: &str) -> String {
    format!("{}{}", session.base(), fill(route.path, &[&segment(id)]))
}

/// An id from a gateway as one segment of a path, whatever it contains.
pub(super) fn segment(id: &str) -> String {
    id.bytes().fold(String::with_capacity(id.len()), |mut segment, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            let _ = write!(segment, "%{byte:02X}");
        }
        segment
    })
}
