//! Completes a create in the background if its future is dropped while an attempt is in flight.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

use crate::calls::create::{self, Accepted};
use crate::core::context::Context;
use crate::error::Error;
use crate::request::Prepared;

type CreateResult = Result<Accepted, Error>;

/// A create in progress.
///
/// If dropped, no further attempt is sent; an attempt in flight continues, and its result is
/// recorded by [`Context::orphan`]. A task is spawned only then: a task per create costs more than
/// all its bookkeeping.
struct DetachableCreate {
    /// `None` while it is polled, and once it is complete.
    sending: Option<Pin<Box<dyn Future<Output = CreateResult> + Send>>>,
    cancelled: CancellationToken,
    context: Arc<Context>,
    cancel_on_drop: bool,
    runtime: Handle,
    span: Span,
}

/// Sends a create until it is accepted, rejected or of unknown outcome, or the deadline leaves no
/// time.
pub(crate) async fn create(
    context: &Arc<Context>,
    prepared: Prepared,
    deadline: Instant,
) -> CreateResult {
    let (cancelled, cancel_on_drop) = (prepared.stop.child_token(), prepared.cancel_on_drop);
    let sending = {
        let (context, cancelled) = (Arc::clone(context), cancelled.clone());
        async move { create::send(&context, &prepared, deadline, &cancelled).await }
    };
    DetachableCreate {
        sending: Some(Box::pin(sending)),
        cancelled,
        context: Arc::clone(context),
        cancel_on_drop,
        runtime: Handle::current(),
        span: Span::current(),
    }
    .await
}

impl Future for DetachableCreate {
    type Output = CreateResult;

    fn poll(mut self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<CreateResult> {
        // Taken out, so that it is not resumed after a panic.
        let mut sending = self.sending.take().expect("nobody polls it when it is over");
        let polled = sending.as_mut().poll(task);
        if polled.is_pending() {
            self.sending = Some(sending);
        }
        polled
    }
}

impl Drop for DetachableCreate {
    fn drop(&mut self) {
        let Some(sending) = self.sending.take() else { return };
        self.cancelled.cancel();
        let (context, runtime) = (Arc::clone(&self.context), self.runtime.clone());
        let cancel_on_drop = self.cancel_on_drop;
        let background = async move {
            let created = sending.await.map(|accepted| accepted.prediction);
            context.orphan(created, cancel_on_drop, &runtime);
        };
        self.runtime.spawn(background.instrument(self.span.clone()));
    }
}
