//! [`Records`]: what the lines of a state file amount to.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::SystemTime;

use crate::budget::{Limits, Spent};
use crate::store::event::{Event, What, reservation};
use crate::store::{NewRequest, Record, State};

/// The requests of a state file.
#[derive(Debug, Default)]
pub(super) struct Records {
    by_request: HashMap<String, Record>,
    by_prediction: HashMap<String, String>,
}

impl Records {
    /// Checks that a line fits what came before.
    ///
    /// # Errors
    /// Why it does not.
    pub(super) fn check(&self, event: &Event) -> Result<(), String> {
        let request_id = &event.request_id;
        let is_armed = matches!(event.what, What::Armed { .. });
        match self.find(request_id) {
            Some(record) if is_armed && record.state != State::Released => {
                Err(format!("{request_id} is armed twice"))
            }
            None if !is_armed => Err(format!("{request_id} was not armed")),
            _ => Ok(()),
        }
    }

    /// Applies a line.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub(super) fn apply(&mut self, event: Event) -> Result<(), String> {
        self.check(&event)?;
        let Event { request_id, what } = event;
        if let What::Armed { at, by, model, pictures, cost_micros, fingerprint } = what {
            let reservation = reservation(pictures, cost_micros);
            let request =
                NewRequest { request_id: request_id.clone(), fingerprint, model, reservation };
            self.by_request.insert(request_id, Record::armed(request, at.into(), by));
            return Ok(());
        }
        let Some(record) = self.by_request.get_mut(&request_id) else { return Ok(()) };
        match what {
            What::Created { id } => {
                self.by_prediction.insert(id.clone(), request_id);
                record.id = Some(id);
                record.state = State::Created;
            }
            What::Ended { status, seed, files, failure } => {
                record.failure = failure;
                record.state = State::Ended;
                record.status = Some(status);
                record.seed = seed;
                record.files = files.into_iter().map(PathBuf::from).collect();
            }
            What::Released => record.state = State::Released,
            What::Unknown => record.state = State::Unknown,
            What::Counted { pictures } => {
                let reserved = &mut record.request.reservation.pictures;
                *reserved = pictures.max(*reserved);
            }
            What::Armed { .. } => unreachable!("handled above"),
        }
        Ok(())
    }

    pub(super) fn find(&self, request_id: &str) -> Option<&Record> {
        self.by_request.get(request_id)
    }

    pub(super) fn find_prediction(&self, id: &str) -> Option<&Record> {
        self.find(self.by_prediction.get(id)?)
    }

    /// Those that are neither ended nor released, the oldest first.
    pub(super) fn unfinished(&self) -> Vec<Record> {
        let is_unfinished = |record: &&Record| !record.state.is_final();
        let mut found: Vec<_> = self.by_request.values().filter(is_unfinished).cloned().collect();
        found.sort_by_key(|record| record.armed_at);
        found
    }

    pub(super) fn spent(&self, limits: &Limits, now: SystemTime) -> Spent {
        let mut spent = Spent::default();
        for record in self.by_request.values() {
            if record.state != State::Released && limits.counts(record.armed_at, now) {
                spent.add(&record.request.reservation, record.armed_at);
            }
        }
        spent
    }
}

impl Record {
    fn armed(request: NewRequest, armed_at: SystemTime, armed_by: String) -> Self {
        let state = State::Armed;
        Self {
            request,
            armed_at,
            armed_by,
            state,
            id: None,
            status: None,
            seed: None,
            files: vec![],
            failure: None,
        }
    }
}

impl State {
    /// Whether nothing more is to be done.
    pub(super) fn is_final(self) -> bool {
        matches!(self, Self::Ended | Self::Released)
    }
}
