//! [`DeliveryError`]: why a webhook delivery is rejected.

use std::fmt;
use std::time::Duration;

use crate::detail::Detail;
use crate::text::printable::printable;

/// Why a webhook delivery is rejected. Except for [`NotAPrediction`](Self::NotAPrediction), nothing
/// in it can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryError {
    /// A header is missing.
    #[non_exhaustive]
    MissingHeader {
        /// Its name.
        name: &'static str,
    },
    /// A header is malformed.
    #[non_exhaustive]
    BadHeader {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        reason: Detail,
    },
    /// The timestamp is too far from this machine's clock.
    #[non_exhaustive]
    TimestampOff {
        /// The difference.
        off: Duration,
        /// Whether it is ahead of the clock instead of behind.
        ahead: bool,
        /// The allowed difference.
        tolerance: Duration,
    },
    /// No signature matches.
    #[non_exhaustive]
    NoSignatureFits {
        /// The number of signatures tried.
        tried: usize,
        /// The number of signatures of an unknown version, which were skipped.
        unknown: usize,
    },
    /// A signature matches, but the body is not a prediction.
    #[non_exhaustive]
    NotAPrediction {
        /// Why it is not.
        reason: Detail,
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
                // Rounded up, so that it never equals the tolerance.
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
                    printable(reason.as_str())
                )?;
                f.write_str("; check what else uses this secret")
            }
        }
    }
}

impl std::error::Error for DeliveryError {}
