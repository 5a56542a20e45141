//! What all parts of the page share: the language, the time, and how to write links.

use super::language::Language;
use super::words::Phrase;
use crate::state::Shared;
use crate::wire::paths::prefix;
use axum::extract::{FromRequestParts, Query};
use http::header;
use http::request::Parts;
use std::collections::HashMap;
use std::convert::Infallible;
use std::time::SystemTime;

/// How the page is to be shown to whoever asked for it.
pub(super) struct View {
    pub(super) language: Language,
    /// Whether the language was chosen by a link, and so stays in the links.
    chosen: bool,
    /// Path and query, without the language.
    here: String,
    pub(super) now: SystemTime,
    /// The base URL for clients, under the name by which the page was reached.
    pub(super) base_url: String,
    pub(super) query: HashMap<String, String>,
}

impl View {
    pub(super) fn say(&self, words: &Phrase) -> &'static str {
        match self.language {
            Language::English => words.en,
            Language::Chinese => words.zh,
        }
    }

    /// A link of the page, which keeps a language that was chosen.
    pub(super) fn link(&self, path: &str) -> String {
        if self.chosen { with_language(path, self.language) } else { path.to_owned() }
    }

    /// This very page in the other language.
    pub(super) fn in_other_language(&self) -> String {
        with_language(&self.here, self.language.other())
    }

    /// This very page.
    pub(super) fn again(&self) -> String {
        self.link(&self.here)
    }
}

fn with_language(path: &str, language: Language) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}lang={}", language.name())
}

impl FromRequestParts<Shared> for View {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Infallible> {
        let query = Query::<HashMap<String, String>>::try_from_uri(&parts.uri);
        let query = query.map(|Query(query)| query).unwrap_or_default();
        let chosen = query.get("lang").and_then(|name| Language::named(name));
        let kept: Vec<&str> = parts.uri.query().unwrap_or_default().split('&').collect();
        let kept = kept.into_iter().filter(|part| !part.is_empty() && !part.starts_with("lang="));
        let kept = kept.collect::<Vec<_>>().join("&");
        let path = parts.uri.path();
        let here = if kept.is_empty() { path.to_owned() } else { format!("{path}?{kept}") };
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let origin = host.map_or_else(|| state.origin.clone(), |host| format!("http://{host}"));
        Ok(Self {
            language: chosen.unwrap_or_else(|| Language::of(&parts.headers)),
            chosen: chosen.is_some(),
            here,
            now: state.now(),
            base_url: format!("{origin}{}", prefix()),
            query,
        })
    }
}
