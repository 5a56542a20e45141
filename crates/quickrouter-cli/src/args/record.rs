//! `serve --record`: its flags.

use std::path::PathBuf;

use clap::Args;

use super::values::PathParser;

/// Flags that do not go with `--record`: those of the emulator's own behavior.
const EMULATED: [&str; 24] = [
    "cors",
    "forwarded",
    "key",
    "time_scale",
    "price",
    "quota",
    "models",
    "any_model",
    "strict_inputs",
    "replay",
    "else_draw",
    "state",
    "personality",
    "errors",
    "answers_created",
    "honours_prefer",
    "honours_cancel_after",
    "relays_all",
    "urls_elsewhere",
    "rate_limits",
    "creates_per_minute",
    "fault",
    "faults",
    "fault_seed",
];

#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-recording")]
pub(crate) struct RecordFlags {
    #[arg(
        long,
        value_name = "DIR",
        value_parser = PathParser,
        requires = "upstream",
        conflicts_with_all = EMULATED
    )]
    pub(crate) record: Option<PathBuf>,
    #[arg(long, value_name = "URL", requires = "record")]
    pub(crate) upstream: Option<String>,
}
