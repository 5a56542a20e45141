//! A create that is sent is answered: dropped on the way, it goes on in a task of its own.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::time::Instant;
use tracing::{Instrument, Span};

use crate::calls::create::{self, Accepted};
use crate::core::context::Connection;
use crate::error::Error;
use crate::request::Prepared;
use crate::request::stop::StopSignal;

type Created = Result<Accepted, Error>;

/// Waits for a create.
///
/// Dropped before it is answered, it keeps the create from being sent (again); an attempt that is
/// in flight goes on, and what comes of it is kept with [`Connection::abandon`]. It is not in a task
/// of its own from the beginning, since to wake one costs more than all else that is done here.
struct Attended {
    /// Gone while it is polled, and once it is over.
    sending: Option<Pin<Box<dyn Future<Output = Created> + Send>>>,
    gone: StopSignal,
    connection: Arc<Connection>,
    cancel_on_drop: bool,
    runtime: Handle,
    span: Span,
}

/// Sends a create until it is accepted, refused, unknown, or the deadline leaves no time.
pub(crate) async fn create(
    connection: &Arc<Connection>,
    prepared: Prepared,
    deadline: Instant,
) -> Created {
    let (gone, cancel_on_drop) = (StopSignal::new(), prepared.cancel_on_drop);
    let sending = {
        let (connection, gone) = (Arc::clone(connection), gone.clone());
        async move { create::send(&connection, &prepared, deadline, &gone).await }
    };
    Attended {
        sending: Some(Box::pin(sending)),
        gone,
        connection: Arc::clone(connection),
        cancel_on_drop,
        runtime: Handle::current(),
        span: Span::current(),
    }
    .await
}

impl Future for Attended {
    type Output = Created;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Created> {
        // Should it panic, it is not there any more to go on.
        let mut sending = self.sending.take().expect("nobody polls it when it is over");
        let polled = sending.as_mut().poll(context);
        if polled.is_pending() {
            self.sending = Some(sending);
        }
        polled
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        let Some(sending) = self.sending.take() else { return };
        self.gone.stop();
        let (connection, runtime) = (Arc::clone(&self.connection), self.runtime.clone());
        let cancel_on_drop = self.cancel_on_drop;
        let rest = async move {
            let created = sending.await.map(|accepted| accepted.prediction);
            connection.abandon(created, cancel_on_drop, &runtime);
        };
        self.runtime.spawn(rest.instrument(self.span.clone()));
    }
}
