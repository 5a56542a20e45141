//! The command against `quickrouter serve`, as a person would have both running.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Ran, command};

/// An emulator in a process of its own, a folder to work in, and a home.
pub(crate) struct Served {
    serve: Child,
    /// Open as long as it serves.
    _stdout: BufReader<ChildStdout>,
    base: String,
    pub(crate) folder: TempDir,
    pub(crate) home: TempDir,
}

impl Served {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let [folder, home] = [(), ()].map(|()| tempfile::tempdir().unwrap());
        let arguments = [&["serve", "--time-scale", "0"], arguments].concat();
        let mut serve = command(folder.path(), "http://127.0.0.1:9", &arguments);
        let mut serve = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(serve.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("export QUICKROUTER_BASE_URL=").unwrap().to_owned();
        Self { serve, _stdout: stdout, base, folder, home }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(self.folder.path(), &self.base, arguments);
        for name in ["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "LOCALAPPDATA"]
        {
            command.env(name, self.home.path());
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs it with success, and returns the one line on stdout.
    pub(crate) fn line(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {ran:?}");
        assert_eq!(ran.stdout.lines().count(), 1, "{arguments:?}: {ran:?}");
        ran.stdout.trim_end().to_owned()
    }

    /// How many predictions there are.
    pub(crate) fn predictions(&self) -> usize {
        self.run(&["predictions", "list", "--limit", "0"]).stdout.lines().count()
    }

    /// The input of a prediction.
    pub(crate) fn input(&self, id: &str) -> Value {
        let shown = self.line(&["predictions", "get", "--json", id]);
        serde_json::from_str::<Value>(&shown).unwrap()["input"].take()
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.serve.kill();
        let _ = self.serve.wait();
    }
}

/// The JSON of a file.
pub(crate) fn json(path: impl AsRef<Path>) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The id in a saved file's name.
pub(crate) fn id_of(file: &str) -> &str {
    file.trim_start_matches("./").rsplit_once('-').unwrap().0
}
