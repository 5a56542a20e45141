//! `generate` and `run`: their flags beside those of the model's inputs.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use quickrouter::limits;

use super::values::{PathParser, duration};

/// The flags that do not depend on the model.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct GenerateFlags {
    /// Inputs as a JSON object, as @FILE that holds one, or as - to read one from stdin; flags win
    /// over it
    #[arg(long, value_name = "JSON")]
    pub(crate) input: Option<String>,
    /// Send a prompt that is empty or blank; else it is refused, since it is mostly a slip
    #[arg(long)]
    pub(crate) allow_empty_prompt: bool,
    #[command(flatten)]
    pub(crate) files: FileFlags,
    #[command(flatten)]
    pub(crate) limit: TimeLimit,
    #[arg(long, value_name = "TIME", value_parser = duration, help = format!(
        "Ask the gateway to answer only when it is over, or after this time (1s to {}s): fewer \
         requests, but no id to cancel by until then",
        limits::PREFER_WAIT_MAX_SECONDS
    ))]
    pub(crate) prefer_wait: Option<Duration>,
    #[arg(long, value_name = "TIME", value_parser = duration, help = format!(
        "Ask the gateway to cancel it by itself when it is not over after this time ({}s or more)",
        limits::CANCEL_AFTER_MIN_SECONDS
    ))]
    pub(crate) cancel_after: Option<Duration>,
    /// Print one JSON document instead of paths: {"prediction", "files"}, and "error" when it failed
    #[arg(long)]
    pub(crate) json: bool,
    /// Use an emulator that runs for this command alone: no key, no network, no bill, and its own
    /// made-up pictures
    #[arg(long)]
    pub(crate) emulator: bool,
}

/// Where files go.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct FileFlags {
    /// Where the files are saved; made when it is not there
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "QUICKROUTER_OUTPUT",
        default_value = ".",
        value_parser = PathParser
    )]
    pub(crate) output: PathBuf,
    /// Replace files of the same name; else a file that is there is left as it is
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// How long a wait may take.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct TimeLimit {
    /// How long all of it may take; then a cancel is asked for: 90s, 10m, 1h30m
    #[arg(
        long,
        value_name = "TIME",
        env = "QUICKROUTER_TIMEOUT",
        default_value = "10m",
        value_parser = duration
    )]
    pub(crate) timeout: Duration,
}
