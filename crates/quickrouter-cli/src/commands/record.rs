//! `serve --record`: passes requests on to a gateway and records its predictions, until interrupted.

use std::path::Path;

use quickrouter_emulator::{Notice, Recorder};

use crate::args::serve::{Host, ServeArgs};
use crate::args::settings::{BASE_URL_VARIABLE, Connection, KEY_VARIABLE};
use crate::commands::interrupted::asked_again;
use crate::connect::emulator::{failed_to_start, with_causes};
use crate::connect::keys::gateway_key;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::export::export;
use crate::output::printer::Printer;
use crate::text::message::{Message, message};

/// Records. The first two lines on stdout can be evaluated by a shell.
pub(crate) async fn run(
    serving: &ServeArgs,
    connection: &Connection,
    folder: &Path,
    printer: &Printer,
) -> Result<u8, Failure> {
    let mut interrupts = Interrupts::listen()?;
    let upstream = serving.record.upstream.as_deref().unwrap_or_default();
    let shown = printer.clone();
    let builder = Recorder::builder(folder, upstream, gateway_key(connection, upstream).await?);
    let builder = match serving.host {
        Host::Address(address) => builder.host(address),
        Host::Localhost => builder.localhost(),
    };
    let started = builder
        .port(serving.port)
        .allow_http(connection.allow_http)
        .on_notice(move |notice| show(&shown, notice))
        .start()
        .await;
    let mut recorder = started.map_err(|error| {
        let why = with_causes(&error);
        failed_to_start(&error, message!("recorder-not-started", why = why))
    })?;
    printer.exact(&export(BASE_URL_VARIABLE, &recorder.base_url())?)?;
    printer.exact(&export(KEY_VARIABLE, recorder.key())?)?;
    // Not hidden by --quiet: it costs money.
    printer.warning(&message!("recorder-bills", upstream = upstream, folder = folder.display()));
    printer.progress(&message!("recorder-started"));
    tokio::select! {
        () = interrupts.next() => {}
        ended = recorder.wait() => return match ended {
            Ok(()) => Ok(0),
            Err(error) => Err(Failure::other(message!("recorder-failed", why = with_causes(&error)))),
        },
    }
    let gateway = recorder.gateway().clone();
    printer.progress(&message!("recorder-stopping"));
    tokio::select! {
        stopped = recorder.stop() => {
            stopped.map_err(|error| Failure::other(message!("recorder-failed", why = with_causes(&error))))?;
        }
        // A second interrupt ends the wait.
        () = asked_again(&mut interrupts) => {
            printer.warning(&message!("recorder-stopped-at-once"));
        }
    }
    printer.note(&message!("recorder-stopped", creates = gateway.creates_sent()));
    Ok(0)
}

fn show(printer: &Printer, notice: &Notice) {
    let text = worded(notice);
    match notice {
        notice if notice.is_warning() => printer.warning(&text),
        // Not hidden by --quiet: it costs money.
        Notice::Creating { .. } => printer.note(&text),
        _ => printer.progress(&text),
    }
}

/// A notice in words; its details are the recorder's own.
fn worded(notice: &Notice) -> Message {
    match notice {
        Notice::Creating { target, before } => {
            message!("recorder-creating", number = before.saturating_add(1), target = target)
        }
        Notice::Recorded { path, files } => {
            message!("recorder-recorded", path = path.display(), files = *files)
        }
        Notice::Incomplete { path, why } => {
            message!("recorder-incomplete", path = path.display(), why = why.join("; "))
        }
        Notice::Recovered { number, prediction } => {
            message!("recorder-recovered", number = *number, prediction = prediction)
        }
        other => message!("recorder-notice", notice = other.to_string()),
    }
}
