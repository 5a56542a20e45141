//! What a create holds of the list of unsettled ones, should its client go.

use crate::recorder::ledger::{Admission, Ledger};
use crate::recorder::session::Session;
use crate::recording::format::RecordedRequest;
use std::io;
use std::sync::Arc;

/// Orphans a create if its client goes before it is answered.
pub(super) struct ResponseGuard {
    session: Arc<Session>,
    number: Option<u64>,
}

impl ResponseGuard {
    pub(super) fn of(session: &Arc<Session>, number: u64) -> Self {
        Self { session: Arc::clone(session), number: Some(number) }
    }

    /// The client gets its response.
    pub(super) async fn done(mut self) {
        if let Some(number) = self.number {
            self.session.change_ledger(move |ledger| ledger.delivered(number)).await;
            self.number = None;
        }
    }
}

impl Drop for ResponseGuard {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.session.ledger.orphan(number);
        }
    }
}

/// Admits a create, or says what stands against it.
pub(super) async fn admit(
    session: &Session,
    key: &str,
    sent_at: &str,
    request: &RecordedRequest,
) -> io::Result<Admission> {
    let ledger = Arc::clone(&session.ledger);
    let (key, sent_at, request) = (key.to_owned(), sent_at.to_owned(), request.clone());
    let admitted = session.with_ledger(move |list| {
        let admission = Some(list.admit(&key, &sent_at, &request)?);
        Ok(AdmissionGuard { ledger, admission })
    });
    let mut admitted = admitted.await?;
    admitted.admission.take().ok_or_else(|| io::Error::other("no admission"))
}

/// An admission that nobody has seen yet. It is taken back if the client goes meanwhile.
struct AdmissionGuard {
    ledger: Arc<Ledger>,
    admission: Option<Admission>,
}

impl Drop for AdmissionGuard {
    fn drop(&mut self) {
        match self.admission.take() {
            // It was not sent. Should that not be written, a restart takes it for unknown.
            Some(Admission::Free(number)) => drop(self.ledger.settle(number, None)),
            Some(Admission::Found { number, .. }) => self.ledger.orphan(number),
            _ => {}
        }
    }
}
