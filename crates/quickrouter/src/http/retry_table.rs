//! Rule 1 as a table: what condition to a request, and whether it may be sent again.

use std::fmt;
use std::ops::RangeInclusive;

use quickrouter_api::{Kind, Route, codes, routes};

use crate::http::error_body;
use crate::http::outcome::Outcome;

/// What follows from what condition to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// It was answered.
    Done,
    /// Sent again after a pause, as often as the [`RetryPolicy`](crate::RetryPolicy) has attempts.
    Retry,
    /// Sent again after the pause that the server asks for, or one of ours, until the deadline; a
    /// create no later than leaves its [connect time-out](crate::ClientBuilder::connect_timeout).
    RetryUntilDeadline,
    /// Not accepted, and sending it again would change nothing: an error that says so.
    Fail,
    /// It cannot be said whether it was accepted, so it is never sent again:
    /// [`Error::OutcomeUnknown`](crate::Error::OutcomeUnknown).
    Unknown,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "answered",
            Self::Retry => "retry",
            Self::RetryUntilDeadline => "retry until the deadline",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        })
    }
}

impl Decision {
    /// Whether the request is sent again.
    pub(crate) fn is_retry(self) -> bool {
        matches!(self, Self::Retry | Self::RetryUntilDeadline)
    }
}

/// One row of [`RETRY_TABLE`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetryRule {
    /// What condition, in words.
    pub condition: &'static str,
    /// What follows for a create; `None` where it cannot happen to one.
    pub create: Option<Decision>,
    /// What follows for a get, a list, a cancel or a delete, which change nothing when they are sent
    /// twice, and for an upload, which costs nothing; `None` where it cannot happen to one.
    pub idempotent: Option<Decision>,
    /// What follows for the download of an output; `None` where it cannot happen to one.
    pub download: Option<Decision>,
    when: When,
}

