//! Starts an emulator for one command.

use std::time::Duration;

use quickrouter::Client;
use quickrouter_emulator::{Emulator, Error};

use super::gateway::finish;
use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::text::message::{Message, message};

/// The speed of `--emulator`: about two seconds per picture.
const TIME_SCALE: f64 = 9.0;

/// Starts an emulator, which serves until it is stopped, and its client.
pub(crate) async fn start(
    timeout: Option<Duration>,
    printer: &Printer,
) -> Result<(Client, Emulator), Failure> {
    let started = Emulator::builder().time_scale(TIME_SCALE).start().await;
    let emulator = started.map_err(|error| {
        let why = with_causes(&error);
        failed_to_start(&error, message!("emulator-not-started", why = why))
    })?;
    printer.note(&message!("emulator-notice"));
    let builder = Client::builder().base_url(emulator.base_url()).api_key(emulator.key());
    Ok((finish(builder, timeout)?, emulator))
}

/// The failure of an emulator or a recorder to start. What was typed is refused; a port in use is not a
/// usage error.
pub(crate) fn failed_to_start(error: &Error, message: Message) -> Failure {
    match error {
        Error::Bind { .. } | Error::System(_) | Error::State { .. } | Error::Panicked => {
            Failure::other(message)
        }
        _ => Failure::refused(message),
    }
}

/// An error and its causes, on one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
