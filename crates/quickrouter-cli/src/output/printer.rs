//! The only place that writes to stdout or stderr.
//!
//! Results go to stdout, everything else to stderr. Lines on stderr pass by the progress bar, which
//! stands aside for them. What a server says may hold control characters: they are replaced here.

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
use crate::text::printable;

/// Where a command writes.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    bars: MultiProgress,
    quiet: bool,
}

impl Printer {
    pub(crate) fn new(verbosity: Verbosity) -> Self {
        let printer = Self { bars: MultiProgress::new(), quiet: verbosity.quiet };
        printer.clone().trace(verbosity);
        printer
    }

    /// One line of a result, which may hold text of a server's.
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        self.exact(&printable::one_line(text))
    }

    /// A result that programs read or that is all our own, as it is.
    pub(crate) fn exact(&self, text: &str) -> io::Result<()> {
        self.bytes(text.as_bytes())
    }

    /// A path as a result: on Unix its own bytes, whatever they are, since programs open it by them;
    /// elsewhere as text.
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

    /// A result as one JSON document on one line.
    pub(crate) fn json_line(&self, value: &Value) -> io::Result<()> {
        self.exact(&value.to_string())
    }

    /// A result as one JSON document, for people too.
    pub(crate) fn json(&self, value: &Value) -> io::Result<()> {
        self.exact(&format!("{value:#}"))
    }

    /// Something worth knowing.
    pub(crate) fn note(&self, text: &str) {
        self.stderr(&printable::one_line(text));
    }

    /// How far it is, unless nobody wants to know.
    pub(crate) fn progress(&self, text: &str) {
        if !self.quiet {
            self.stderr(&printable::one_line(text));
        }
    }

    pub(crate) fn warning(&self, text: &str) {
        self.stderr(&printable::one_line(&format!("warning: {text}")));
    }

    /// Tells of a failure, and how to exit because of it.
    pub(crate) fn failure(&self, failure: &Failure) -> u8 {
        if !failure.is_closed_pipe() {
            let text = format!("error: {}", failure.message);
            // Several lines are our own; a server has its say on one.
            let own = failure.is_refused_here();
            self.stderr(&if own { printable::lines(&text) } else { printable::one_line(&text) });
        }
        failure.code
    }

    /// A place for a bar, on a terminal and unless nobody wants to know.
    pub(crate) fn bar(&self) -> Option<ProgressBar> {
        let wanted = !self.quiet && io::stderr().is_terminal();
        wanted.then(|| self.bars.add(ProgressBar::new(100)))
    }

    /// Nobody can be told when stderr itself fails.
    fn stderr(&self, text: &str) {
        let _ = self.bars.suspend(|| writeln!(io::stderr().lock(), "{text}"));
    }

    /// Shows what our own crates trace. Nobody else's: what others trace may hold a key.
    fn trace(self, verbosity: Verbosity) {
        let level = match verbosity {
            Verbosity { verbose: 1.., .. } => LevelFilter::DEBUG,
            Verbosity { verbose: 0, quiet: true } => LevelFilter::ERROR,
            Verbosity { verbose: 0, quiet: false } => LevelFilter::WARN,
        };
        let ours = Targets::new()
            .with_target("quickrouter", level)
            .with_target("quickrouter_api", level)
            .with_target("quickrouter_emulator", level);
        let writer = Trace { bars: self.bars, prefix: "" };
        let lines = tracing_subscriber::fmt::layer().with_ansi(false);
        let registry = tracing_subscriber::registry().with(ours);
        // Whoever did not ask for traces gets their warnings in the form of all others.
        let _ = if verbosity.verbose > 0 {
            registry.with(lines.with_writer(writer)).try_init()
        } else {
            let writer = Trace { prefix: "warning: ", ..writer };
            let bare = lines.without_time().with_level(false).with_target(false);
            registry.with(bare.with_writer(writer)).try_init()
        };
    }
}

/// stderr for traces, beside the bars.
#[derive(Clone)]
struct Trace {
    bars: MultiProgress,
    prefix: &'static str,
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
        let text = printable::one_line(text.strip_suffix('\n').unwrap_or(&text));
        self.bars.suspend(|| writeln!(io::stderr().lock(), "{}{text}", self.prefix))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Prints what clap has to say: help to stdout, mistakes to stderr.
pub(crate) fn clap(error: &clap::Error) -> ExitCode {
    // A reader that has gone away needs no help.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
