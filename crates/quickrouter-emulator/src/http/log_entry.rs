//! An exchange in progress: logged when it ends, also if the caller disconnects first.

use crate::state::Shared;
use crate::state::request_log::Exchange;

/// The exchange to be logged. If dropped without a response, it has no status.
pub(crate) struct LogEntry {
    state: Shared,
    /// `None` for requests to the emulator itself.
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
