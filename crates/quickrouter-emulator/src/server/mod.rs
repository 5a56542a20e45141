//! The sockets, and connections that are reset on purpose.

mod connection;
mod sockets;

pub(crate) use sockets::{Socket, bind, serve};
