//! `generate` and `run`: their flags beside those of the model's inputs.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use quickrouter::catalog::limits;

use super::values::{PathParser, duration};

/// The flags that do not depend on the model.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct GenerateFlags {
    /// Inputs as a JSON object; @FILE reads it from a file, - from stdin. Flags take precedence
    #[arg(long, value_name = "JSON")]
    pub(crate) input: Option<String>,
    /// Send an empty or blank prompt, which is otherwise refused as a likely mistake
    #[arg(long)]
    pub(crate) allow_empty_prompt: bool,
    #[command(flatten)]
    pub(crate) files: FileFlags,
    #[command(flatten)]
    pub(crate) limit: TimeLimit,
    #[arg(long, value_name = "TIME", value_parser = duration, help = format!(
        "Ask the gateway to hold its response until the prediction finishes or this time passes (1s \
         to {}s): fewer requests, but no id to cancel by until then",
        limits::PREFER_WAIT_MAX_SECONDS
    ))]
    pub(crate) prefer_wait: Option<Duration>,
    #[arg(long, value_name = "TIME", value_parser = duration, help = format!(
        "Ask the gateway to cancel the prediction if it has not finished after this time ({}s or \
         more)",
        limits::CANCEL_AFTER_MIN_SECONDS
    ))]
    pub(crate) cancel_after: Option<Duration>,
    /// Print one JSON document instead of paths: {"prediction", "files"}, plus "error" on failure
    #[arg(long)]
    pub(crate) json: bool,
    /// Use a temporary emulator: no key, no network, no bill, and placeholder pictures
    #[arg(long)]
    pub(crate) emulator: bool,
}

/// Where files go.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct FileFlags {
    /// Folder to save files in; created if missing
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "QUICKROUTER_OUTPUT",
        default_value = ".",
        value_parser = PathParser
    )]
    pub(crate) output: PathBuf,
    /// Overwrite existing files, which are otherwise left alone
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// How long a wait may take.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct TimeLimit {
    /// Time limit, such as 90s, 10m or 1h30m; when it passes, a cancel is requested
    #[arg(
        long,
        value_name = "TIME",
        env = "QUICKROUTER_TIMEOUT",
        default_value = "10m",
        value_parser = duration
    )]
    pub(crate) timeout: Duration,
}
