//! `serve`: its flags.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use clap::value_parser;
use quickrouter_emulator::{ErrorForm, Personality, RateLimits};

use super::values::{PathParser, one_of};

const HEEDED: [(&str, bool); 2] = [("heeded", true), ("dropped", false)];

/// Serves the emulator: the gateway on your own machine, without a bill
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ServeArgs {
    /// The address to listen on; anything but this machine's own lets others in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// The only key that is accepted, made up by you; without it any key will do, as long as there
    /// is one
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// How many times as fast as the gateway it is; at 0 a prediction takes no time
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true, default_value_t = 1.0)]
    pub(crate) time_scale: f64,
    /// What a picture would have cost, for the page's sum; it can be set there too
    #[arg(long, value_name = "USD", allow_negative_numbers = true)]
    pub(crate) price: Option<f64>,
    #[command(flatten)]
    pub(crate) personality: PersonalityFlags,
    #[command(flatten)]
    pub(crate) limits: LimitFlags,
    #[command(flatten)]
    pub(crate) faults: FaultFlags,
}

/// Which gateway the emulator is like, and single traits where they were typed.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Personality")]
pub(crate) struct PersonalityFlags {
    /// Which gateway it is like: Replicate itself, or a relay that answers 200, words its errors in
    /// Chinese, drops headers, relays only what QuickRouter documents, and whose URLs point at
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
    /// The form of errors
    #[arg(
        long,
        value_name = "WHICH",
        value_parser = one_of([
            ("replicate", ErrorForm::Problem),
            ("gateway", ErrorForm::Gateway),
        ])
    )]
    pub(crate) errors: Option<ErrorForm>,
    /// The status of a create that was accepted
    #[arg(
        long = "create-status",
        value_name = "WHICH",
        value_parser = one_of([("200", false), ("201", true)])
    )]
    pub(crate) answers_created: Option<bool>,
    /// What becomes of the header Prefer: wait
    #[arg(long = "prefer", value_name = "WHICH", value_parser = one_of(HEEDED))]
    pub(crate) honours_prefer: Option<bool>,
    /// What becomes of the header Cancel-After
    #[arg(long = "cancel-after", value_name = "WHICH", value_parser = one_of(HEEDED))]
    pub(crate) honours_cancel_after: Option<bool>,
    /// Which routes there are
    #[arg(
        long = "relays",
        value_name = "WHICH",
        value_parser = one_of([("all", true), ("documented", false)])
    )]
    pub(crate) relays_all: Option<bool>,
    /// Where the URLs in answers point
    #[arg(
        long = "urls",
        value_name = "WHICH",
        value_parser = one_of([("here", false), ("elsewhere", true)])
    )]
    pub(crate) urls_elsewhere: Option<bool>,
}

/// How many requests are let in.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitFlags {
    /// How many requests a minute are let in: the contract's limits, or none
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
    /// So many creates a minute are let in
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    pub(crate) creates_per_minute: Option<u64>,
}

/// What goes wrong.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Faults")]
pub(crate) struct FaultFlags {
    /// A fault, such as {"on": {"route": "create", "nth": 1}, "do": {"answer": {"status": 429}}};
    /// may be given again
    #[arg(long, value_name = "JSON")]
    pub(crate) fault: Vec<String>,
    /// A file with {"seed": N, "faults": [...]}
    #[arg(long, value_name = "FILE", value_parser = PathParser)]
    pub(crate) faults: Option<PathBuf>,
    /// What faults with a probability draw from; wins over the file's
    #[arg(long, value_name = "N")]
    pub(crate) fault_seed: Option<u64>,
}
