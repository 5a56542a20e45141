//! Errors about a prediction that exists, or may exist.

use quickrouter::error::{CancelOutcome, DeadlinePassed, OutputError, Recovery, UnknownOutcome};
use quickrouter::text::excerpt;
use quickrouter::{Prediction, PredictionId, Status};

use super::Words;
use crate::text::detail;
use crate::text::message::{Message, message};

pub(super) fn unknown(unknown: &UnknownOutcome) -> Words {
    // For an error status the cause already says everything.
    let status = unknown.status.filter(|status| *status < 300).map(|status| status.to_string());
    let body = (!unknown.body.is_empty()).then(|| excerpt(&unknown.body));
    let response = status.map(|status| match body {
        None => message!("sdk-status", status = status),
        Some(body) => message!("sdk-status-body", status = status, body = body),
    });
    Words::new(message!("sdk-outcome-unknown", cause = detail::message(&unknown.cause)))
        .with(response)
        .of(unknown.prediction_id.as_ref())
        .by(unknown.request_id.as_deref())
        .with([message!("sdk-may-be-billed")])
        .hint([search(&unknown.recovery)])
}

/// What the search for a prediction found, and what to do.
fn search(recovery: &Recovery) -> Message {
    match recovery {
        Recovery::Candidates(ids) if !ids.is_empty() => {
            let ids: Vec<_> = ids.iter().map(PredictionId::as_str).collect();
            message!("sdk-candidates", ids = ids.join(", "))
        }
        Recovery::Candidates(_) => message!("sdk-no-candidate"),
        Recovery::NotRelayed => message!("sdk-list-not-relayed"),
        Recovery::Failed(why) => message!("sdk-search-failed", why = detail::message(why)),
        _ => message!("sdk-check-predictions"),
    }
}

pub(super) fn ended(prediction: &Prediction) -> Words {
    let status = prediction.status().as_str();
    // One that succeeded ends up here if all of its outputs failed.
    let is_empty = *prediction.status() == Status::Succeeded;
    let what = match (prediction.id(), is_empty) {
        (Some(id), true) => message!("sdk-no-output", id = id.as_str()),
        (None, true) => message!("sdk-no-output-without-id"),
        (Some(id), false) => message!("sdk-ended", id = id.as_str(), status = status),
        (None, false) => message!("sdk-ended-without-id", status = status),
    };
    Words::new(match prediction.error() {
        Some(error) => message!("sdk-because", what = what, error = error),
        None => what,
    })
}

pub(super) fn deadline(passed: &DeadlinePassed) -> Words {
    let (id, time) = (passed.prediction_id.as_str(), format!("{:?}", passed.deadline));
    let words = Words::new(match &passed.last_status {
        Some(status) if status.as_str().trim().is_empty() => {
            message!("sdk-deadline-no-status", time = time, id = id)
        }
        Some(status) => message!("sdk-deadline", time = time, id = id, status = status.as_str()),
        None => message!("sdk-deadline-unseen", time = time, id = id),
    });
    let problem = passed.last_problem.as_ref();
    let words =
        words.with(problem.map(|why| message!("sdk-last-poll-failed", why = detail::message(why))));
    match &passed.cancel {
        CancelOutcome::NotRequested => words.with([message!("sdk-continues")]),
        CancelOutcome::Requested(status) if status.is_terminal() => {
            words.with([message!("sdk-canceled", status = status.as_str())])
        }
        CancelOutcome::Requested(status) => words
            .with([message!("sdk-cancel-pending", status = status.as_str())])
            .hint([message!("sdk-poll-again")]),
        CancelOutcome::Unconfirmed(why) => words
            .with([
                message!("sdk-cancel-unconfirmed", why = detail::message(why)),
                message!("sdk-may-run-and-be-billed"),
            ])
            .hint([message!("sdk-poll-again")]),
        other => words.with([Message::verbatim(format!("{other:?}"))]),
    }
}

/// The first output that was not saved stands in the message, the others are facts.
pub(super) fn output(output: &OutputError) -> Words {
    let mut failed = output.failed.iter().map(|failed| {
        let reason = detail::message(&failed.reason);
        match &failed.url {
            Some(url) => message!("sdk-at-url", reason = reason, url = url),
            None => reason,
        }
    });
    let first = failed.next().unwrap_or_else(|| message!("sdk-unknown-reason"));
    let words = Words::new(match &output.prediction_id {
        Some(id) => message!("sdk-not-saved", id = id.as_str(), reason = first),
        None => message!("sdk-not-saved-without-id", reason = first),
    });
    let hints = output.failed.iter().flat_map(|failed| detail::hints(&failed.reason));
    let saved = output.saved.len();
    let unread = output.unread.as_ref();
    words
        .with(failed.map(|reason| message!("sdk-another-output", reason = reason)))
        .with((saved > 0).then(|| message!("sdk-others-saved", count = saved)))
        .with(unread.map(|file| message!("unread-kept", file = file.display())))
        .hint(distinct(hints))
}

/// Each hint once.
fn distinct(hints: impl Iterator<Item = Message>) -> Vec<Message> {
    hints.fold(Vec::new(), |mut all, hint| {
        if !all.contains(&hint) {
            all.push(hint);
        }
        all
    })
}
