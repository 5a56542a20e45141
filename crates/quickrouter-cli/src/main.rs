//! The `quickrouter` command: arguments in, SDK calls, printing.

mod args;
mod cache;
mod connect;
mod describe;
mod exact;
mod exit;
mod folder;
mod inputs;
mod interrupt;
mod lang;
mod make;
mod model_name;
mod models;
mod pasted_id;
mod plain;
mod predictions;
mod printer;
mod progress;
mod prompt;
mod serve;
mod text_file;
mod unread;
mod upload;

use std::process::ExitCode;
use std::time::Duration;

use args::Commands;
use exit::Failure;
use lang::Lang;
use printer::Printer;

/// Served requests leave something behind among what they only needed for a moment (predictions, their
/// history), which glibc's allocator pays for with a third of the time of a request.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long a task that no longer matters may hold up the end.
const LAST_GRACE: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let lang = Lang::from_env();
    let argv: Vec<_> = std::env::args_os().collect();
    let typed = match args::parse(&argv, lang) {
        Ok(typed) => typed,
        Err(error) => return printer::clap(&error),
    };
    let printer = Printer::new(typed.verbosity);
    let done = run(&typed.command, lang, &printer);
    // A closed pipe is told nothing and counts as done.
    ExitCode::from(done.unwrap_or_else(|failure| printer.failure(&failure)))
}

fn run(command: &Commands, lang: Lang, printer: &Printer) -> Result<u8, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::other(format!("no runtime: {error}")))?;
    let done = runtime.block_on(async {
        match command {
            Commands::Generate(making) => Ok(make::make(making, lang, printer).await),
            Commands::Predictions(typed) => predictions::run(typed, printer).await,
            Commands::Models(typed) => models::run(typed, lang, printer),
            Commands::Serve(serving) => serve::run(serving, printer).await,
        }
    });
    runtime.shutdown_timeout(LAST_GRACE);
    done
}
