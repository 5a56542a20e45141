//! `serve`: the emulator, until it is interrupted.

use std::path::Path;
use std::time::Duration;

use quickrouter_emulator::{Emulator, EmulatorBuilder, Fault, Faults};

use crate::args::Serving;
use crate::exit::Failure;
use crate::interrupt::Interrupts;
use crate::printer::Printer;
use crate::text_file::decoded;

/// Interrupts that come within this time of each other are one.
const TOGETHER: Duration = Duration::from_millis(200);

/// Serves. The first two lines on stdout are ready for a shell.
pub(crate) async fn run(serving: &Serving, printer: &Printer) -> Result<u8, Failure> {
    let mut interrupts = Interrupts::listen()?;
    let started = builder(serving)?.start().await;
    let mut emulator = started.map_err(|error| failed_to_start(&error))?;
    printer.exact(&format!("export QUICKROUTER_BASE_URL={}", quoted(&emulator.base_url())))?;
    printer.exact(&format!("export QUICKROUTER_API_KEY={}", quoted(emulator.key())))?;
    printer.progress(
        "emulator: serving until it is interrupted; the pictures are no model's, and nothing is \
         billed",
    );
    printer.progress(&format!("emulator: its page is {}/", emulator.origin()));
    if !serving.host.is_loopback() {
        printer.warning(
            "the emulator lets others than this machine in; its page, and all below /emulator/, \
             take no key: whoever reaches it can read prompts and pictures, and set faults",
        );
    }
    tokio::select! {
        () = interrupts.next() => {}
        ended = emulator.wait() => return match ended {
            Ok(()) => Ok(0),
            Err(error) => Err(Failure::other(with_causes(&error))),
        },
    }
    let gateway = emulator.gateway().clone();
    printer.progress("emulator: stopping; what is under way has a moment to end");
    tokio::select! {
        stopped = emulator.stop() => {
            stopped.map_err(|error| Failure::other(with_causes(&error)))?;
        }
        // Who asks twice does not want to wait.
        () = asked_again(&mut interrupts) => {}
    }
    // What was under way may have been a create.
    let creates = match gateway.creates_accepted() {
        1 => "1 create was accepted".to_owned(),
        number => format!("{number} creates were accepted"),
    };
    printer.progress(&format!("emulator: stopped; {creates}"));
    Ok(0)
}

/// Waits for one more interrupt. Those that come together are one: a closed terminal sends several.
async fn asked_again(interrupts: &mut Interrupts) {
    while tokio::time::timeout(TOGETHER, interrupts.next()).await.is_ok() {}
    interrupts.next().await;
}

/// The emulator that was asked for.
fn builder(serving: &Serving) -> Result<EmulatorBuilder, Failure> {
    let builder = Emulator::builder()
        .host(serving.host)
        .port(serving.port)
        .time_scale(serving.time_scale)
        .personality(serving.personality)
        .rate_limits(match serving.creates_per_minute {
            Some(number) => serving.rate_limits.creates(number),
            None => serving.rate_limits,
        })
        .faults(faults(serving)?);
    let switches = &serving.switches;
    let builder = typed(builder, serving.key.clone(), EmulatorBuilder::key);
    let builder = typed(builder, serving.price, EmulatorBuilder::price);
    let builder = typed(builder, switches.errors, EmulatorBuilder::error_format);
    let builder = typed(builder, switches.answers_created, EmulatorBuilder::answers_created);
    let builder = typed(builder, switches.honours_prefer, EmulatorBuilder::honours_prefer);
    let builder =
        typed(builder, switches.honours_cancel_after, EmulatorBuilder::honours_cancel_after);
    let builder = typed(builder, switches.relays_all, EmulatorBuilder::relays_all);
    let builder = typed(builder, switches.urls_elsewhere, EmulatorBuilder::urls_elsewhere);
    Ok(builder)
}

/// Sets what was typed; the builder knows what it is otherwise.
fn typed<T>(
    builder: EmulatorBuilder,
    value: Option<T>,
    set: impl FnOnce(EmulatorBuilder, T) -> EmulatorBuilder,
) -> EmulatorBuilder {
    match value {
        Some(value) => set(builder, value),
        None => builder,
    }
}

/// Those of the file, then those that were typed.
fn faults(serving: &Serving) -> Result<Faults, Failure> {
    let mut faults = match &serving.faults {
        Some(path) => read_faults(path)?,
        None => Faults::default(),
    };
    for text in &serving.fault {
        let fault = Fault::from_json(text)
            .map_err(|error| Failure::refused(format!("--fault {text}: {error}")))?;
        faults.faults.push(fault);
    }
    Ok(match serving.fault_seed {
        Some(seed) => faults.with_seed(seed),
        None => faults,
    })
}

fn read_faults(path: &Path) -> Result<Faults, Failure> {
    let shown = path.display();
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::refused(format!("--faults {shown} cannot be read: {error}")))?;
    let text = decoded(bytes).map_err(|why| Failure::refused(format!("--faults {shown} {why}")))?;
    Faults::from_json(&text).map_err(|error| Failure::refused(format!("--faults {shown}: {error}")))
}

/// Settings that are off their limits are refused; a port that is taken is not the user's mistake.
pub(crate) fn failed_to_start(error: &quickrouter_emulator::Error) -> Failure {
    use quickrouter_emulator::Error;
    let message = format!("the emulator did not start: {}", with_causes(error));
    match error {
        Error::TimeScale { .. } | Error::Key | Error::Fault(_) | Error::Price { .. } => {
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
