//! What a recorder reports while it runs, for whoever pays for it.

use std::fmt;
use std::path::PathBuf;

/// Something that whoever pays for a recorder has to know.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Notice {
    /// A create is being sent to the gateway, which bills it.
    Creating {
        /// What is run.
        target: String,
        /// How many creates were sent before, by this recorder.
        before: u64,
    },
    /// A prediction was recorded.
    Recorded {
        /// The recording.
        path: PathBuf,
        /// How many files are beside it.
        files: usize,
    },
    /// A recording cannot be replayed.
    Incomplete {
        /// The recording.
        path: PathBuf,
        /// Why.
        why: Vec<String>,
    },
    /// It is unknown what became of a create.
    Unknown {
        /// Its number, by which it can be allowed again.
        number: u64,
        /// What happened, and what to do.
        detail: String,
    },
    /// The prediction of a create of unknown outcome was found.
    Recovered {
        /// The number of the create.
        number: u64,
        /// The id of its prediction.
        prediction: String,
    },
    /// Something could not be written or read.
    Trouble(String),
}

impl Notice {
    /// Whether it needs attention: something is lost, or may be paid for twice.
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::Incomplete { .. } | Self::Unknown { .. } | Self::Trouble(_))
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Creating { target, before } => {
                write!(f, "create {} is sent to the gateway, which bills it: {target}", before + 1)
            }
            Self::Recorded { path, files } => {
                let plural = if *files == 1 { "" } else { "s" };
                write!(f, "recorded {} and {files} file{plural}", path.display())
            }
            Self::Incomplete { path, why } => {
                write!(f, "{} cannot be replayed: {}", path.display(), why.join("; "))
            }
            Self::Unknown { detail, .. } => f.write_str(detail),
            Self::Recovered { number, prediction } => {
                write!(f, "create {number} was found at the gateway: prediction {prediction}")
            }
            Self::Trouble(what) => f.write_str(what),
        }
    }
}
