//! The retry table: what may happen to a request, and whether it may be retried.

use std::fmt;
use std::ops::RangeInclusive;

use quickrouter_api::{Route, TransportErrorKind, codes, routes};

use crate::http::error_body;
use crate::http::outcome::Outcome;

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// It succeeded.
    Done,
    /// Retry after a backoff, up to the attempts of the [`RetryPolicy`](crate::RetryPolicy).
    Retry,
    /// Retry after the pause requested by the server, or a backoff, until the deadline; creates
    /// only until their [connect timeout](crate::ClientBuilder::connect_timeout) before the
    /// deadline.
    RetryUntilDeadline,
    /// It was not accepted and a retry would not help: an error.
    Fail,
    /// It is unknown whether it was accepted, so it is never retried:
    /// [`Error::OutcomeUnknown`](crate::Error::OutcomeUnknown).
    Unknown,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "done",
            Self::Retry => "retry",
            Self::RetryUntilDeadline => "retry until the deadline",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        })
    }
}

impl Decision {
    /// Whether the request is retried.
    pub(crate) fn is_retry(self) -> bool {
        matches!(self, Self::Retry | Self::RetryUntilDeadline)
    }
}

/// One row of [`RETRY_TABLE`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetryRule {
    /// A description of the condition.
    pub condition: &'static str,
    /// The decision for a create; `None` if the condition cannot occur.
    pub create: Option<Decision>,
    /// The decision for gets, lists, cancels and deletes, which are idempotent, and for uploads,
    /// which are free; `None` if the condition cannot occur.
    pub idempotent: Option<Decision>,
    /// The decision for downloads of outputs; `None` if the condition cannot occur.
    pub download: Option<Decision>,
    when: Condition,
}

