//! [`Event`]: one line of the state file.

use std::path::PathBuf;
use std::time::SystemTime;

use quickrouter_account::Amount;
use serde::{Deserialize, Serialize};

use crate::budget::Reservation;
use crate::store::{Change, NewRequest};

/// The version of the format.
pub(super) const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Header {
    /// The format's version.
    pub(super) quickrouter_mcp: u32,
    /// The gateway's origin, whose predictions and money the file is about.
    pub(super) gateway: String,
}

/// Every other line.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Event {
    pub(super) request_id: String,
    #[serde(flatten)]
    pub(super) what: What,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum What {
    Armed {
        at: jiff::Timestamp,
        by: String,
        model: String,
        pictures: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        cost_micros: Option<i64>,
        fingerprint: String,
    },
    Created {
        id: String,
    },
    Ended {
        status: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        seed: Option<i64>,
        files: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<String>,
    },
    Released,
    Unknown,
    Counted {
        pictures: u64,
    },
}

impl Event {
    pub(super) fn armed(request: &NewRequest, by: &str, at: SystemTime) -> Self {
        let what = What::Armed {
            at: jiff::Timestamp::try_from(at).unwrap_or(jiff::Timestamp::MAX),
            by: by.to_owned(),
            model: request.model.clone(),
            pictures: request.reservation.pictures,
            cost_micros: request.reservation.cost.map(Amount::micros),
            fingerprint: request.fingerprint.clone(),
        };
        Self { request_id: request.request_id.clone(), what }
    }

    pub(super) fn changed(request_id: &str, change: Change) -> Self {
        let what = match change {
            Change::Created { id } => What::Created { id },
            Change::Ended { status, seed, files, failure } => {
                let shown = |path: PathBuf| path.to_string_lossy().into_owned();
                let files = files.into_iter().map(shown).collect();
                What::Ended { status, seed, files, failure }
            }
            Change::Released => What::Released,
            Change::Unknown => What::Unknown,
            Change::Counted { pictures } => What::Counted { pictures },
        };
        Self { request_id: request_id.to_owned(), what }
    }
}

/// What an `armed` line reserves.
pub(super) fn reservation(pictures: u64, cost_micros: Option<i64>) -> Reservation {
    Reservation { pictures, cost: cost_micros.map(Amount::from_micros) }
}
