//! The key: the header it goes out in, and its way out of what comes in.

use bytes::Bytes;
use memchr::memmem::Finder;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::redact::REDACTED;
use crate::transport::{Fail, Kind};

/// Shorter keys might be found in ordinary words.
const SHORTEST_FOUND: usize = 8;

/// A key, with what every request needs of it made once.
pub(super) struct ApiKey {
    secret: SecretString,
    /// None where the key does not fit into a header.
    header: Option<HeaderValue>,
    /// None where the key is too short to be looked for.
    finder: Option<Finder<'static>>,
    /// The beginnings of the escapes of JSON that stand for characters of this key, which are taken
    /// for printable ASCII.
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
    pub(super) fn header(&self) -> Result<HeaderValue, Fail> {
        let unfit = || Fail::new(Kind::NotSent, "the key does not fit into a header");
        self.header.clone().ok_or_else(unfit)
    }

    /// The key as it is looked for in an answer; nothing where it is too short for that.
    pub(super) fn findable(&self) -> Option<&SecretString> {
        self.finder.as_ref().map(|_| &self.secret)
    }

    /// A body without the key. Some servers repeat it in what they answer ("incorrect key: ..."),
    /// and from here on bodies go into errors, logs and files.
    pub(super) fn taken_out_of(&self, body: Bytes) -> Bytes {
        let (Some(finder), key) = (&self.finder, self.secret.expose_secret()) else { return body };
        let body = match finder.find(&body) {
            Some(_) => Bytes::from(String::from_utf8_lossy(&body).replace(key, REDACTED)),
            None => body,
        };
        // An escape in the place of a character of the key is gone where the text is read.
        if self.escapes.iter().all(|escape| escape.find(&body).is_none()) {
            return body;
        }
        let Ok(mut json) = serde_json::from_slice(&body) else { return body };
        if hide_in(&mut json, key) { Bytes::from(json.to_string()) } else { body }
    }

    /// Hides the whole of a header's value that repeats the key.
    pub(super) fn hide_in_header(&self, value: &mut HeaderValue) {
        if self.finder.as_ref().is_some_and(|finder| finder.find(value.as_bytes()).is_some()) {
            *value = HeaderValue::from_static(REDACTED);
        }
    }
}

/// Takes the key out of all texts and names of a JSON value; whether there was one.
fn hide_in(json: &mut Value, key: &str) -> bool {
    match json {
        Value::String(text) => {
            let found = text.contains(key);
            if found {
                *text = text.replace(key, REDACTED);
            }
            found
        }
        Value::Array(list) => list.iter_mut().fold(false, |any, item| hide_in(item, key) | any),
        Value::Object(map) => {
            let mut any = map.keys().any(|name| name.contains(key));
            if any {
                let named = |(name, item): (String, Value)| (name.replace(key, REDACTED), item);
                *map = std::mem::take(map).into_iter().map(named).collect();
            }
            for item in map.values_mut() {
                any |= hide_in(item, key);
            }
            any
        }
        _ => false,
    }
}
