//! The only place that writes to stdout or stderr.
//!
//! Results go to stdout, everything else to stderr. The progress bar is suspended while a line is
//! printed. Text from a server may contain control characters, which are masked here.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use indicatif::{MultiProgress, ProgressBar};
use serde_json::Value;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::args::settings::Verbosity;
use crate::exit::failure::Failure;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};
use quickrouter::text;

/// Where a command writes.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    bars: MultiProgress,
    quiet: bool,
    lang: Lang,
}

impl Printer {
    /// A printer in the language asked for, else in `lang`.
    pub(crate) fn new(verbosity: Verbosity, lang: Lang) -> Self {
        let lang = verbosity.lang.unwrap_or(lang);
        let printer = Self { bars: MultiProgress::new(), quiet: verbosity.quiet, lang };
        printer.clone().trace(verbosity);
        printer
    }

    /// The reader's language.
    pub(crate) fn lang(&self) -> Lang {
        self.lang
    }

    /// Prints a result that is a message.
    pub(crate) fn message(&self, message: &Message) -> io::Result<()> {
        self.exact(&message.to_text(self.lang))
    }

    /// Prints one line of a result that may contain text from a server.
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        self.exact(&text::one_line(text))
    }

    /// Prints a result unchanged: for programs, or without text from a server.
    pub(crate) fn exact(&self, text: &str) -> io::Result<()> {
        self.bytes(text.as_bytes())
    }

    /// Prints a path: on Unix its exact bytes, so that programs can open it; elsewhere as text.
    pub(crate) fn path(&self, path: &Path) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt;
            self.bytes(path.as_os_str().as_bytes())
        }
        #[cfg(not(unix))]
        self.exact(&path.display().to_string())
    }

    fn bytes(&self, line: &[u8]) -> io::Result<()> {
        self.bars.suspend(|| {
            let mut stdout = io::stdout().lock();
            stdout.write_all(line)?;
            stdout.write_all(b"\n")?;
            stdout.flush()
        })
    }

    /// Prints a JSON document on one line.
    pub(crate) fn json_line(&self, value: &Value) -> io::Result<()> {
        self.exact(&value.to_string())
    }

    /// Prints an indented JSON document.
    pub(crate) fn json(&self, value: &Value) -> io::Result<()> {
        self.exact(&format!("{value:#}"))
    }

    /// Prints a note.
    pub(crate) fn note(&self, note: &Message) {
        self.stderr(&note.to_text(self.lang));
    }

    /// Prints progress, unless `--quiet`.
    pub(crate) fn progress(&self, progress: &Message) {
        if !self.quiet {
            self.stderr(&progress.to_text(self.lang));
        }
    }

    /// Prints a warning.
    pub(crate) fn warning(&self, warning: &Message) {
        self.note(&message!("warning", text = warning.to_text(self.lang)));
    }

    /// Prints a failure, and returns its exit code.
    pub(crate) fn failure(&self, failure: &Failure) -> u8 {
        if !failure.is_closed_pipe() {
            self.stderr(&failure.lines(self.lang).join("\n"));
        }
        failure.code
    }

    /// A progress bar, on a terminal and unless `--quiet`.
    pub(crate) fn bar(&self) -> Option<ProgressBar> {
        let wanted = !self.quiet && io::stderr().is_terminal();
        wanted.then(|| self.bars.add(ProgressBar::new(100)))
    }

    /// A failure of stderr itself cannot be reported.
    fn stderr(&self, text: &str) {
        let _ = self.bars.suspend(|| writeln!(io::stderr().lock(), "{text}"));
    }

    /// Shows the traces of our own crates only: those of others may contain a key.
    fn trace(self, verbosity: Verbosity) {
        let level = match verbosity {
            Verbosity { verbose: 1.., .. } => LevelFilter::DEBUG,
            Verbosity { verbose: 0, quiet: true, .. } => LevelFilter::ERROR,
            Verbosity { verbose: 0, quiet: false, .. } => LevelFilter::WARN,
        };
        let ours = Targets::new()
            .with_target("quickrouter", level)
            .with_target("quickrouter_api", level)
            .with_target("quickrouter_emulator", level);
        let lang = self.lang;
        let writer = Trace { bars: self.bars, prefix: String::new() };
        let lines = tracing_subscriber::fmt::layer().with_ansi(false);
        let registry = tracing_subscriber::registry().with(ours);
        // Without --verbose, traced warnings look like all other warnings.
        let _ = if verbosity.verbose > 0 {
            registry.with(lines.with_writer(writer)).try_init()
        } else {
            let prefix = message!("warning", text = "").to_text(lang);
            let writer = Trace { prefix, ..writer };
            let bare = lines.without_time().with_level(false).with_target(false);
            registry.with(bare.with_writer(writer)).try_init()
        };
    }
}

/// Writes traces to stderr around the bars.
#[derive(Clone)]
struct Trace {
    bars: MultiProgress,
    prefix: String,
}

impl<'a> MakeWriter<'a> for Trace {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Trace {
    /// Called once for each event.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let text = text::one_line(text.strip_suffix('\n').unwrap_or(&text));
        self.bars.suspend(|| writeln!(io::stderr().lock(), "{}{text}", self.prefix))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Prints clap's help to stdout, or its usage error to stderr.
pub(crate) fn clap(error: &clap::Error) -> ExitCode {
    // The reader may be gone.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
