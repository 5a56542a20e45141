//! `serve`: runs the emulator until it is interrupted.

use std::path::Path;

use quickrouter_emulator::{Emulator, EmulatorBuilder, Fault, Faults};

use super::serve_models::definitions;
use crate::args::serve::{FaultFlags, Host, ServeArgs};
use crate::args::settings::Connection;
use crate::commands::interrupted::asked_again;
use crate::commands::record;
use crate::connect::emulator::{failed_to_start, with_causes};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::export::export;
use crate::output::printer::Printer;
use crate::text::encoding::decoded;

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
    let mut emulator = started.map_err(|error| failed_to_start("emulator", &error))?;
    printer.exact(&export("QUICKROUTER_BASE_URL", &emulator.base_url())?)?;
    printer.exact(&export("QUICKROUTER_API_KEY", emulator.key())?)?;
    printer.progress(
        "emulator: serving until interrupted; pictures are placeholders, and nothing is billed",
    );
    printer.progress(format!("emulator: its page is at {}/", emulator.origin()));
    if let Some(folder) = &serving.state {
        let creates = counted(emulator.creates_accepted());
        printer.progress(format!(
            "emulator: its state is kept in {}; {creates} before",
            folder.display()
        ));
    }
    if let Some(folder) = &serving.replay.replay {
        say_what_is_replayed(&emulator, folder, printer);
    }
    warn(serving, printer);
    tokio::select! {
        () = interrupts.next() => {}
        ended = emulator.wait() => return match ended {
            Ok(()) => Ok(0),
            Err(error) => Err(Failure::other(with_causes(&error))),
        },
    }
    let gateway = emulator.gateway().clone();
    printer.progress("emulator: stopping; requests in progress have a moment to finish");
    tokio::select! {
        stopped = emulator.stop() => {
            stopped.map_err(|error| Failure::other(with_causes(&error)))?;
        }
        // A second interrupt ends the wait.
        () = asked_again(&mut interrupts) => {}
    }
    // A request in progress may have been a create.
    let creates = counted(gateway.creates_accepted());
    printer.progress(format!("emulator: stopped; {creates}"));
    Ok(0)
}

/// Who else can reach it.
fn warn(serving: &ServeArgs, printer: &Printer) {
    if !serving.host.is_loopback() {
        printer.warning(
            "the emulator accepts connections from other machines; its page and everything below \
             /emulator/ need no key: anyone who can reach it can read prompts and pictures, and set \
             faults",
        );
    }
    if serving.cors && serving.key.is_none() {
        printer.warning(
            "any page that is open in a browser of this machine can use the emulator: --cors without \
             --key accepts every key",
        );
    }
}

fn counted(creates: u64) -> String {
    match creates {
        1 => "1 create was accepted".to_owned(),
        number => format!("{number} creates were accepted"),
    }
}

fn say_what_is_replayed(emulator: &Emulator, folder: &Path, printer: &Printer) {
    let (shown, gateway) = (folder.display(), emulator.gateway());
    let count = match gateway.recordings() {
        1 => "1 recording".to_owned(),
        number => format!("{number} recordings"),
    };
    printer.progress(format!("emulator: replaying {count} of {shown}"));
    match gateway.incomplete_recordings() {
        0 => {}
        number => printer
            .warning(format!("recordings skipped in {shown}, since they are incomplete: {number}")),
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
        let fault = Fault::from_json(text)
            .map_err(|error| Failure::refused(format!("--fault {text}: {error}")))?;
        faults.faults.push(fault);
    }
    Ok(match flags.fault_seed {
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
