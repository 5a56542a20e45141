//! An exchange under way: kept in the history when it is over, also when its caller has gone before.

use crate::state::Shared;
use crate::state::request_log::Exchange;

/// What will be kept. Dropped without an answer, it has no status.
pub(crate) struct LogEntry {
    state: Shared,
    /// None where it is about the emulator itself.
    exchange: Option<Exchange>,
}

impl LogEntry {
    pub(crate) fn new(state: &Shared, exchange: Option<Exchange>) -> Self {
        Self { state: state.clone(), exchange }
    }

    pub(crate) fn exchange(&mut self) -> Option<&mut Exchange> {
        self.exchange.as_mut()
    }
}

impl Drop for LogEntry {
    fn drop(&mut self) {
        let Some(mut exchange) = self.exchange.take() else { return };
        exchange.duration = self.state.now().duration_since(exchange.at).unwrap_or_default();
        self.state.request_log().push(exchange);
        self.state.notify_changed();
    }
}
