//! The way to the gateway in memory, which counts the requests.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;
use quickrouter::transport::{Fail, Transport};
use quickrouter_emulator::{Gateway, InMemoryTransport};

pub(crate) struct Wire {
    memory: InMemoryTransport,
    requests: AtomicU64,
}

impl Wire {
    pub(crate) fn to(gateway: &Gateway) -> Self {
        Self { memory: InMemoryTransport::new(gateway), requests: AtomicU64::new(0) }
    }

    pub(crate) fn base_url(&self) -> String {
        self.memory.base_url()
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

impl Transport for Wire {
    fn send(&self, request: reqwest::Request) -> BoxFuture<'_, Result<reqwest::Response, Fail>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.memory.send(request)
    }
}
