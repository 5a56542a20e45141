//! The sockets, and connections that are reset on purpose.

mod connection;
mod reach;
mod sockets;

pub(crate) use reach::Reach;
pub(crate) use sockets::{Host, Socket, bind, serve};
