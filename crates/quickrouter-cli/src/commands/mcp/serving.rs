//! Serves until stdin ends or an interrupt comes, and lets what runs finish.

use std::time::Duration;

use quickrouter_mcp::{McpServer, Running};
use tokio::time::timeout;

use super::{notes, setup};
use crate::args::mcp::McpArgs;
use crate::args::settings::Connection;
use crate::commands::interrupted::asked_again;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::printer::Printer;
use crate::text::message::message;

/// How long what runs may take to finish and be saved once the server is to end.
const GRACE: Duration = Duration::from_secs(5);

/// How long it may take to find out what runs, once the server is to end at once.
const LAST_LOOK: Duration = Duration::from_millis(500);

/// Serves, and names on stderr what still runs at the end.
pub(crate) async fn run(
    typed: &McpArgs,
    connection: &Connection,
    printer: &Printer,
) -> Result<u8, Failure> {
    let ready = setup::ready(typed, connection, printer).await?;
    // Interrupts are handled from here on; before, nothing would be lost.
    let mut interrupts = Interrupts::listen()?;
    notes::at_start(&ready, printer);
    // An emulator has nothing of an earlier one, and a dry run may have no key.
    if ready.emulator.is_none() && !ready.dry_run {
        let resumed = ready.server.resume().await.map_err(|error| setup::unusable(&error))?;
        notes::resumed(resumed, printer);
    }
    let (served, interrupted) = tokio::select! {
        served = ready.server.serve_stdio() => (served, false),
        () = interrupts.next() => (Ok(()), true),
    };
    printer.progress(&message!("mcp-stopping"));
    let running = finish(&ready.server, interrupted, &mut interrupts).await;
    notes::at_end(&running, ready.emulator.is_some(), printer);
    if let Some(emulator) = ready.emulator {
        // Nothing of it is needed any more.
        let _ = timeout(LAST_LOOK, emulator.stop()).await;
    }
    match served {
        Ok(()) => Ok(0),
        Err(error) => Err(Failure::other(message!("mcp-failed", why = error.to_string()))),
    }
}

/// Lets what runs finish, and returns what does not.
///
/// The MCP specification (2025-11-25, lifecycle, shutdown) has clients close stdin, then send SIGTERM
/// and then SIGKILL to a server that does not exit "within a reasonable time", which is 2 s each in
/// the official Python client. So a signal after the end of stdin ends it at once, as a second
/// interrupt does.
async fn finish(
    server: &McpServer,
    interrupted: bool,
    interrupts: &mut Interrupts,
) -> Vec<Running> {
    let at_once =
        async { if interrupted { asked_again(interrupts).await } else { interrupts.next().await } };
    tokio::select! {
        running = server.finish(GRACE) => running,
        () = at_once => {
            let running = timeout(LAST_LOOK, server.finish(Duration::ZERO)).await;
            running.unwrap_or_default()
        }
    }
}
