//! The `quickrouter` command: parses arguments, calls the SDK, prints results.

mod args;
mod commands;
mod connect;
mod exit;
mod input;
mod output;
mod text;

use std::process::ExitCode;
use std::time::Duration;

use crate::args::command_line::Commands;
use crate::args::parse::parse;
use crate::commands::{generate, models, predictions, recordings, serve};
use crate::exit::failure::Failure;
use crate::output::printer::{self, Printer};
use crate::text::lang::Lang;
use crate::text::message::message;

/// Served requests mix long-lived allocations (predictions, their history) with short-lived ones, which
/// costs a third of a request's time with glibc's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long tasks that no longer matter may delay the exit.
const LAST_GRACE: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let argv: Vec<_> = std::env::args_os().collect();
    let lang = Lang::choose(&argv);
    let typed = match parse(&argv, lang) {
        Ok(typed) => typed,
        Err(error) => return printer::clap(&error),
    };
    let printer = Printer::new(typed.verbosity, lang);
    let done = run(&typed.command, &printer);
    // A closed pipe is not reported and counts as success.
    ExitCode::from(done.unwrap_or_else(|failure| printer.failure(&failure)))
}

fn run(command: &Commands, printer: &Printer) -> Result<u8, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| Failure::other(message!("no-runtime", error = error.to_string())))?;
    let done = runtime.block_on(async {
        match command {
            Commands::Welcome => {
                printer.message(&message!("welcome", version = env!("CARGO_PKG_VERSION")))?;
                Ok(0)
            }
            Commands::Generate(typed) => Ok(generate::run::run(typed, printer).await),
            Commands::Predictions(typed) => predictions::run(typed, printer).await,
            Commands::Models(typed) => models::run(typed, printer),
            Commands::Recordings(action) => recordings::run(action, printer),
            Commands::Serve(typed, connection) => serve::run(typed, connection, printer).await,
        }
    });
    runtime.shutdown_timeout(LAST_GRACE);
    done
}
