//! The only place that writes to stdout or stderr.
//!
//! Results go to stdout, everything else to stderr. The progress bar is suspended while a line is
//! printed. Text from a server may contain control characters, which are masked here.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anstyle::Style;
use indicatif::{MultiProgress, ProgressBar};
use serde_json::Value;
use terminal_size::{Height, Width, terminal_size_of};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::args::settings::Verbosity;
use crate::exit::failure::Failure;
use crate::output::table::Table;
use crate::text::lang::Lang;
use crate::text::message::Message;
use crate::text::style::{self, Label, Wishes};
use quickrouter::text;

/// The size of the first terminals, where there is none or it knows no size.
const DEFAULT_WIDTH: usize = DEFAULT_COLUMNS as usize;
const DEFAULT_COLUMNS: u16 = 80;
#[cfg(feature = "preview")]
const DEFAULT_ROWS: u16 = 24;
/// Longer lines are hard to read.
const MAX_WIDTH: usize = 100;
const MIN_WIDTH: usize = 20;

/// Where a command writes.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    bars: MultiProgress,
    quiet: bool,
    lang: Lang,
    wishes: Wishes,
}

impl Printer {
    pub(crate) fn new(verbosity: Verbosity, lang: Lang) -> Self {
        let bars = MultiProgress::new();
        let printer = Self { bars, quiet: verbosity.quiet, lang, wishes: Wishes::from_env() };
        printer.clone().trace(verbosity);
        printer
    }

    /// Whether results are shown on a terminal.
    pub(crate) fn is_on_terminal() -> bool {
        io::stdout().is_terminal()
    }

    /// The reader's language.
    pub(crate) fn lang(&self) -> Lang {
        self.lang
    }

    /// Prints a result that is a message.
    pub(crate) fn message(&self, message: &Message) -> io::Result<()> {
        self.exact(&message.to_text(self.lang))
    }

    /// Prints a page of the help, whose headings are bold on a terminal that can. The reader may be gone.
    pub(crate) fn page(&self, page: &str) {
        let _ = self.exact(&style::shown(page, self.colors(Stream::Stdout)));
    }

    /// Prints the help that stands for an error.
    pub(crate) fn page_as_error(&self, page: &str) {
        self.stderr(&style::shown(page, self.colors(Stream::Stderr)));
    }

