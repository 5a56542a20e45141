//! An emulator for one command, and why one did not start.

use std::time::Duration;

use quickrouter::Client;
use quickrouter_emulator::Emulator;

use super::gateway::finish;
use crate::exit::failure::Failure;
use crate::output::printer::Printer;

/// How fast the emulator of `--emulator` is: about two seconds a picture.
const TIME_SCALE: f64 = 9.0;

/// An emulator, and its client. It serves until it is stopped.
pub(crate) async fn start(
    timeout: Duration,
    printer: &Printer,
) -> Result<(Client, Emulator), Failure> {
    let started = Emulator::builder().time_scale(TIME_SCALE).start().await;
    let emulator = started.map_err(|error| failed_to_start(&error))?;
    printer.note("emulator: pictures are placeholders drawn on this machine; nothing is billed");
    let builder = Client::builder().base_url(emulator.base_url()).api_key(emulator.key());
    Ok((finish(builder, Some(timeout))?, emulator))
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

/// An error and what caused it, on one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
