//! The thread that drives timers and sockets; calls run on the threads of their callers.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::task::{Context as Task, Poll, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::core::context::Context;
use crate::detail::detail;
use crate::error::Error;

/// How often a stopping worker checks whether anything is still in progress.
const DRAIN_INTERVAL: Duration = Duration::from_millis(5);

/// A runtime on its own thread, so that it is never dropped on a caller's, where tokio panics inside
/// an async task. After it is dropped, it stops once nothing uses the context any more.
pub(super) struct Worker {
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(super) fn start(context: Weak<Context>) -> Result<Self, Error> {
        let (stop, stopped) = oneshot::channel();
        let (started, is_started) = mpsc::sync_channel(1);
        let work = move || {
            let runtime = match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return drop(started.send(Err(error))),
            };
            let _ = started.send(Ok(runtime.handle().clone()));
            runtime.block_on(async move {
                let _: Result<(), _> = stopped.await;
                while context.strong_count() > 0 {
                    tokio::time::sleep(DRAIN_INTERVAL).await;
                }
            });
            // Idle connections and name lookups may be left; nothing waits for them.
            runtime.shutdown_background();
        };
        let cannot = |why: &dyn std::fmt::Display| {
            Error::Configuration(detail!(
                NoThread,
                "a blocking client cannot start its thread: {error}",
                error = why.to_string()
            ))
        };
        let thread = thread::Builder::new().name("quickrouter".to_owned()).spawn(work);
        let thread = Some(thread.map_err(|error| cannot(&error))?);
        let runtime = is_started.recv().map_err(|error| cannot(&error))?;
        let runtime = runtime.map_err(|error| cannot(&error))?;
        Ok(Self { runtime, stop: Some(stop), thread })
    }

    /// Runs a future on this thread. Inside an async task it fails without polling it.
    pub(super) fn block_on<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        if in_async_task() {
            return Err(Error::Configuration(detail!(
                BlockingInAsync,
                "nothing was sent: a blocking call inside an async task would stall its runtime; use quickrouter::Client there, or call from tokio::task::spawn_blocking"
            )));
        }
        // Its spawned tasks, timers and sockets belong to this runtime.
        let _entered = self.runtime.enter();
        let unpark = Arc::new(Unpark { thread: thread::current(), woken: AtomicBool::new(false) });
        let waker = Waker::from(Arc::clone(&unpark));
        let (mut future, mut task) = (pin!(future), Task::from_waker(&waker));
        loop {
            match future.as_mut().poll(&mut task) {
                Poll::Ready(output) => return Ok(output),
                // What parks inside of `poll` may take the token of `unpark`, but not this flag.
                Poll::Pending => {
                    while !unpark.woken.swap(false, Ordering::AcqRel) {
                        thread::park();
                    }
                }
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take().filter(|_| !in_async_task()) {
            let _ = thread.join();
        }
    }
}

struct Unpark {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Whether this thread is polling a task, so that blocking it blocks other tasks.
///
/// An entered runtime proves nothing: `spawn_blocking` and `block_in_place` have one, too. But a task
/// must yield after a number of operations (<https://docs.rs/tokio/latest/tokio/task/coop>), and a
/// thread that may block need not. A task detected this way yields at its next operation.
fn in_async_task() -> bool {
    let mut task = Task::from_waker(Waker::noop());
    let mut has_to_yield = |_| pin!(tokio::task::consume_budget()).poll(&mut task).is_pending();
    Handle::try_current().is_ok() && (0..=u8::MAX).any(&mut has_to_yield)
}
