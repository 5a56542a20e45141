//! [`Window`]: which predictions are recent enough to be the result of a create.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

use crate::model::date::date_of;
use crate::model::prediction::Prediction;

/// Maximum lag of the clock behind `created_at` relative to the one behind `Date`.
pub(crate) const MAX_CLOCK_SKEW: Duration = Duration::from_secs(1);

/// The earliest time at which a prediction may have been created, by a page of the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    earliest: Option<SystemTime>,
    dated: bool,
}

/// Where the creation of a prediction lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Inside,
    Before,
    Unknown,
}

impl Window {
    /// The window that begins `age` before the response with these headers was sent, by the clock
    /// of the gateway.
    pub(crate) fn of(headers: &HeaderMap, age: Duration) -> Self {
        let date = date_of(headers);
        let earliest = date.and_then(|now| now.checked_sub(age.saturating_add(MAX_CLOCK_SKEW)));
        Self { earliest, dated: earliest.is_some() }
    }

    /// Extends the window back to a time by the clock of this machine.
    pub(crate) fn extended_to(self, since: SystemTime) -> Self {
        let earliest = self.earliest.map_or(since, |earliest| earliest.min(since));
        Self { earliest: Some(earliest), ..self }
    }

    /// Whether the clock of the gateway is known.
    pub(crate) fn is_dated(self) -> bool {
        self.dated
    }

    pub(crate) fn place(self, prediction: &Prediction) -> Place {
        match (self.earliest, prediction.created()) {
            (Some(earliest), Some(created)) if created >= earliest => Place::Inside,
            (Some(_), Some(_)) => Place::Before,
            _ => Place::Unknown,
        }
    }
}
