//! `mcp`: serves agents until stdin ends or an interrupt comes.
//!
//! stdout is the protocol's: everything for people goes to stderr, which MCP clients keep as a log.

#[cfg(feature = "mcp")]
mod notes;
#[cfg(feature = "mcp")]
mod places;
#[cfg(feature = "mcp")]
mod serving;
#[cfg(feature = "mcp")]
mod setup;

#[cfg(not(feature = "mcp"))]
use crate::args::mcp::McpArgs;
#[cfg(not(feature = "mcp"))]
use crate::args::settings::Connection;
#[cfg(not(feature = "mcp"))]
use crate::exit::failure::Failure;
#[cfg(not(feature = "mcp"))]
use crate::output::printer::Printer;
#[cfg(not(feature = "mcp"))]
use crate::text::message::message;

#[cfg(feature = "mcp")]
pub(crate) use self::serving::run;

/// Says how to get a build that has the server.
#[cfg(not(feature = "mcp"))]
#[expect(clippy::unused_async, reason = "it waits where it serves")]
pub(crate) async fn run(_: &McpArgs, _: &Connection, _: &Printer) -> Result<u8, Failure> {
    Err(Failure::refused(message!("mcp-missing")).hint(message!("mcp-missing-how")))
}
