//! Whose request it is: most come from the caller's task, what a dropped caller leaves in flight from
//! a task of the SDK.

use std::collections::{BTreeMap, HashMap};

use quickrouter_api::routes;
use reqwest::Request;
use tokio::task::Id;

use crate::wish::asker;

tokio::task_local! {
    /// The caller whose task it is.
    pub(crate) static CALLER: usize;
}

/// What is known of senders that are not the callers themselves.
#[derive(Debug, Default)]
pub(crate) struct Senders {
    /// The tasks that creates were sent from: what is sent from there later is about them.
    tasks: HashMap<Id, usize>,
    /// Whose create a prediction came of.
    owners: BTreeMap<String, usize>,
}

impl Senders {
    /// Whose request it is: of the caller that it names, in whose task it is sent, whose create was
    /// sent from this task before, or to whom the prediction belongs.
    pub(crate) fn of(&mut self, request: &Request) -> Option<usize> {
        let task = tokio::task::try_id();
        if let Some(caller) = asker(request) {
            self.tasks.extend(task.map(|task| (task, caller)));
            return Some(caller);
        }
        let here = CALLER.try_with(|caller| *caller).ok();
        here.or_else(|| self.tasks.get(&task?).copied()).or_else(|| {
            let (_, rest) = request.url().path().split_once(routes::LIST_PREDICTIONS.path)?;
            self.owners.get(rest.split('/').nth(1)?).copied()
        })
    }

    /// The gateway has accepted a create of this caller.
    pub(crate) fn accepted(&mut self, id: &str, caller: usize) {
        self.owners.insert(id.to_owned(), caller);
    }

    /// What the gateway has accepted of each caller.
    pub(crate) fn ids_by_caller(&self) -> BTreeMap<usize, Vec<&str>> {
        let mut all: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for (id, caller) in &self.owners {
            all.entry(*caller).or_default().push(id);
        }
        all
    }
}
