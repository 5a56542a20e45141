//! `serve`: runs the emulator until it is interrupted.

use std::path::Path;

use quickrouter_emulator::{Emulator, EmulatorBuilder, Fault, Faults};

use super::serve_models::definitions;
use crate::args::serve::{FaultFlags, Host, ServeArgs};
use crate::args::settings::{BASE_URL_VARIABLE, Connection, KEY_VARIABLE};
use crate::commands::interrupted::asked_again;
use crate::commands::record;
use crate::connect::emulator::{failed_to_start, with_causes};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::export::export;
use crate::output::printer::Printer;
use crate::text::bounded;
use crate::text::encoding::decoded;
use crate::text::message::message;

/// The largest file of faults, in bytes.
const MOST_FAULT_BYTES: u64 = 16 << 20;

/// Serves. The first two lines on stdout can be evaluated by a shell.
pub(crate) async fn run(
    serving: &ServeArgs,
    connection: &Connection,
    printer: &Printer,
) -> Result<u8, Failure> {
    if let Some(folder) = &serving.record.record {
        return record::run(serving, connection, folder, printer).await;
    }
    let mut interrupts = Interrupts::listen()?;
    let started = builder(serving)?.start().await;
    let mut emulator = started.map_err(|error| {
        let why = with_causes(&error);
        failed_to_start(&error, message!("emulator-not-started", why = why))
    })?;
    printer.exact(&export(BASE_URL_VARIABLE, &emulator.base_url())?)?;
    printer.exact(&export(KEY_VARIABLE, emulator.key())?)?;
    printer.progress(&message!("emulator-serving"));
    printer.progress(&message!("emulator-page", url = format!("{}/", emulator.origin())));
    if let Some(folder) = &serving.state {
        let creates = emulator.creates_accepted();
        printer.progress(&message!("emulator-state", folder = folder.display(), creates = creates));
    }
    if let Some(folder) = &serving.replay.replay {
        say_what_is_replayed(&emulator, folder, printer);
    }
    warn(serving, printer);
    tokio::select! {
        () = interrupts.next() => {}
        ended = emulator.wait() => return match ended {
            Ok(()) => Ok(0),
            Err(error) => Err(Failure::other(message!("emulator-failed", why = with_causes(&error)))),
        },
    }
    let gateway = emulator.gateway().clone();
    printer.progress(&message!("emulator-stopping"));
    tokio::select! {
        stopped = emulator.stop() => {
            stopped.map_err(|error| Failure::other(message!("emulator-failed", why = with_causes(&error))))?;
        }
        // A second interrupt ends the wait.
        () = asked_again(&mut interrupts) => {}
    }
    // A request in progress may have been a create.
    printer.progress(&message!("emulator-stopped", creates = gateway.creates_accepted()));
    Ok(0)
}

/// Who else can reach it.
fn warn(serving: &ServeArgs, printer: &Printer) {
    if !serving.host.is_loopback() {
        printer.warning(&message!("emulator-open"));
    }
    if serving.cors && serving.key.is_none() {
        printer.warning(&message!("emulator-cors"));
    }
}

fn say_what_is_replayed(emulator: &Emulator, folder: &Path, printer: &Printer) {
    let (folder, gateway) = (|| folder.display(), emulator.gateway());
    let count = gateway.recordings();
    printer.progress(&message!("emulator-replaying", count = count, folder = folder()));
    match gateway.incomplete_recordings() {
        0 => {}
        count => {
            printer.warning(&message!("recordings-skipped", count = count, folder = folder()));
        }
    }
}

/// The emulator with the typed flags.
fn builder(serving: &ServeArgs) -> Result<EmulatorBuilder, Failure> {
    let builder = Emulator::builder()
        .port(serving.port)
        .cors(serving.cors)
        .forwarded(serving.forwarded)
        .time_scale(serving.time_scale)
        .personality(serving.personality.personality)
        .rate_limits(match serving.limits.creates_per_minute {
            Some(number) => serving.limits.rate_limits.creates(number),
            None => serving.limits.rate_limits,
        })
        .faults(faults(&serving.faults)?)
        .any_model(serving.models.any_model)
        .strict_inputs(serving.models.strict_inputs)
        .models(definitions(&serving.models.models)?);
    let builder = match serving.host {
        Host::Address(address) => builder.host(address),
        Host::Localhost => builder.localhost(),
    };
    let traits = &serving.personality;
    let builder = typed(builder, serving.replay.replay.clone(), EmulatorBuilder::replay)
        .else_draw(serving.replay.else_draw);
    let builder = typed(builder, serving.key.clone(), EmulatorBuilder::key);
    let builder = typed(builder, serving.price, EmulatorBuilder::price);
    let builder = typed(builder, serving.quota, EmulatorBuilder::quota);
    let builder = typed(builder, serving.state.as_ref(), EmulatorBuilder::state);
    let builder = typed(builder, traits.errors, EmulatorBuilder::error_format);
    let builder = typed(builder, traits.answers_created, EmulatorBuilder::answers_created);
    let builder = typed(builder, traits.honours_prefer, EmulatorBuilder::honours_prefer);
    let builder =
        typed(builder, traits.honours_cancel_after, EmulatorBuilder::honours_cancel_after);
    let builder = typed(builder, traits.relays_all, EmulatorBuilder::relays_all);
    let builder = typed(builder, traits.urls_elsewhere, EmulatorBuilder::urls_elsewhere);
    Ok(builder)
}

/// Sets a typed value; otherwise the builder's default stays.
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

/// The faults of the file, then the typed ones.
fn faults(flags: &FaultFlags) -> Result<Faults, Failure> {
    let mut faults = match &flags.faults {
        Some(path) => read_faults(path)?,
        None => Faults::default(),
    };
    for text in &flags.fault {
        let fault = Fault::from_json(text).map_err(|error| {
            let error = error.to_string();
            Failure::refused(message!("fault-invalid", fault = text, error = error))
        })?;
        faults.faults.push(fault);
    }
    Ok(match flags.fault_seed {
        Some(seed) => faults.with_seed(seed),
        None => faults,
    })
}

fn read_faults(path: &Path) -> Result<Faults, Failure> {
    let file = || path.display();
    let (bytes, is_whole) = bounded::file(path, MOST_FAULT_BYTES).map_err(|error| {
        let error = error.to_string();
        Failure::refused(message!("faults-unreadable", file = file(), error = error))
    })?;
    if !is_whole {
        let limit = MOST_FAULT_BYTES;
        return Err(Failure::refused(message!("faults-large", file = file(), limit = limit)));
    }
    let text = decoded(bytes)
        .map_err(|why| Failure::refused(message!("faults-encoding", file = file(), why = why)))?;
    Faults::from_json(&text).map_err(|error| {
        let error = error.to_string();
        Failure::refused(message!("faults-invalid", file = file(), error = error))
    })
}
