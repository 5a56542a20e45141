//! A future that is dropped on the way, at a drawn moment.

use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep};

/// When a caller loses patience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// It stays to the end.
    Endless,
    /// Dropped at this moment.
    Until(Instant),
    /// Dropped at the await at which it stands after this many polls.
    Polls(u32),
}

impl Patience {
    /// In words that are the same in every run of a seed.
    pub(crate) fn in_words(self, start: Instant) -> String {
        match self {
            Self::Endless => "to the end".to_owned(),
            Self::Until(moment) => format!("until {:?}", moment - start),
            Self::Polls(polls) => format!("for {polls} polls"),
        }
    }
}

/// Runs a future until its end, or drops it before.
pub(crate) struct Impatient<F> {
    inner: Option<Pin<Box<F>>>,
    until: Option<Pin<Box<Sleep>>>,
    polls: Option<u32>,
}

impl<F: Future> Impatient<F> {
    pub(crate) fn new(inner: F, patience: Patience) -> Self {
        let (until, polls) = match patience {
            Patience::Endless => (None, None),
            Patience::Until(moment) => (Some(Box::pin(tokio::time::sleep_until(moment))), None),
            Patience::Polls(polls) => (None, Some(polls.max(1))),
        };
        Self { inner: Some(Box::pin(inner)), until, polls }
    }

    fn poll_inner(&mut self, context: &mut Context<'_>) -> Poll<Option<F::Output>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        if let Poll::Ready(output) = inner.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        if let Some(polls) = &mut self.polls {
            *polls -= 1;
            if *polls == 0 {
                self.inner = None;
                return Poll::Ready(None);
            }
        }
        Poll::Pending
    }
}

impl<F: Future> Future for Impatient<F> {
    /// `None` if it was dropped.
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.until.as_mut().is_some_and(|until| until.as_mut().poll(context).is_ready()) {
            self.inner = None;
            return Poll::Ready(None);
        }
        match self.polls {
            Some(_) => in_step_with_the_disk(|| self.poll_inner(context)),
            None => self.poll_inner(context),
        }
    }
}

/// Does something while tokio's one blocking thread is held, then waits until that thread has done
/// everything it was given. Whether a file operation is over when it is first asked for no longer
/// depends on how fast the disk is, so that polls can be counted.
fn in_step_with_the_disk<T>(poll: impl FnOnce() -> T) -> T {
    let (release, held) = mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || held.recv());
    let polled = poll();
    drop(release);
    let (done, all_done) = mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || drop(done));
    let _ = all_done.recv();
    polled
}
