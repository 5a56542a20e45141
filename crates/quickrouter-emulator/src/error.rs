//! Errors of starting and running an emulator.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Why an emulator or a recorder did not start, or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Listening failed; another program may use the port.
    #[error("cannot listen on {address}")]
    Bind {
        /// The requested address.
        address: SocketAddr,
        /// The system's error.
        source: std::io::Error,
    },
    /// The time scale is out of range.
    #[error("the time scale must be 0, or from {low} to {high}, not {scale}")]
    TimeScale {
        /// The requested scale.
        scale: f64,
        /// The smallest.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// A range of times is reversed, or reaches beyond the contract's hard stop.
    #[error(
        "the {name} must be a range of ascending times up to {longest:?}, not {low:?} to {high:?}"
    )]
    Range {
        /// Which one: `queue` or `tail`.
        name: &'static str,
        /// The start of the requested range.
        low: Duration,
        /// Its end.
        high: Duration,
        /// Its upper limit.
        longest: Duration,
    },
    /// The webhook secret is not `whsec_` followed by a key in base64.
    #[error("the webhook secret must be whsec_ followed by a key in base64")]
    WebhookSecret,
    /// The key is empty, or has characters that a header cannot carry.
    #[error("the key must consist of one or more visible ASCII characters")]
    Key,
    /// A fault could never do what it says.
    #[error("invalid fault: {0}")]
    Fault(String),
    /// The definition of a model cannot be used.
    #[error("invalid model: {0}")]
    Model(String),
    /// The price of a picture is out of range.
    #[error("the price of a picture must be from 0 to {highest} USD, not {price}")]
    Price {
        /// The requested price.
        price: f64,
        /// The highest.
        highest: f64,
    },
    /// A group of keys has no name, or a ratio out of range.
    #[error("a group needs a name and a ratio from 0 to {highest}, not {name:?} and {ratio}")]
    Group {
        /// The requested name.
        name: String,
        /// The requested ratio.
        ratio: f64,
        /// The highest.
        highest: f64,
    },
    /// A recorder listens on loopback addresses only: whoever reaches it spends money.
    #[error("a recorder must listen on a loopback address, not {address}")]
    NotLoopback {
        /// The requested address.
        address: std::net::IpAddr,
    },
    /// The base URL of the gateway to record cannot be used.
    #[error("the URL of the gateway to record {why}")]
    Upstream {
        /// What is wrong with it.
        why: String,
    },
    /// The system has no randomness for a key, or no network.
    #[error("a recorder cannot start: {0}")]
    System(String),
    /// A recording, or their folder, cannot be read or is not what RECORDINGS.md describes.
    #[error("the recording {}: {why}", path.display())]
    Recording {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it, and where.
        why: String,
    },
    /// What outlives the process cannot be kept there, or cannot be read.
    #[cfg(feature = "state")]
    #[error("the state cannot be kept in {}: {why}", path.display())]
    State {
        /// The folder, or the file in it.
        path: PathBuf,
        /// Why, and what to do.
        why: String,
    },
    /// The server's task panicked; a bug.
    #[error("the server panicked")]
    Panicked,
}
