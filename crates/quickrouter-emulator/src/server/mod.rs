//! The sockets, and connections that are reset on purpose.

mod connection;
mod sockets;

pub(crate) use sockets::{Host, Socket, bind, serve};
