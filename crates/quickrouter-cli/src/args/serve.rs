//! `serve`: its flags.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use quickrouter_emulator::{ErrorFormat, Personality, RateLimits};

use super::record::RecordFlags;
use super::values::{PathParser, Unaccepted, number, one_of, whole};
use crate::text::message::message;

const HEEDED: [(&str, bool); 2] = [("heeded", true), ("dropped", false)];

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ServeArgs {
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = host)]
    pub(crate) host: Host,
    #[arg(long, default_value_t = 0, value_parser = whole::<u16>(0..=65_535))]
    pub(crate) port: u16,
    #[arg(long)]
    pub(crate) key: Option<String>,
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true, default_value_t = 1.0, value_parser = number)]
    pub(crate) time_scale: f64,
    #[arg(long, value_name = "USD", allow_negative_numbers = true, value_parser = number)]
    pub(crate) price: Option<f64>,
    #[arg(long, value_name = "UNITS")]
    pub(crate) quota: Option<u64>,
    #[arg(long, value_name = "DIR", value_parser = PathParser)]
    pub(crate) state: Option<PathBuf>,
    #[arg(long)]
    pub(crate) cors: bool,
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
    pub(crate) fn is_loopback(self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Localhost => true,
        }
    }
}

fn host(text: &str) -> Result<Host, Unaccepted> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(Host::Localhost);
    }
    let address = text.parse().map(Host::Address);
    address.map_err(|_| message!("value-host").into())
}

// Which models run, and what they take.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-models")]
pub(crate) struct ModelFlags {
    #[arg(long, value_name = "FILE|DIR", value_parser = PathParser)]
    pub(crate) models: Vec<PathBuf>,
    #[arg(long)]
    pub(crate) any_model: bool,
    #[arg(long)]
    pub(crate) strict_inputs: bool,
}

// Replaying recordings.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-replay")]
pub(crate) struct ReplayFlags {
    #[arg(long, value_name = "DIR", value_parser = PathParser)]
    pub(crate) replay: Option<PathBuf>,
    #[arg(long, requires = "replay")]
    pub(crate) else_draw: bool,
}

// Which gateway to imitate, and single traits that differ from it.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-personality")]
pub(crate) struct PersonalityFlags {
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
    #[arg(
        long,
        value_name = "WHICH",
        value_parser = one_of([
            ("replicate", ErrorFormat::Problem),
            ("gateway", ErrorFormat::Gateway),
        ])
    )]
    pub(crate) errors: Option<ErrorFormat>,
    #[arg(
        long = "create-status",
        value_name = "WHICH",
        value_parser = one_of([("200", false), ("201", true)])
    )]
    pub(crate) answers_created: Option<bool>,
    #[arg(long = "prefer", value_name = "WHICH", value_parser = one_of(HEEDED))]
    pub(crate) honours_prefer: Option<bool>,
    #[arg(long = "cancel-after", value_name = "WHICH", value_parser = one_of(HEEDED))]
    pub(crate) honours_cancel_after: Option<bool>,
    #[arg(
        long = "relays",
        value_name = "WHICH",
        value_parser = one_of([("all", true), ("documented", false)])
    )]
    pub(crate) relays_all: Option<bool>,
    #[arg(
        long = "urls",
        value_name = "WHICH",
        value_parser = one_of([("here", false), ("elsewhere", true)])
    )]
    pub(crate) urls_elsewhere: Option<bool>,
}

// Rate limits.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-limits")]
pub(crate) struct LimitFlags {
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
    #[arg(long, value_name = "N", value_parser = whole::<u64>(1..=u64::MAX))]
    pub(crate) creates_per_minute: Option<u64>,
}

// Faults to inject.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-faults")]
pub(crate) struct FaultFlags {
    #[arg(long, value_name = "JSON")]
    pub(crate) fault: Vec<String>,
    #[arg(long, value_name = "FILE", value_parser = PathParser)]
    pub(crate) faults: Option<PathBuf>,
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..=u64::MAX))]
    pub(crate) fault_seed: Option<u64>,
}
