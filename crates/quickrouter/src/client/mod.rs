//! The client: what a program calls, a file for each kind of call.

mod api_key;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
pub(crate) mod builder;
mod files;
mod list;
mod predictions;
pub(crate) mod save;
mod variables;
mod webhook_secret;

use std::fmt;
use std::sync::Arc;

use crate::core::context::Context;

/// Makes predictions. Cheap to clone: clones share their connections, the throttle, what is known of
/// how long models take, and what was abandoned.
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
