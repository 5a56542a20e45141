//! [`KeySource`]: where a profile's key is.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How long a key command may take by default: time enough to unlock a password manager.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Where a profile's key is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeySource {
    /// Nowhere.
    None,
    /// Where `auth login` stored it, if it did.
    #[default]
    Login,
    /// In a file.
    File(PathBuf),
    /// In the output of a command.
    Command(KeyCommand),
}

/// A command that prints a key, run without a shell.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyCommand {
    program: String,
    arguments: Vec<String>,
    time_limit: Duration,
}

impl KeyCommand {
    /// A command of a program and its arguments; `None` if there is no program.
    pub fn new(words: impl IntoIterator<Item = String>) -> Option<Self> {
        let mut words = words.into_iter();
        let program = words.next().filter(|program| !program.trim().is_empty())?;
        let arguments: Vec<String> = words.collect();
        // The system refuses NUL in arguments.
        let nul = program.contains('\0') || arguments.iter().any(|word| word.contains('\0'));
        (!nul).then_some(Self { program, arguments, time_limit: TIME_LIMIT })
    }

    /// A command written as a POSIX shell would read its words: quotes and backslashes count, but
    /// variables, pipes and globs do not. `None` if a quote is left open or there is no program.
    pub fn parse(text: &str) -> Option<Self> {
        Self::new(shlex::split(text)?)
    }

    /// Sets how long it may take. Defaults to a minute.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How long it may take.
    pub fn time_limit(&self) -> Duration {
        self.time_limit
    }

    /// The program.
    pub fn program(&self) -> &str {
        &self.program
    }

    /// Its arguments.
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }
}

impl fmt::Debug for KeyCommand {
    /// Without the arguments, which may contain a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCommand").field("program", &self.program).finish_non_exhaustive()
    }
}
