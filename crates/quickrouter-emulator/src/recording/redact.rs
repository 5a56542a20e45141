//! Removes keys, signatures and account names from what is recorded, and lists what was removed.

use crate::recording::format::{Removed, RemovedKind, UPLOAD};
use crate::recording::scrub::{Place, scrub};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Stands for a key.
const KEY: &str = "[key removed]";

/// Fields of a prediction that name an account, or tell how it is used.
const ACCOUNT: [&str; 16] = [
    "source",
    "deployment",
    "user",
    "username",
    "user_name",
    "user_id",
    "account",
    "account_id",
    "account_name",
    "owner",
    "organization",
    "org",
    "team",
    "created_by",
    "email",
    "token",
];

/// Fields of a prediction that hold a webhook's URL, or belong to one.
const WEBHOOK: [&str; 4] =
    ["webhook", "webhook_completed", "webhook_events_filter", "webhook_secret"];

/// What is removed from one recording.
pub(crate) struct Redaction<'a> {
    keys: &'a [SecretString],
    /// The digest of the uploaded file that a text is the URL of.
    uploads: &'a dyn Fn(&str) -> Option<String>,
    removed: BTreeSet<Removed>,
}

impl<'a> Redaction<'a> {
    pub(crate) fn new(
        keys: &'a [SecretString],
        uploads: &'a dyn Fn(&str) -> Option<String>,
    ) -> Self {
        Self { keys, uploads, removed: BTreeSet::new() }
    }

    /// Notes that something is not in the recording.
    pub(crate) fn note(&mut self, at: impl Into<String>, what: RemovedKind) {
        self.removed.insert(Removed { at: at.into(), what });
    }

    /// All that was removed, in the order of its places.
    pub(crate) fn into_removed(self) -> Vec<Removed> {
        self.removed.into_iter().collect()
    }

    /// A text without what its place may not have, and what that was.
    pub(crate) fn text(&self, text: &str, place: Place) -> (String, BTreeSet<RemovedKind>) {
        let mut found = BTreeSet::new();
        // Exact keys first: what is left of one that is part of a URL is that URL's.
        let mut clean = text.to_owned();
        for key in self.keys {
            let key = key.expose_secret();
            if !key.is_empty() && clean.contains(key) {
                clean = clean.replace(key, KEY);
                found.insert(RemovedKind::Key);
            }
        }
        let clean = scrub(&clean, place, &mut found).into_owned();
        (clean, found)
    }

    /// Redacts a text at this place of the recording.
    pub(crate) fn text_at(&mut self, text: &mut String, place: Place, at: &str) {
        let (clean, found) = self.text(text, place);
        for what in found {
            self.note(at, what);
        }
        *text = clean;
    }

    /// Redacts all texts of a value, and the names in it.
    pub(crate) fn value(&mut self, value: &mut Value, place: Place, at: &str) {
        match value {
            Value::String(text) => {
                let upload = (self.uploads)(text).filter(|_| place == Place::Input);
                match upload {
                    Some(sha256) => {
                        self.note(at, RemovedKind::UploadUrl);
                        *value = json!({UPLOAD: format!("sha256:{sha256}")});
                    }
                    None => self.text_at(text, place, at),
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.value(item, place, &format!("{at}/{index}"));
                }
            }
            Value::Object(items) => self.object(items, place, at),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Redacts an object: its names and its values.
    pub(crate) fn object(&mut self, object: &mut Map<String, Value>, place: Place, at: &str) {
        let mut clean = Map::new();
        for (mut name, mut item) in std::mem::take(object) {
            self.text_at(&mut name, place, at);
            self.value(&mut item, place, &format!("{at}/{}", escaped(&name)));
            clean.insert(name, item);
        }
        *object = clean;
    }

    /// Redacts the state of a prediction, all but its output.
    pub(crate) fn prediction(&mut self, prediction: &mut Map<String, Value>) {
        const AT: &str = "/prediction";
        if prediction.shift_remove("urls").is_some() {
            self.note("/prediction/urls", RemovedKind::Urls);
        }
        let fields = ACCOUNT.iter().map(|name| (name, RemovedKind::Account));
        let fields = fields.chain(WEBHOOK.iter().map(|name| (name, RemovedKind::Webhook)));
        for (name, what) in fields {
            // Null says nothing.
            if prediction.shift_remove(*name).is_some_and(|value| !value.is_null()) {
                self.note(format!("{AT}/{name}"), what);
            }
        }
        let output = prediction.shift_remove("output");
        let mut input = prediction.shift_remove("input");
        if let Some(input) = &mut input {
            self.value(input, Place::Input, "/prediction/input");
        }
        self.object(prediction, Place::Elsewhere, AT);
        let back = [("input", input), ("output", output)];
        for (name, value) in back {
            if let Some(value) = value {
                prediction.insert(name.to_owned(), value);
            }
        }
    }
}

/// A name as it stands in a JSON pointer (RFC 6901, section 3).
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
