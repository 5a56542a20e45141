//! The `quickrouter` command: parses arguments, calls the SDK, prints results.

mod args;
mod commands;
mod connect;
mod exit;
mod help;
mod input;
mod output;
mod text;

use std::process::ExitCode;
use std::time::Duration;

use crate::args::command_line::Commands;
use crate::args::parse::{Stop, parse};
use crate::args::settings::Verbosity;
use crate::commands::{
    again, auth, completions, config, doctor, explain, generate, manual, mcp, models, money,
    predictions, recordings, rescue, scaffold, serve,
};
use crate::exit::codes;
use crate::exit::failure::Failure;
use crate::help::{layout, page};
use crate::output::printer::Printer;
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
        Err(stop) => return ExitCode::from(stopped(&stop, lang)),
    };
    let printer = Printer::new(typed.verbosity, lang);
    let done = run(&typed.command, &printer);
    // A closed pipe is not reported and counts as success.
    ExitCode::from(done.unwrap_or_else(|failure| printer.failure(&failure)))
}

/// Shows the help or the usage error that the command line asks for, and returns the exit code.
fn stopped(stop: &Stop, lang: Lang) -> u8 {
    let printer = Printer::new(Verbosity::default(), lang);
    let page = |command: &_, brief| {
        layout::text(&page::of_command(command, brief, lang), Printer::page_width(), lang)
    };
    match stop {
        Stop::Help { command, brief } => printer.page(&page(command, *brief)),
        Stop::Version => printer.page(concat!("quickrouter ", env!("CARGO_PKG_VERSION"))),
        Stop::Incomplete { command } => {
            printer.page_as_error(&page(command, true));
            return codes::REFUSED_HERE;
        }
        Stop::Usage(failure) => return printer.failure(failure),
    }
    codes::DONE
}

fn run(command: &Commands, printer: &Printer) -> Result<u8, Failure> {
    let lang = printer.lang();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| Failure::other(message!("no-runtime", error = error.to_string())))?;
    let done = runtime.block_on(async {
        match command {
            Commands::Welcome => {
                printer.message(&message!("welcome"))?;
                Ok(0)
            }
            Commands::Generate(typed) => Ok(generate::run::run(typed, printer).await),
            Commands::Again(typed) => Ok(again::run(typed, printer).await),
            Commands::Rescue(typed, connection) => rescue::run(typed, connection, printer).await,
            Commands::Predictions(typed) => predictions::run(typed, printer).await,
            Commands::Models(typed) => models::run(typed, printer),
            Commands::Balance(typed, connection) => {
                money::balance::run(typed, connection, printer).await
            }
            Commands::Recordings(action) => recordings::run(action, printer),
            Commands::Completions(typed) => completions::run(typed, lang, printer),
            Commands::Help(typed) => manual::explain(typed, printer),
            Commands::ManPages(folder) => manual::write(folder, printer),
            Commands::Auth(action, connection) => auth::run(action, connection, printer).await,
            Commands::Config(action, connection) => config::run(action, connection, printer).await,
            Commands::Doctor(typed, connection) => doctor::run(typed, connection, printer).await,
            Commands::Explain(typed) => explain::run(typed, printer),
            Commands::Scaffold(typed) => scaffold::run(typed, printer).await,
            Commands::Mcp(typed, connection) => mcp::run(typed, connection, printer).await,
            Commands::Serve(typed, connection) => serve::run(typed, connection, printer).await,
        }
    });
    runtime.shutdown_timeout(LAST_GRACE);
    done
}
