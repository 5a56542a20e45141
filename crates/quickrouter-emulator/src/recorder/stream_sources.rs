//! Where the streams of predictions are, and what they are called here.

use crate::recorder::randomness::random_hex;
use crate::wire::paths::{fill, prefix};
use quickrouter_api::routes;
use reqwest::Url;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many streams are remembered.
const MAX_STREAMS: usize = 2000;

/// Where the streams of predictions are.
#[derive(Default)]
pub(super) struct Streams {
    known: Mutex<VecDeque<StreamSource>>,
}

struct StreamSource {
    prediction: String,
    /// Its last path segment here; it cannot be guessed, since no key is needed.
    token: String,
    url: Url,
}

impl Streams {
    /// The path of a prediction's stream at the recorder.
    pub(super) fn path(&self, prediction: &str, url: Url) -> Option<String> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let token = match known.iter_mut().find(|known| known.prediction == prediction) {
            Some(source) => {
                source.url = url;
                source.token.clone()
            }
            None => {
                let token = random_hex(16).ok()?;
                if known.len() >= MAX_STREAMS {
                    known.pop_front();
                }
                let prediction = prediction.to_owned();
                known.push_back(StreamSource { prediction, token: token.clone(), url });
                token
            }
        };
        Some(format!("{}{}", prefix(), fill(routes::STREAM_PREDICTION.path, &[&token])))
    }

    pub(super) fn url(&self, token: &str) -> Option<Url> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|known| known.token == token).map(|known| known.url.clone())
    }
}
