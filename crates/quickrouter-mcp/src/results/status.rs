//! [`ReportStatus`]: how far a prediction is, as it is returned.

use quickrouter::Status;
use serde::{Serialize, Serializer};

/// A status of the service, or what stands for one where there is no prediction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum ReportStatus {
    /// Nothing is sent.
    DryRun,
    /// The gateway has not answered the create.
    #[default]
    Creating,
    /// The prediction's own.
    Of(Status),
}

impl ReportStatus {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::DryRun => "dry_run",
            Self::Creating => "creating",
            Self::Of(status) => status.as_str(),
        }
    }
}

impl From<&str> for ReportStatus {
    /// The status of a prediction, by a word of the gateway.
    fn from(word: &str) -> Self {
        Self::Of(Status::from(word))
    }
}

impl Serialize for ReportStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
