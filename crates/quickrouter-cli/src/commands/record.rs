//! `serve --record`: passes requests on to a gateway and records its predictions, until interrupted.

use std::path::Path;

use quickrouter_emulator::{Notice, Recorder};

use crate::args::serve::{Host, ServeArgs};
use crate::args::settings::Connection;
use crate::commands::interrupted::asked_again;
use crate::connect::emulator::{failed_to_start, with_causes};
use crate::connect::keys::gateway_key;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::export::export;
use crate::output::printer::Printer;

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
    let mut recorder = started.map_err(|error| failed_to_start("recorder", &error))?;
    printer.exact(&export("QUICKROUTER_BASE_URL", &recorder.base_url())?)?;
    printer.exact(&export("QUICKROUTER_API_KEY", recorder.key())?)?;
    // Not hidden by --quiet: it costs money.
    printer.warning(format!(
        "requests are passed on to {upstream}, and every create is billed there; predictions are \
         kept in {}",
        folder.display()
    ));
    printer.progress("recorder: recording until interrupted; clients use the key above, no other");
    tokio::select! {
        () = interrupts.next() => {}
        ended = recorder.wait() => return match ended {
            Ok(()) => Ok(0),
            Err(error) => Err(Failure::other(with_causes(&error))),
        },
    }
    let gateway = recorder.gateway().clone();
    printer.progress("recorder: stopping; running predictions have a moment to finish");
    tokio::select! {
        stopped = recorder.stop() => {
            stopped.map_err(|error| Failure::other(with_causes(&error)))?;
        }
        // A second interrupt ends the wait.
        () = asked_again(&mut interrupts) => {
            printer.warning("stopped at once; recordings of running predictions are incomplete");
        }
    }
    let creates = match gateway.creates_sent() {
        1 => "1 create was sent".to_owned(),
        number => format!("{number} creates were sent"),
    };
    printer.note(format!("recorder: stopped; {creates} to the gateway"));
    Ok(0)
}

fn show(printer: &Printer, notice: &Notice) {
    let text = format!("recorder: {notice}");
    match notice {
        notice if notice.is_warning() => printer.warning(&text),
        // Not hidden by --quiet: it costs money.
        Notice::Creating { .. } => printer.note(&text),
        _ => printer.progress(&text),
    }
}