    /// How wide a page of the help is: as the terminal, within limits. A pager reads stdout.
    pub(crate) fn page_width() -> usize {
        let width = Stream::Stdout.width().or_else(|| Stream::Stderr.width());
        width.unwrap_or(DEFAULT_WIDTH).clamp(MIN_WIDTH, MAX_WIDTH)
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
            let mut stdout = anstream::AutoStream::always(io::stdout().lock());
            stdout.write_all(line)?;
            stdout.write_all(b"\n")?;
            stdout.flush()
        })
    }

    /// Prints a table: within the width of a terminal, otherwise whole.
    pub(crate) fn table(&self, table: &Table) -> io::Result<()> {
        let laid = table.laid(width());
        for line in &laid.head {
            self.exact(&self.styled(line, style::HEAD, Stream::Stdout))?;
        }
        laid.rows.iter().try_for_each(|line| self.exact(line))
    }

    fn colors(&self, of: Stream) -> bool {
        self.wishes.colors(of.is_terminal())
    }

    fn styled(&self, text: &str, with: Style, of: Stream) -> String {
        if self.colors(of) { style::styled(text, with) } else { text.to_owned() }
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

    /// Whether a question on stderr reaches somebody who can answer it on stdin.
    pub(crate) fn can_ask() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Prints progress, unless `--quiet`.
    pub(crate) fn progress(&self, progress: &Message) {
        if !self.quiet {
            self.stderr(&progress.to_text(self.lang));
        }
    }

    /// Prints a warning.
    pub(crate) fn warning(&self, warning: &Message) {
        self.stderr(&self.labelled(Label::Warning, &warning.to_text(self.lang)));
    }

    /// Prints a failure, and returns its exit code.
    pub(crate) fn failure(&self, failure: &Failure) -> u8 {
        if !failure.is_closed_pipe() {
            let lines = failure.lines(self.lang).into_iter().map(|(label, text)| match label {
                Some(label) => self.labelled(label, &text),
                None => text,
            });
            self.stderr(&lines.collect::<Vec<_>>().join("\n"));
        }
        failure.code
    }

    /// Whether pictures may be shown unasked: a person reads stderr, and wants more than warnings.
    #[cfg(feature = "preview")]
    pub(crate) fn shows_pictures(&self) -> bool {
        !self.quiet && self.wishes.pictures(io::stderr().is_terminal())
    }

    /// Writes the bytes of a picture to the terminal. What cannot be written cannot be reported either.
    #[cfg(feature = "preview")]
    pub(crate) fn picture(&self, bytes: &[u8]) {
        let _ = self.bars.suspend(|| {
            if io::stderr().is_terminal() {
                return to_stderr(bytes);
            }
            controlling_terminal()?.write_all(bytes)
        });
    }

    /// A progress bar, on a terminal and unless `--quiet`.
    pub(crate) fn bar(&self) -> Option<ProgressBar> {
        let wanted = !self.quiet && self.wishes.redraws(io::stderr().is_terminal());
        wanted.then(|| self.bars.add(ProgressBar::new(100)))
    }

    /// A failure of stderr itself cannot be reported.
    fn stderr(&self, text: &str) {
        let line = format!("{text}\n");
        let _ = self.bars.suspend(|| to_stderr(line.as_bytes()));
    }

    /// A line behind its label, which is in color.
    fn labelled(&self, label: Label, text: &str) -> String {
        let word = label.message().to_text(self.lang);
        format!("{}{text}", self.styled(&word, label.style(), Stream::Stderr))
    }

    /// Shows the traces of our own crates only: those of others may contain a key.
    fn trace(self, verbosity: Verbosity) {
        let level = match verbosity {
            Verbosity { verbose: 1.., .. } => LevelFilter::DEBUG,
            Verbosity { verbose: 0, quiet: true, .. } => LevelFilter::ERROR,
            Verbosity { verbose: 0, quiet: false, .. } => LevelFilter::WARN,
        };
        let orphans = if verbosity.verbose > 0 { level } else { LevelFilter::OFF };
        let ours = Targets::new()
            .with_target("quickrouter", level)
            // What ends a command names the prediction itself.
            .with_target("quickrouter::calls::orphan", orphans)
            .with_target("quickrouter_api", level)
            .with_target("quickrouter_emulator", level);
        let label = self.labelled(Label::Warning, "");
        let writer = Trace { bars: self.bars, prefix: String::new() };
        let lines = tracing_subscriber::fmt::layer().with_ansi(false);
        let registry = tracing_subscriber::registry().with(ours);
        // Without --verbose, traced warnings look like all other warnings.
        let _ = if verbosity.verbose > 0 {
            registry.with(lines.with_writer(writer)).try_init()
        } else {
            let writer = Trace { prefix: label, ..writer };
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
        let line = format!("{}{text}\n", self.prefix);
        self.bars.suspend(|| to_stderr(line.as_bytes()))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Writes to stderr. Windows' consoles that know no control sequences get calls for colors instead.
fn to_stderr(bytes: &[u8]) -> io::Result<()> {
    let mut stderr = anstream::AutoStream::always(io::stderr().lock());
    stderr.write_all(bytes)?;
    stderr.flush()
}

/// A stream that may be a terminal.
#[derive(Clone, Copy, Debug)]
enum Stream {
    Stdout,
    Stderr,
}

impl Stream {
    fn is_terminal(self) -> bool {
        match self {
            Self::Stdout => io::stdout().is_terminal(),
            Self::Stderr => io::stderr().is_terminal(),
        }
    }

    /// The columns and rows of the terminal that it is. A serial line knows neither.
    fn size(self) -> Option<(u16, u16)> {
        let size = match self {
            Self::Stdout => terminal_size_of(io::stdout()),
            Self::Stderr => terminal_size_of(io::stderr()),
        };
        size.map(|(Width(columns), Height(rows))| (columns, rows))
    }

    fn width(self) -> Option<usize> {
        self.size().map(|(columns, _)| usize::from(columns))
    }
}

/// The width of the terminal that stdout is.
pub(crate) fn width() -> Option<usize> {
    Stream::Stdout.width()
}

/// The columns and rows of the terminal that pictures are drawn on: stderr, else the one that
/// controls the process. Never stdout, which may be read by a program.
#[cfg(feature = "preview")]
pub(crate) fn screen() -> Option<(u16, u16)> {
    let size = if Stream::Stderr.is_terminal() {
        Stream::Stderr.size()
    } else {
        let size = terminal_size_of(controlling_terminal().ok()?);
        size.map(|(Width(columns), Height(rows))| (columns, rows))
    };
    Some(size.unwrap_or((DEFAULT_COLUMNS, DEFAULT_ROWS)))
}

/// Opens the terminal that controls the process.
#[cfg(feature = "preview")]
fn controlling_terminal() -> io::Result<std::fs::File> {
    std::fs::OpenOptions::new().write(true).open(if cfg!(windows) { "CONOUT$" } else { "/dev/tty" })
}

/// The width of the bars.
pub(crate) fn bar_width() -> usize {
    Stream::Stderr.width().unwrap_or(DEFAULT_WIDTH)
}
