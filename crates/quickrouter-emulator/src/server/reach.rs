//! Where an emulator listens, and what it trusts of its callers.

use crate::server::sockets::Host;
use std::net::{IpAddr, Ipv4Addr};

/// How an emulator is reached.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    pub(crate) host: Host,
    pub(crate) port: u16,
    pub(crate) cors: bool,
    pub(crate) forwarded: bool,
}

impl Default for Reach {
    fn default() -> Self {
        let host = Host::Address(IpAddr::V4(Ipv4Addr::LOCALHOST));
        Self { host, port: 0, cors: false, forwarded: false }
    }
}