/// The condition of a rule.
#[derive(Clone, Debug)]
enum Condition {
    Failed(TransportErrorKind),
    /// A 2xx response whose JSON is not a prediction or a file.
    Unexpected,
    /// A prediction just created by this client does not exist yet.
    NotThereYet,
    /// An output of a prediction that just ended is missing or forbidden.
    OutputNotThereYet,
    /// The body is not the output.
    Misfit,
    Status(RangeInclusive<u16>),
    StatusAndCode(u16, &'static str),
    Anything,
}

use Decision::{Done, Fail, Retry, RetryUntilDeadline, Unknown};

/// The outcomes of a request and the decision for each. The first matching rule applies.
///
/// A create is only retried if a rule says so, under any policy: a request that may have been
/// accepted may have been billed.
pub static RETRY_TABLE: &[RetryRule] = &[
    row(
        "no connection could be made: refused, name not found, timed out",
        Condition::Failed(TransportErrorKind::NotSent),
        (Retry, Retry, Some(Retry)),
    ),
    row(
        "the connection cannot be trusted: bad certificate, no TLS",
        Condition::Failed(TransportErrorKind::Untrusted),
        (Fail, Fail, Some(Fail)),
    ),
    row(
        "a proxy from the environment cannot be used",
        Condition::Failed(TransportErrorKind::UnusableProxy),
        (Fail, Fail, Some(Fail)),
    ),
    row(
        "the server certifies that it did not process the request: HTTP/2 REFUSED_STREAM, or GOAWAY with a lower last stream",
        Condition::Failed(TransportErrorKind::Unprocessed),
        (Retry, Retry, Some(Retry)),
    ),
    row(
        "the connection breaks, before or after the body is sent",
        Condition::Failed(TransportErrorKind::Interrupted),
        (Unknown, Retry, Some(Retry)),
    ),
    row(
        "no complete response in time",
        Condition::Failed(TransportErrorKind::Timeout),
        (Unknown, Retry, Some(Retry)),
    ),
    row(
        "the response is cut off",
        Condition::Failed(TransportErrorKind::BodyTruncated),
        (Unknown, Retry, Some(Retry)),
    ),
    row(
        "the response is too large",
        Condition::Failed(TransportErrorKind::TooLarge),
        (Unknown, Fail, None),
    ),
    row(
        "the response has an unsupported content coding, or a damaged one",
        Condition::Failed(TransportErrorKind::ContentCoding),
        (Unknown, Retry, Some(Retry)),
    ),
    row(
        "2xx that is not JSON: HTML, empty, cut off, garbage",
        Condition::Failed(TransportErrorKind::NotJson),
        (Unknown, Retry, None),
    ),
    row("2xx whose JSON is not what was requested", Condition::Unexpected, (Unknown, Retry, None)),
    output_row(
        "2xx that is not the output: a page, a message or nothing instead of a picture",
        Condition::Misfit,
        Retry,
    ),
    row("200", Condition::Status(200..=200), (Done, Done, Some(Done))),
    row(
        "203, which a proxy may turn 200 into",
        Condition::Status(203..=203),
        (Done, Done, Some(Done)),
    ),
    row("other 2xx", Condition::Status(201..=299), (Done, Done, Some(Retry))),
    row(
        "303, which some servers send once they have processed the request",
        Condition::Status(303..=303),
        (Unknown, Fail, None),
    ),
    row(
        "other 3xx, to this or another origin; never followed with the key",
        Condition::Status(300..=399),
        (Fail, Fail, None),
    ),
    row(
        "404 for a prediction that this client has just created",
        Condition::NotThereYet,
        (Fail, RetryUntilDeadline, None),
    ),
    output_row(
        "403 or 404 for an output of a prediction that has just ended",
        Condition::OutputNotThereYet,
        Retry,
    ),
    row("408", Condition::Status(408..=408), (Unknown, Retry, Some(Retry))),
    row("429", Condition::Status(429..=429), (RetryUntilDeadline, Retry, Some(Retry))),
    row(
        "422 with the code create_outcome_unknown",
        Condition::StatusAndCode(422, codes::CREATE_OUTCOME_UNKNOWN),
        (Unknown, Fail, Some(Fail)),
    ),
    row("other 4xx", Condition::Status(400..=499), (Fail, Fail, Some(Fail))),
    row(
        "503 with the code model_not_found",
        Condition::StatusAndCode(503, codes::MODEL_NOT_FOUND),
        (Fail, Retry, Some(Retry)),
    ),
    row("other 503", Condition::Status(503..=503), (RetryUntilDeadline, Retry, Some(Retry))),
    row("other 5xx", Condition::Status(500..=599), (Unknown, Retry, Some(Retry))),
    row("anything else", Condition::Anything, (Unknown, Fail, Some(Fail))),
];

const fn row(
    condition: &'static str,
    when: Condition,
    (create, idempotent, download): (Decision, Decision, Option<Decision>),
) -> RetryRule {
    RetryRule { condition, create: Some(create), idempotent: Some(idempotent), download, when }
}

const fn output_row(condition: &'static str, when: Condition, download: Decision) -> RetryRule {
    RetryRule { condition, create: None, idempotent: None, download: Some(download), when }
}

/// The decision for a create.
pub(crate) fn of_create(outcome: &Outcome) -> Decision {
    rule(outcome, false, |rule| rule.create)
}

/// The decision for an idempotent call. `fresh`: it concerns a prediction just created by this
/// client, which the gateway may not know everywhere yet.
pub(crate) fn of_idempotent(outcome: &Outcome, fresh: bool) -> Decision {
    rule(outcome, fresh, |rule| rule.idempotent)
}

/// What follows for the API request of a route, whatever is known about its prediction.
pub(crate) fn of(route: Route, outcome: &Outcome) -> Decision {
    let creates = [
        routes::CREATE_PREDICTION,
        routes::CREATE_MODEL_PREDICTION,
        routes::CREATE_DEPLOYMENT_PREDICTION,
    ];
    if creates.contains(&route) { of_create(outcome) } else { of_idempotent(outcome, false) }
}

fn rule(outcome: &Outcome, fresh: bool, column: fn(&RetryRule) -> Option<Decision>) -> Decision {
    first_decision(column, |when| match (when, outcome) {
        (Condition::Failed(kind), Outcome::Failed(failure)) => failure.kind == *kind,
        (Condition::Unexpected, Outcome::Unexpected(..)) | (Condition::Anything, _) => true,
        (Condition::Status(range), Outcome::Prediction(..)) => range.contains(&200),
        (Condition::Status(range), Outcome::Success(response)) => {
            range.contains(&response.status.as_u16())
        }
        (Condition::Status(range), Outcome::Status(response)) => {
            range.contains(&response.status.as_u16())
        }
        (Condition::NotThereYet, Outcome::Status(response)) => fresh && response.status == 404,
        (Condition::StatusAndCode(status, code), Outcome::Status(response)) => {
            response.status == *status && error_body::read(&response.body).code == *code
        }
        _ => false,
    })
}

/// The outcome of a download.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DownloadOutcome {
    Failed(TransportErrorKind),
    Status {
        status: u16,
        /// Whether its prediction just ended, so that a CDN may not have its outputs everywhere yet
        /// (public reports: for a second or two).
        fresh: bool,
    },
    /// The body is not the output.
    Misfit,
}

/// The decision for a download.
pub(crate) fn of_download(what: DownloadOutcome) -> Decision {
    first_decision(
        |rule| rule.download,
        |when| match (when, what) {
            (Condition::OutputNotThereYet, DownloadOutcome::Status { status, fresh }) => {
                fresh && matches!(status, 403 | 404)
            }
            (Condition::Failed(kind), DownloadOutcome::Failed(failed)) => failed == *kind,
            (Condition::Status(range), DownloadOutcome::Status { status, .. }) => {
                range.contains(&status)
            }
            (Condition::Misfit, DownloadOutcome::Misfit) | (Condition::Anything, _) => true,
            _ => false,
        },
    )
}

fn first_decision(
    column: fn(&RetryRule) -> Option<Decision>,
    fits: impl Fn(&Condition) -> bool,
) -> Decision {
    let mut matching = RETRY_TABLE.iter().filter(|rule| fits(&rule.when));
    matching.find_map(column).expect("the last row fits anything")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::outcome::Failure;

    #[test]
    fn no_create_of_the_contract_is_retried_when_its_outcome_is_unknown() {
        let failure = |kind| Failure { kind, why: "".into(), response: None, source: None };
        let broken = Outcome::Failed(failure(TransportErrorKind::Interrupted));
        let creates = |route: &&Route| route.operation.starts_with("create_");
        assert_eq!(routes::ALL.iter().filter(creates).count(), 3);
        for route in routes::ALL.iter().filter(creates) {
            assert!(!of(*route, &broken).is_retry(), "{}", route.operation);
        }
        assert!(of(routes::GET_PREDICTION, &broken).is_retry());
    }
}
