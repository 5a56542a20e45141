//! What can go wrong while an emulator is started or runs.

use std::net::SocketAddr;
use std::time::Duration;

/// Why an emulator did not start, or ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be listened on; another program may have the port.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The time scale is off its limits.
    #[error("the time scale must be 0, or a number from {low} to {high}, is {scale}")]
    TimeScale {
        /// The scale that was asked for.
        scale: f64,
        /// The smallest.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// A range of times is the wrong way round, or reaches beyond the contract's hard stop.
    #[error(
        "the {name} must be a range from a shorter to a longer time, at most {longest:?}, \
         is {low:?} to {high:?}"
    )]
    Range {
        /// Which one: `queue` or `tail`.
        name: &'static str,
        /// Where the range that was asked for begins.
        low: Duration,
        /// Where it ends.
        high: Duration,
        /// The longest time that it may reach to.
        longest: Duration,
    },
    /// The webhook secret is not `whsec_` and then a key in base64.
    #[error("the webhook secret must be whsec_ and then a key in base64")]
    WebhookSecret,
    /// The key is empty, or has characters that no header can carry.
    #[error("the key must be of one or more visible ASCII characters")]
    Key,
    /// A fault could never do what it says.
    #[error("the faults are not in order: {0}")]
    Fault(String),
    /// The price of a picture is off its limits.
    #[cfg(feature = "page")]
    #[error("the price of a picture must be a number from 0 to {highest} USD, is {price}")]
    Price {
        /// The price that was asked for.
        price: f64,
        /// The highest.
        highest: f64,
    },
    /// The server's task panicked; a bug.
    #[error("the emulator's server panicked")]
    Panicked,
}
