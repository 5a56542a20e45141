//! A create that is sent is answered: dropped on the way, it goes on in a task of its own.

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

type Created = Result<Accepted, Error>;

/// Waits for a create.
///
/// Dropped before it is answered, it keeps the create from being sent (again); an attempt that is
/// in flight goes on, and what comes of it is kept with [`Context::orphan`]. It is not in a task
/// of its own from the beginning, since to wake one costs more than all else that is done here.
struct Detachable {
    /// Gone while it is polled, and once it is over.
    sending: Option<Pin<Box<dyn Future<Output = Created> + Send>>>,
    gone: CancellationToken,
    context: Arc<Context>,
    cancel_on_drop: bool,
    runtime: Handle,
    span: Span,
}

/// Sends a create until it is accepted, refused, unknown, or the deadline leaves no time.
pub(crate) async fn create(
    context: &Arc<Context>,
    prepared: Prepared,
    deadline: Instant,
) -> Created {
    let (gone, cancel_on_drop) = (prepared.stop.child_token(), prepared.cancel_on_drop);
    let sending = {
        let (context, gone) = (Arc::clone(context), gone.clone());
        async move { create::send(&context, &prepared, deadline, &gone).await }
    };
    Detachable {
        sending: Some(Box::pin(sending)),
        gone,
        context: Arc::clone(context),
        cancel_on_drop,
        runtime: Handle::current(),
        span: Span::current(),
    }
    .await
}

impl Future for Detachable {
    type Output = Created;

    fn poll(mut self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<Created> {
        // Should it panic, it is not there any more to go on.
        let mut sending = self.sending.take().expect("nobody polls it when it is over");
        let polled = sending.as_mut().poll(task);
        if polled.is_pending() {
            self.sending = Some(sending);
        }
        polled
    }
}

impl Drop for Detachable {
    fn drop(&mut self) {
        let Some(sending) = self.sending.take() else { return };
        self.gone.cancel();
        let (context, runtime) = (Arc::clone(&self.context), self.runtime.clone());
        let cancel_on_drop = self.cancel_on_drop;
        let rest = async move {
            let created = sending.await.map(|accepted| accepted.prediction);
            context.orphan(created, cancel_on_drop, &runtime);
        };
        self.runtime.spawn(rest.instrument(self.span.clone()));
    }
}
