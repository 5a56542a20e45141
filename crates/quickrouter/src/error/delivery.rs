//! Why a delivery is not taken.

use std::fmt;
use std::time::Duration;

use crate::text::printable::printable;

/// Why a delivery is not taken. But for [`NotAPrediction`](Self::NotAPrediction) nothing of it is to
/// be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryError {
    /// A header is missing.
    #[non_exhaustive]
    MissingHeader {
        /// Its name.
        name: &'static str,
    },
    /// A header cannot be read.
    #[non_exhaustive]
    BadHeader {
        /// Its name.
        name: &'static str,
        /// What it is or is not.
        reason: String,
    },
    /// The timestamp is too far from this machine's clock.
    #[non_exhaustive]
    TimestampOff {
        /// How far.
        off: Duration,
        /// Whether it is ahead of the clock, and not behind.
        ahead: bool,
        /// How far it may be.
        tolerance: Duration,
    },
    /// No signature fits.
    #[non_exhaustive]
    NoSignatureFits {
        /// How many were tried.
        tried: usize,
        /// How many are of a version that is not known, and were passed over.
        unknown: usize,
    },
    /// A signature fits, and the body is no prediction.
    #[non_exhaustive]
    NotAPrediction {
        /// Why not.
        reason: String,
    },
}

impl fmt::Display for DeliveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHeader { name } => write!(
                f,
                "header {name} is missing; check that the delivery comes from the gateway, and \
                 that proxies in front of this server pass the header on"
            ),
            Self::BadHeader { name, reason } => {
                write!(f, "header {name} {reason}; check that the delivery comes from the gateway")
            }
            Self::TimestampOff { off, ahead, tolerance } => {
                // Rounded up, so that it is never told as the very tolerance.
                let off = off.saturating_add(Duration::from_nanos(999_999_999)).as_secs();
                let off = humantime::format_duration(Duration::from_secs(off));
                let tolerance = humantime::format_duration(*tolerance);
                let side = if *ahead { "ahead of" } else { "behind" };
                write!(
                    f,
                    "its webhook-timestamp is {off} {side} this machine's clock, more than the \
                     {tolerance} allowed; it may be a replay: check the clock"
                )
            }
            Self::NoSignatureFits { tried, unknown } => {
                match tried {
                    0 => write!(f, "it has no signature of a known version")?,
                    1 => write!(f, "its signature does not match")?,
                    many => write!(f, "none of its {many} signatures matches")?,
                }
                if *unknown > 0 {
                    write!(f, " ({unknown} of an unknown version)")?;
                }
                f.write_str(
                    "; check the webhook secret, and that the body is passed on unchanged, byte by byte",
                )
            }
            Self::NotAPrediction { reason } => {
                write!(
                    f,
                    "its signature matches, but the body is not a prediction: {}",
                    printable(reason)
                )?;
                f.write_str("; check what else uses this secret")
            }
        }
    }
}

impl std::error::Error for DeliveryError {}