/// What a row is about.
#[derive(Clone, Debug)]
enum When {
    Failed(Kind),
    /// An answer of 2xx whose JSON is no prediction, or no file.
    Unexpected,
    /// A prediction is not there that this client created only just.
    NotThereYet,
    /// An output is not there, or not allowed, whose prediction ended only just.
    OutputNotThereYet,
    /// A body is not the output.
    Misfit,
    Status(RangeInclusive<u16>),
    StatusAndCode(u16, &'static str),
    Anything,
}

use Decision::{Done, Fail, Retry, RetryUntilDeadline, Unknown};

/// Everything that can happen to a request, and what follows. The first row that fits counts.
///
/// A create is only ever sent again after a row that says so, under any policy: a request that was
/// perhaps accepted is perhaps billed.
pub static RETRY_TABLE: &[RetryRule] = &[
    row(
        "no connection is made: refused, name not found, not in time",
        When::Failed(Kind::NotSent),
        (Retry, Retry, Some(Retry)),
    ),
    row(
        "the connection cannot be trusted: bad certificate, no TLS",
        When::Failed(Kind::Untrusted),
        (Fail, Fail, Some(Fail)),
    ),
    row(
        "the environment names a proxy that cannot be used",
        When::Failed(Kind::UnusableProxy),
        (Fail, Fail, Some(Fail)),
    ),
    row(
        "the server certifies that it has not processed the request: HTTP/2 REFUSED_STREAM, or GOAWAY with a lower last stream",
        When::Failed(Kind::Unprocessed),
        (Retry, Retry, Some(Retry)),
    ),
    row(
        "the connection breaks, before or after the body went out",
        When::Failed(Kind::Interrupted),
        (Unknown, Retry, Some(Retry)),
    ),
    row("no complete answer in time", When::Failed(Kind::Timeout), (Unknown, Retry, Some(Retry))),
    row("the answer breaks off", When::Failed(Kind::BodyCut), (Unknown, Retry, Some(Retry))),
    row("the answer is too large", When::Failed(Kind::TooLarge), (Unknown, Fail, None)),
    row(
        "the answer has a content coding that is not understood, or is damaged",
        When::Failed(Kind::Coding),
        (Unknown, Retry, Some(Retry)),
    ),
    row(
        "2xx that is not JSON: HTML, empty, cut off, garbage",
        When::Failed(Kind::NotJson),
        (Unknown, Retry, None),
    ),
    row("2xx whose JSON is not what was asked for", When::Unexpected, (Unknown, Retry, None)),
    of_output(
        "2xx that is not the output: a page, a message or nothing where a picture belongs",
        When::Misfit,
        Retry,
    ),
    row("200", When::Status(200..=200), (Done, Done, Some(Done))),
    row(
        "203, which is what a proxy makes of 200",
        When::Status(203..=203),
        (Done, Done, Some(Done)),
    ),
    row("2xx otherwise", When::Status(201..=299), (Done, Done, Some(Retry))),
    row(
        "303, which is how some servers answer what they have done",
        When::Status(303..=303),
        (Unknown, Fail, None),
    ),
    row(
        "3xx otherwise, to this or another origin; never followed with the key",
        When::Status(300..=399),
        (Fail, Fail, None),
    ),
    row(
        "404 for a prediction that this client created only just",
        When::NotThereYet,
        (Fail, RetryUntilDeadline, None),
    ),
    of_output(
        "403 or 404 for an output of a prediction that ended only just",
        When::OutputNotThereYet,
        Retry,
    ),
    row("408", When::Status(408..=408), (Unknown, Retry, Some(Retry))),
    row("429", When::Status(429..=429), (RetryUntilDeadline, Retry, Some(Retry))),
    row("4xx otherwise", When::Status(400..=499), (Fail, Fail, Some(Fail))),
    row(
        "503 with the code model_not_found",
        When::StatusAndCode(503, codes::MODEL_NOT_FOUND),
        (Fail, Retry, Some(Retry)),
    ),
    row("503 otherwise", When::Status(503..=503), (RetryUntilDeadline, Retry, Some(Retry))),
    row("5xx otherwise", When::Status(500..=599), (Unknown, Retry, Some(Retry))),
    row("anything else", When::Anything, (Unknown, Fail, Some(Fail))),
];

const fn row(
    condition: &'static str,
    when: When,
    (create, idempotent, download): (Decision, Decision, Option<Decision>),
) -> RetryRule {
    RetryRule { condition, create: Some(create), idempotent: Some(idempotent), download, when }
}

const fn of_output(condition: &'static str, when: When, download: Decision) -> RetryRule {
    RetryRule { condition, create: None, idempotent: None, download: Some(download), when }
}

/// What follows for a create.
pub(crate) fn of_create(outcome: &Outcome) -> Decision {
    rule(outcome, false, |rule| rule.create)
}

/// What follows for another API request. `fresh`: it asks for a prediction that this client created
/// only just, which a gateway may not know everywhere yet.
pub(crate) fn of_idempotent(outcome: &Outcome, fresh: bool) -> Decision {
    rule(outcome, fresh, |rule| rule.idempotent)
}

/// What follows for the API request of a route, whatever is known about its prediction.
pub(crate) fn of(route: Route, outcome: &Outcome) -> Decision {
    let creates = [routes::CREATE_PREDICTION, routes::CREATE_MODEL_PREDICTION];
    if creates.contains(&route) { of_create(outcome) } else { of_idempotent(outcome, false) }
}

fn rule(outcome: &Outcome, fresh: bool, column: fn(&RetryRule) -> Option<Decision>) -> Decision {
    find(column, |when| match (when, outcome) {
        (When::Failed(kind), Outcome::Failed(failure)) => failure.kind == *kind,
        (When::Unexpected, Outcome::Unexpected(..)) | (When::Anything, _) => true,
        (When::Status(range), Outcome::Prediction(..)) => range.contains(&200),
        (When::Status(range), Outcome::Success(answer)) => range.contains(&answer.status.as_u16()),
        (When::Status(range), Outcome::Status(answer)) => range.contains(&answer.status.as_u16()),
        (When::NotThereYet, Outcome::Status(answer)) => fresh && answer.status == 404,
        (When::StatusAndCode(status, code), Outcome::Status(answer)) => {
            answer.status == *status && error_body::read(&answer.body).code == *code
        }
        _ => false,
    })
}

/// What condition to a download.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Download {
    Failed(Kind),
    Status {
        status: u16,
        /// Whether its prediction ended only just, and a CDN may not have its outputs everywhere
        /// yet (public reports: for a second or two).
        fresh: bool,
    },
    /// The body is not the output.
    Misfit,
}

/// What follows for a download.
pub(crate) fn of_download(what: Download) -> Decision {
    find(
        |rule| rule.download,
        |when| match (when, what) {
            (When::OutputNotThereYet, Download::Status { status, fresh }) => {
                fresh && matches!(status, 403 | 404)
            }
            (When::Failed(kind), Download::Failed(failed)) => failed == *kind,
            (When::Status(range), Download::Status { status, .. }) => range.contains(&status),
            (When::Misfit, Download::Misfit) | (When::Anything, _) => true,
            _ => false,
        },
    )
}

fn find(column: fn(&RetryRule) -> Option<Decision>, fits: impl Fn(&When) -> bool) -> Decision {
    let mut fitting = RETRY_TABLE.iter().filter(|rule| fits(&rule.when));
    fitting.find_map(column).expect("the last row fits anything")
}
