//! The workspace's own tasks: `cargo xtask codegen` and `cargo xtask dist-assets`.

mod assets;
mod codegen;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The workspace's own tasks")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the generated code from openapi/quickrouter.yaml
    Codegen {
        /// Write nothing; fail if the checked-in code differs
        #[arg(long)]
        check: bool,
    },
    /// Write completions and man pages, in English and Chinese, for packages of the command
    DistAssets {
        /// The folder to write them to [default: target/dist-assets]
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let Arguments { task } = Arguments::parse();
    let root = workspace_root();
    let done = match task {
        Task::Codegen { check } => {
            let mode = if check { codegen::Mode::Check } else { codegen::Mode::Write };
            codegen::run(&root, mode)
        }
        Task::DistAssets { output } => {
            assets::run(&root, &output.unwrap_or_else(|| root.join("target/dist-assets")))
        }
    };
    match done {
        Ok(report) => {
            print(&report);
            ExitCode::SUCCESS
        }
        Err(error) => {
            print(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the only place that prints")]
fn print(text: &str) {
    eprintln!("{text}");
}

/// The folder above this package. Cargo names it at run time, so that a copy of the workspace that
/// shares a target folder regenerates itself, not the original.
fn workspace_root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map(PathBuf::from).unwrap_or(package)
}
