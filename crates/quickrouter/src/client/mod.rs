//! [`Client`]: construction and its public methods, one file per kind of call.

mod api;
pub(crate) mod api_key;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
pub(crate) mod builder;
mod environment;
mod files;
pub(crate) mod list;
mod predictions;
mod proxy;
mod raw;
mod recover;
pub(crate) mod save;
mod webhook_secret;

use std::fmt;
use std::sync::Arc;

use crate::core::context::Context;

/// An asynchronous client for creating predictions, waiting for them and saving their outputs.
///
/// Cheap to clone: clones share connections, rate limits, recorded durations and orphaned
/// predictions.
#[derive(Clone)]
pub struct Client {
    pub(crate) context: Arc<Context>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("gate", &self.context.gate).finish_non_exhaustive()
    }
}

impl Client {
    pub(crate) fn new(context: Context) -> Self {
        Self { context: Arc::new(context) }
    }
}
