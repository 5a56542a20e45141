//! Reads a key that somebody types, without showing it, or that is piped in.

use std::io::IsTerminal;

use tokio::task::spawn_blocking;

use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::printer::Printer;
use crate::text::bounded;
use crate::text::encoding::decoded;
use crate::text::message::{Message, message};

/// The maximum length of what is read, in bytes.
const LIMIT: u64 = 4096;

/// Reads a key from the terminal without showing it, or from stdin if that is no terminal.
///
/// # Errors
/// Nothing was typed or piped in, or it is no text.
pub(super) async fn read(
    profile: &str,
    origin: &str,
    printer: &Printer,
) -> Result<String, Failure> {
    let typed = std::io::stdin().is_terminal();
    if typed {
        printer.note(&message!("auth-type-key", profile = profile, origin = origin));
    }
    let mut interrupts = Interrupts::listen()?;
    let reading = spawn_blocking(move || if typed { from_terminal() } else { from_stdin() });
    let text = tokio::select! {
        read = reading => read.map_err(|error| Failure::other(Message::verbatim(error.to_string())))??,
        () = interrupts.next() => return Err(interrupted()),
    };
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    match text.trim_matches(blank) {
        "" => Err(Failure::refused(message!("auth-key-empty")).hint(message!("auth-key-pipe"))),
        key => Ok(key.to_owned()),
    }
}

fn interrupted() -> Failure {
    Failure::interrupted(message!("auth-interrupted"), None)
}

/// The terminal shows nothing of it; ctrl-C leaves the terminal as it was.
fn from_terminal() -> Result<String, Failure> {
    rpassword::read_password().map_err(|error| match error.kind() {
        std::io::ErrorKind::Interrupted => interrupted(),
        _ => Failure::refused(message!("auth-terminal-unreadable"))
            .with(Message::verbatim(error.to_string()))
            .hint(message!("auth-key-pipe")),
    })
}

fn from_stdin() -> Result<String, Failure> {
    let unreadable = |why: Message| Failure::refused(message!("auth-stdin-unreadable")).with(why);
    let read = bounded::stdin(LIMIT);
    let (bytes, is_whole) =
        read.map_err(|error| unreadable(Message::verbatim(error.to_string())))?;
    if !is_whole {
        return Err(Failure::refused(message!("auth-key-long", bytes = LIMIT)));
    }
    decoded(bytes).map_err(unreadable)
}
