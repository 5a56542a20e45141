//! A prediction's id.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::invalid_id::InvalidId;

/// A prediction's id.
///
/// Any string except the empty one, `.` and `..`, which would be paths.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct PredictionId(String);

impl PredictionId {
    /// Creates an id from its printed or stored form.
    ///
    /// # Errors
    /// [`InvalidId`] if the string is empty, `.` or `..`.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidId> {
        let id = id.into();
        Self::accept(&id).ok_or_else(|| InvalidId::of_prediction(id))
    }

    pub(crate) fn accept(id: &str) -> Option<Self> {
        let fits = !matches!(id, "" | "." | "..");
        fits.then(|| Self(id.to_owned()))
    }

    /// Returns the id as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PredictionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for PredictionId {
    type Err = InvalidId;

    fn from_str(id: &str) -> Result<Self, InvalidId> {
        Self::new(id)
    }
}

impl TryFrom<String> for PredictionId {
    type Error = InvalidId;

    fn try_from(id: String) -> Result<Self, InvalidId> {
        Self::new(id)
    }
}
