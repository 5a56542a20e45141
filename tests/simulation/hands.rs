//! Where the ids of accepted creates have gone: to their callers, to those who ask for what was
//! abandoned, or nowhere.

use std::collections::{BTreeMap, BTreeSet};

use quickrouter::error::Recovery;
use quickrouter::{Error, Prediction, Status};

use crate::caller::{Fate, Work};
use crate::invariants::{Accepted, Invariant, Violation};
use crate::trace::{Trace, locked};
use crate::world::Ended;

/// Counts what became of a create of unknown outcome.
pub(crate) fn count_search(trace: &Trace, result: &Result<Prediction, Error>) {
    match result {
        Ok(prediction) if prediction.was_recovered() => trace.count("found again"),
        Err(Error::OutcomeUnknown(unknown)) => match &unknown.recovery {
            Recovery::Candidates(ids) if !ids.is_empty() => trace.count("candidates named"),
            Recovery::Candidates(_) => trace.count("no candidates"),
            _ => {}
        },
        _ => {}
    }
}

/// What dropped callers left behind, asked for when all is over.
pub(crate) struct Abandoned {
    ids: Vec<String>,
    /// Creates whose outcome is unknown, and of which no id is.
    unknown: usize,
}

impl Abandoned {
    pub(crate) fn of(taken: &[Result<Prediction, Error>], trace: &Trace) -> Self {
        let mut abandoned = Self { ids: Vec::new(), unknown: 0 };
        for one in taken {
            count_search(trace, one);
            let (id, what) = match one {
                Ok(prediction) if *prediction.status() == Status::Canceled => {
                    (prediction.id(), "abandoned: canceled")
                }
                Ok(prediction) => (prediction.id(), "abandoned: created"),
                Err(error) => (error.prediction_id(), "abandoned: OutcomeUnknown"),
            };
            trace.count(what);
            match id {
                Some(id) => abandoned.ids.push(id.to_string()),
                None if matches!(one, Err(Error::OutcomeUnknown(_))) => abandoned.unknown += 1,
                None => {}
            }
        }
        abandoned
    }
}

/// Nobody was handed another's prediction, nor two the same.
///
/// Of callers that ask for the very same, nobody can tell whose is whose.
pub(crate) fn none_is_wrong(world: &Ended, accepted: &[Accepted]) -> Result<(), Violation> {
    let wrong = |detail: String| Err(Violation::new(Invariant::WrongHands, detail));
    let prompts: BTreeMap<_, _> =
        accepted.iter().map(|one| (one.id.as_str(), one.prompt.as_str())).collect();
    let mut holders = BTreeMap::new();
    for caller in &world.callers {
        let report = locked(&caller.report);
        for id in &report.told {
            if prompts.get(id.as_str()) != Some(&caller.wish.prompt().as_str()) {
                return wrong(format!("caller {} was handed {id}, not its own", caller.number));
            }
            if let Some(other) = holders.insert(id.clone(), caller) {
                let (one, two) = (other.number, caller.number);
                return wrong(format!("callers {one} and {two} were both handed {id}"));
            }
        }
    }
    let mut left = BTreeSet::new();
    for id in &world.abandoned.ids {
        // Only a stream tells an id before it is over, and so before it can be dropped.
        let may_know = |number: usize| {
            let caller = &world.callers[number];
            caller.work == Work::RunWatched && locked(&caller.report).dropped
        };
        if let Some(holder) = holders.get(id).filter(|holder| !may_know(holder.number)) {
            return wrong(format!("{id} is abandoned, and caller {} has it", holder.number));
        }
        if !left.insert(id) {
            return wrong(format!("{id} is abandoned twice"));
        }
    }
    Ok(())
}

/// Of each accepted create the id is in somebody's hands, or somebody was told that the outcome is
/// unknown: one such message for each.
pub(crate) fn none_is_lost(world: &Ended, accepted: &[Accepted]) -> Result<(), Violation> {
    let mut nowhere: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in accepted {
        let told = world.callers.iter().any(|caller| locked(&caller.report).told.contains(&one.id));
        if !told && !world.abandoned.ids.contains(&one.id) {
            nowhere.entry(&one.prompt).or_default().push(&one.id);
        }
    }
    let mut unknown_left = world.abandoned.unknown;
    for (prompt, ids) in nowhere {
        let askers = world.callers.iter().filter(|caller| caller.wish.prompt() == prompt);
        let fates: Vec<_> = askers.map(|caller| locked(&caller.report).fate.clone()).collect();
        let count = |fate: &Fate| fates.iter().filter(|one| *one == fate).count();
        let for_the_dropped = ids.len().saturating_sub(count(&Fate::Unknown));
        if for_the_dropped > count(&Fate::Unanswered).min(unknown_left) {
            let ids = ids.join(" and ");
            let detail = format!("{prompt} was accepted as {ids}, callers were told {fates:?}");
            return Err(Violation::new(Invariant::IdLost, detail));
        }
        unknown_left -= for_the_dropped;
    }
    Ok(())
}
