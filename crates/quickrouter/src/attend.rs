//! A create runs in a task of its own, so that its answer is read even when its caller has gone.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::Instrument;

use crate::connection::Connection;
use crate::create::{self, Accepted};
use crate::error::{Error, UnknownOutcome};
use crate::request::Prepared;
use crate::stop::StopSignal;

type Created = Result<Accepted, Error>;

/// Waits for a create.
///
/// Dropped before it is answered, it keeps the create from being sent (again); an attempt that is
/// in flight goes on, and what comes of it is kept with [`Connection::abandon`].
struct Attended {
    /// Gone once it has told that nothing will come.
    told: Option<oneshot::Receiver<Created>>,
    task: JoinHandle<()>,
    gone: StopSignal,
    connection: Arc<Connection>,
    cancel_on_drop: bool,
    runtime: Handle,
}

/// Sends a create until it is accepted, refused, unknown, or the deadline leaves no time.
pub(crate) async fn create(
    connection: &Arc<Connection>,
    prepared: Prepared,
    deadline: Instant,
) -> Created {
    let (runtime, gone) = (Handle::current(), StopSignal::new());
    let (tell, told) = oneshot::channel();
    let cancel_on_drop = prepared.cancel_on_drop;
    let task = {
        let (connection, runtime) = (Arc::clone(connection), runtime.clone());
        let gone = gone.clone();
        async move {
            let created = create::send(&connection, &prepared, deadline, &gone).await;
            if let Err(created) = tell.send(created) {
                let created = created.map(|accepted| accepted.prediction);
                connection.abandon(created, cancel_on_drop, &runtime);
            }
        }
    };
    let task = runtime.spawn(task.in_current_span());
    let connection = Arc::clone(connection);
    let told = Some(told);
    Attended { told, task, gone, connection, cancel_on_drop, runtime }.await
}

impl Future for Attended {
    type Output = Created;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Created> {
        if let Some(told) = &mut self.told {
            if let Ok(created) = ready!(Pin::new(told).poll(context)) {
                return Poll::Ready(created);
            }
            self.told = None;
        }
        match ready!(Pin::new(&mut self.task).poll(context)) {
            Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
            _ => Poll::Ready(Err(broken_off())),
        }
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        self.gone.stop();
        let Some(told) = &mut self.told else { return };
        told.close();
        // What was told and not yet heard.
        if let Ok(created) = told.try_recv() {
            let created = created.map(|accepted| accepted.prediction);
            self.connection.abandon(created, self.cancel_on_drop, &self.runtime);
        }
    }
}

/// The task was broken off: the runtime is shutting down.
fn broken_off() -> Error {
    Error::OutcomeUnknown(Box::new(UnknownOutcome::new("the runtime ended it", None, Bytes::new())))
}
