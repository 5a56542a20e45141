//! The real command, built once, run with nothing of the caller's environment that matters.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use quickrouter_emulator::Emulator;
use tempfile::TempDir;

/// Cargo builds no binary of another package for a test, so this does.
static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
    escargot::CargoBuild::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .package("quickrouter-cli")
        .bin("quickrouter")
        .run()
        .expect("the command builds")
        .path()
        .to_owned()
});

static HOME: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

/// An HTTP client that has nothing to do with the SDK and asks no proxy.
pub(crate) fn outside() -> reqwest::Client {
    quickrouter_api::direct_client().unwrap()
}

/// The command with no QUICKROUTER_* variable, in a folder of its own, which is its home, too.
pub(crate) fn quickrouter(folder: &Path) -> Command {
    let mut command = Command::new(&*BINARY);
    command.current_dir(folder).env_clear().stdin(Stdio::null());
    // Nothing of the person's own settings is read or written.
    command.env("HOME", HOME.path());
    // What a process needs on some systems to open sockets.
    for name in ["PATH", "SystemRoot", "TMPDIR", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// An emulator that is in a hurry, and a folder to work in.
pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    pub(crate) folder: TempDir,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let emulator = Emulator::builder().time_scale(100.0).start().await.unwrap();
        Self { emulator, folder: tempfile::tempdir().unwrap() }
    }

    /// The command, pointed at the emulator.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = quickrouter(self.folder.path());
        command
            .args(arguments)
            .env("QUICKROUTER_BASE_URL", self.emulator.base_url())
            .env("QUICKROUTER_API_KEY", self.emulator.key());
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments)).await
    }

    pub(crate) fn files(&self) -> Vec<String> {
        files(self.folder.path())
    }
}

pub(crate) fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Runs a command to its end, beside the servers of the test.
    pub(crate) async fn of(mut command: Command) -> Self {
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
        Self::from(output.expect("the command starts"))
    }

    pub(crate) fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
