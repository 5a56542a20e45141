//! The sockets, and connections that break on purpose.

mod connection;
mod sockets;

pub(crate) use sockets::{Socket, bind, serve};
