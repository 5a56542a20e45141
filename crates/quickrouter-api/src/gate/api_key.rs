//! The API key: the header that carries it, and its redaction in responses.

use bytes::Bytes;
use memchr::memmem::Finder;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::redact::REDACTED;
use crate::transport::{TransportError, TransportErrorKind};

/// Shorter keys could match ordinary words.
const SHORTEST_FOUND: usize = 8;

/// A key, with everything that requests need of it prepared once.
pub(super) struct ApiKey {
    secret: SecretString,
    /// `None` if the key does not fit into a header.
    header: Option<HeaderValue>,
    /// `None` if the key is too short to search for.
    finder: Option<Finder<'static>>,
    /// The beginnings of the JSON escapes that can stand for this key's characters, assumed to be
    /// printable ASCII.
    escapes: Vec<Finder<'static>>,
}

impl ApiKey {
    pub(super) fn new(secret: SecretString) -> Self {
        let text = secret.expose_secret();
        let mut header = HeaderValue::try_from(format!("Bearer {text}")).ok();
        if let Some(header) = &mut header {
            header.set_sensitive(true);
        }
        let findable = text.len() >= SHORTEST_FOUND;
        let finder = findable.then(|| Finder::new(text).into_owned());
        let of_its_own = [('/', r"\/"), ('"', r#"\""#), ('\\', r"\\")];
        let of_its_own = of_its_own.iter().filter(|(own, _)| text.contains(*own));
        let escapes = std::iter::once(r"\u00").chain(of_its_own.map(|(_, escape)| *escape));
        let escapes = escapes.map(Finder::new).collect();
        Self { secret, header, finder, escapes }
    }

    /// The value of `Authorization`.
    pub(super) fn header(&self) -> Result<HeaderValue, TransportError> {
        let unfit = || {
            TransportError::new(TransportErrorKind::NotSent, "the key does not fit into a header")
        };
        self.header.clone().ok_or_else(unfit)
    }

    /// The key, if it is long enough to search for in a response.
    pub(super) fn findable(&self) -> Option<&SecretString> {
        self.finder.as_ref().map(|_| &self.secret)
    }

    /// Whether a text contains the key.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        self.finder.as_ref().is_some_and(|finder| finder.find(text).is_some())
    }

    /// Redacts the key in a body. Some servers repeat it ("incorrect key: ..."), and bodies go into
    /// errors, logs and files.
    pub(super) fn redact_body(&self, body: Bytes) -> Bytes {
        let (Some(finder), key) = (&self.finder, self.secret.expose_secret()) else { return body };
        let body = match finder.find(&body) {
            Some(_) => Bytes::from(String::from_utf8_lossy(&body).replace(key, REDACTED)),
            None => body,
        };
        // A parser would turn an escape back into a character of the key.
        if self.escapes.iter().all(|escape| escape.find(&body).is_none()) {
            return body;
        }
        let Ok(mut json) = serde_json::from_slice(&body) else { return body };
        if redact_json(&mut json, key) { Bytes::from(json.to_string()) } else { body }
    }

    /// Redacts a header's whole value if it repeats the key.
    pub(super) fn redact_header(&self, value: &mut HeaderValue) {
        if self.is_in(value.as_bytes()) {
            *value = HeaderValue::from_static(REDACTED);
        }
    }
}

/// Redacts the key in all strings and names of a JSON value. Returns whether it occurred.
fn redact_json(json: &mut Value, key: &str) -> bool {
    match json {
        Value::String(text) => {
            let found = text.contains(key);
            if found {
                *text = text.replace(key, REDACTED);
            }
            found
        }
        Value::Array(list) => list.iter_mut().fold(false, |any, item| redact_json(item, key) | any),
        Value::Object(map) => {
            let mut any = map.keys().any(|name| name.contains(key));
            if any {
                let named = |(name, item): (String, Value)| (name.replace(key, REDACTED), item);
                *map = std::mem::take(map).into_iter().map(named).collect();
            }
            for item in map.values_mut() {
                any |= redact_json(item, key);
            }
            any
        }
        _ => false,
    }
}
