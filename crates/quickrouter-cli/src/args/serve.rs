//! `serve`: its flags.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use clap::value_parser;
use quickrouter_emulator::{ErrorFormat, Personality, RateLimits};

use super::record::RecordFlags;
use super::values::{PathParser, one_of};

const HEEDED: [(&str, bool); 2] = [("heeded", true), ("dropped", false)];

/// Run the emulator: a local stand-in for the gateway that bills nothing
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ServeArgs {
    /// Address to listen on, or localhost for both loopback addresses; any other than a loopback
    /// address lets other machines in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = host)]
    pub(crate) host: Host,
    /// Port to listen on; 0 picks a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// The only key to accept, of your choice; without it, any non-empty key is accepted
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// How many times as fast as the gateway it runs; at 0, predictions take no time
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true, default_value_t = 1.0)]
    pub(crate) time_scale: f64,
    /// Price of a picture, for the total on the page; can also be set there
    #[arg(long, value_name = "USD", allow_negative_numbers = true)]
    pub(crate) price: Option<f64>,
    /// Folder in which predictions, files, deliveries, models and counters outlive the emulator; it is
    /// created if necessary
    #[arg(long, value_name = "DIR", value_parser = PathParser)]
    pub(crate) state: Option<PathBuf>,
    /// Let the pages of other sites use the API (CORS); with a --key, only those that have it
    #[arg(long)]
    pub(crate) cors: bool,
    /// Follow X-Forwarded-Proto, -Host, -Port and -Prefix in URLs, behind a reverse proxy
    #[arg(long)]
    pub(crate) forwarded: bool,
    #[command(flatten)]
    pub(crate) models: ModelFlags,
    #[command(flatten)]
    pub(crate) replay: ReplayFlags,
    #[command(flatten)]
    pub(crate) record: RecordFlags,
    #[command(flatten)]
    pub(crate) personality: PersonalityFlags,
    #[command(flatten)]
    pub(crate) limits: LimitFlags,
    #[command(flatten)]
    pub(crate) faults: FaultFlags,
}

/// Where to listen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Host {
    Address(IpAddr),
    Localhost,
}

impl Host {
    /// Whether only this machine can connect.
    pub(crate) fn is_loopback(self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Localhost => true,
        }
    }
}

fn host(text: &str) -> Result<Host, String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(Host::Localhost);
    }
    let address = text.parse().map(Host::Address);
    address.map_err(|_| "neither an IP address, such as 127.0.0.1 or ::1, nor localhost".to_owned())
}

/// Which models run, and what they take.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Models")]
pub(crate) struct ModelFlags {
    /// Models beside the built-in ones: a file in JSON or YAML, also as the API answers for a model,
    /// or a folder of such files; can be repeated
    #[arg(long, value_name = "FILE|DIR", value_parser = PathParser)]
    pub(crate) models: Vec<PathBuf>,
    /// Accept any model: one that is not known takes any input
    #[arg(long)]
    pub(crate) any_model: bool,
    /// Refuse inputs that a model does not have; without it they are ignored, as by Replicate
    #[arg(long)]
    pub(crate) strict_inputs: bool,
}

/// Replaying recordings.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Replay")]
pub(crate) struct ReplayFlags {
    /// Answer creates from the recordings in this folder: what was recorded of the same model,
    /// version and input happens again; a create without a recording is answered 404
    #[arg(long, value_name = "DIR", value_parser = PathParser)]
    pub(crate) replay: Option<PathBuf>,
    /// With --replay: draw what is not recorded
    #[arg(long, requires = "replay")]
    pub(crate) else_draw: bool,
}

/// Which gateway to imitate, and single traits that differ from it.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Personality")]
pub(crate) struct PersonalityFlags {
    /// Gateway to imitate: Replicate itself, or a relay that responds with 200, words its errors in
    /// Chinese, drops headers, relays only what QuickRouter documents, and whose URLs point to
    /// another origin
    #[arg(
        long,
        value_name = "WHICH",
        default_value = "replicate",
        value_parser = one_of([
            ("replicate", Personality::Replicate),
            ("gateway", Personality::Gateway),
        ])
    )]
    pub(crate) personality: Personality,
    /// Format of errors
    #[arg(
        long,
        value_name = "WHICH",
        value_parser = one_of([
            ("replicate", ErrorFormat::Problem),
            ("gateway", ErrorFormat::Gateway),
        ])
    )]
    pub(crate) errors: Option<ErrorFormat>,
    /// HTTP status of an accepted create
    #[arg(
        long = "create-status",
        value_name = "WHICH",
        value_parser = one_of([("200", false), ("201", true)])
    )]
    pub(crate) answers_created: Option<bool>,
    /// How to treat the header Prefer: wait
    #[arg(long = "prefer", value_name = "WHICH", value_parser = one_of(HEEDED))]
    pub(crate) honours_prefer: Option<bool>,
    /// How to treat the header Cancel-After
    #[arg(long = "cancel-after", value_name = "WHICH", value_parser = one_of(HEEDED))]
    pub(crate) honours_cancel_after: Option<bool>,
    /// Which routes exist
    #[arg(
        long = "relays",
        value_name = "WHICH",
        value_parser = one_of([("all", true), ("documented", false)])
    )]
    pub(crate) relays_all: Option<bool>,
    /// Where URLs in responses point
    #[arg(
        long = "urls",
        value_name = "WHICH",
        value_parser = one_of([("here", false), ("elsewhere", true)])
    )]
    pub(crate) urls_elsewhere: Option<bool>,
}

/// Rate limits.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitFlags {
    /// Limits on requests per minute
    #[arg(
        long,
        value_name = "WHICH",
        default_value = "none",
        value_parser = one_of([
            ("none", RateLimits::none()),
            ("documented", RateLimits::documented()),
            ("low-credit", RateLimits::low_credit()),
        ])
    )]
    pub(crate) rate_limits: RateLimits,
    /// Maximum number of creates per minute
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    pub(crate) creates_per_minute: Option<u64>,
}

/// Faults to inject.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Faults")]
pub(crate) struct FaultFlags {
    /// Fault to inject, such as {"on": {"route": "create", "nth": 1}, "do": {"answer": {"status":
    /// 429}}}; can be repeated
    #[arg(long, value_name = "JSON")]
    pub(crate) fault: Vec<String>,
    /// File of faults: {"seed": N, "faults": [...]}
    #[arg(long, value_name = "FILE", value_parser = PathParser)]
    pub(crate) faults: Option<PathBuf>,
    /// Random seed of faults with a probability; takes precedence over the file's
    #[arg(long, value_name = "N")]
    pub(crate) fault_seed: Option<u64>,
}
