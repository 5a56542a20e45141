//! `serve`: the emulator, until it is interrupted.

use quickrouter_emulator::Emulator;

use crate::args::Serving;
use crate::exit::Failure;
use crate::interrupt::Interrupts;
use crate::printer::Printer;

/// Serves. The first two lines on stdout are ready for a shell.
pub(crate) async fn run(serving: &Serving, printer: &Printer) -> Result<u8, Failure> {
    let mut interrupts = Interrupts::listen()?;
    let mut builder = Emulator::builder().port(serving.port).time_scale(serving.time_scale);
    if let Some(key) = &serving.key {
        builder = builder.key(key);
    }
    let mut emulator = builder.start().await.map_err(|error| failed_to_start(&error))?;
    printer.exact(&format!("export QUICKROUTER_BASE_URL={}", quoted(&emulator.base_url())))?;
    printer.exact(&format!("export QUICKROUTER_API_KEY={}", quoted(emulator.key())))?;
    printer.progress(
        "emulator: serving on this machine until it is interrupted; the pictures are no model's, \
         and nothing is billed",
    );
    tokio::select! {
        () = interrupts.next() => {}
        ended = emulator.ended() => return match ended {
            Ok(()) => Ok(0),
            Err(error) => Err(Failure::other(with_causes(&error))),
        },
    }
    let creates = emulator.creates_accepted();
    emulator.stop().await.map_err(|error| Failure::other(with_causes(&error)))?;
    printer.progress(&format!("emulator: stopped; {creates} creates were accepted"));
    Ok(0)
}

/// Settings that are off their limits are refused; a port that is taken is not the user's mistake.
pub(crate) fn failed_to_start(error: &quickrouter_emulator::Error) -> Failure {
    let message = format!("the emulator did not start: {}", with_causes(error));
    match error {
        quickrouter_emulator::Error::TimeScale { .. } | quickrouter_emulator::Error::Key => {
            Failure::refused(message)
        }
        _ => Failure::other(message),
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        assert_eq!(quoted("http://127.0.0.1:8080/replicate"), "http://127.0.0.1:8080/replicate");
        assert_eq!(quoted("two words"), "'two words'");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
    }
}
