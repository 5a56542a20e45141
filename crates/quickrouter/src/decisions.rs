//! Rule 1 as a table: what happened to a request, and whether it may be sent again.

use std::fmt;
use std::ops::RangeInclusive;

use quickrouter_api::{Kind, codes};

use crate::answer;
use crate::send::Outcome;

/// What follows from what happened to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// It was answered.
    Done,
    /// Sent again after a pause, as often as the [`RetryPolicy`](crate::RetryPolicy) has attempts.
    SendAgain,
    /// Sent again after the pause that the server asks for, or one of ours, until the deadline; a
    /// create no later than leaves its [connect time-out](crate::ClientBuilder::connect_timeout).
    SendAgainUntilDeadline,
    /// Not accepted, and sending it again would change nothing: an error that says so.
    Refused,
    /// It cannot be said whether it was accepted, so it is never sent again:
    /// [`Error::OutcomeUnknown`](crate::Error::OutcomeUnknown).
    Unknown,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "answered",
            Self::SendAgain => "send again",
            Self::SendAgainUntilDeadline => "send again until the deadline",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        })
    }
}

/// One row of [`DECISIONS`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Case {
    /// What happened, in words.
    pub happened: &'static str,
    /// What follows for a create.
    pub create: Decision,
    /// What follows for a get, a list, a cancel or a delete, which change nothing when they are sent
    /// twice, and for an upload, which costs nothing.
    pub read: Decision,
    /// What follows for the download of an output; `None` where it cannot happen to one.
    pub download: Option<Decision>,
    when: When,
}

/// What a row is about.
#[derive(Clone, Debug)]
enum When {
    Failed(Kind),
    /// An answer of 2xx whose JSON is no prediction, or no file.
    Odd,
    /// A prediction is not there that this client created only just.
    NotThereYet,
    Status(RangeInclusive<u16>),
    StatusAndCode(u16, &'static str),
    Anything,
}

use Decision::{Done, Refused, SendAgain, SendAgainUntilDeadline, Unknown};

/// Everything that can happen to a request, and what follows. The first row that fits counts.
///
/// A create is only ever sent again after a row that says so, under any policy: a request that was
/// perhaps accepted is perhaps billed.
pub static DECISIONS: &[Case] = &[
    row(
        "no connection is made: refused, name not found, not in time",
        When::Failed(Kind::NotSent),
        (SendAgain, SendAgain, Some(SendAgain)),
    ),
    row(
        "the connection cannot be trusted: bad certificate, no TLS",
        When::Failed(Kind::Untrusted),
        (Refused, Refused, Some(Refused)),
    ),
    row(
        "the environment names a proxy that cannot be used",
        When::Failed(Kind::UnusableProxy),
        (Refused, Refused, Some(Refused)),
    ),
    row(
        "the server certifies that it has not processed the request: HTTP/2 REFUSED_STREAM, or GOAWAY with a lower last stream",
        When::Failed(Kind::Unprocessed),
        (SendAgain, SendAgain, Some(SendAgain)),
    ),
    row(
        "the connection breaks, before or after the body went out",
        When::Failed(Kind::Interrupted),
        (Unknown, SendAgain, Some(SendAgain)),
    ),
    row(
        "no complete answer in time",
        When::Failed(Kind::Timeout),
        (Unknown, SendAgain, Some(Refused)),
    ),
    row(
        "the answer breaks off",
        When::Failed(Kind::BodyCut),
        (Unknown, SendAgain, Some(SendAgain)),
    ),
    row("the answer is too large", When::Failed(Kind::TooLarge), (Unknown, Refused, None)),
    row(
        "the answer has a content coding that is not understood, or is damaged",
        When::Failed(Kind::Coding),
        (Unknown, SendAgain, Some(SendAgain)),
    ),
    row(
        "2xx that is not JSON: HTML, empty, cut off, garbage",
        When::Failed(Kind::NotJson),
        (Unknown, SendAgain, None),
    ),
    row("2xx whose JSON is not what was asked for", When::Odd, (Unknown, SendAgain, None)),
    row("200", When::Status(200..=200), (Done, Done, Some(Done))),
    row("2xx otherwise", When::Status(201..=299), (Done, Done, Some(Refused))),
    row(
        "303, which is how some servers answer what they have done",
        When::Status(303..=303),
        (Unknown, Refused, None),
    ),
    row(
        "3xx otherwise, to this or another origin; never followed with the key",
        When::Status(300..=399),
        (Refused, Refused, None),
    ),
    row(
        "404 for a prediction that this client created only just",
        When::NotThereYet,
        (Refused, SendAgainUntilDeadline, None),
    ),
    row("408", When::Status(408..=408), (Unknown, SendAgain, Some(SendAgain))),
    row("429", When::Status(429..=429), (SendAgainUntilDeadline, SendAgain, Some(SendAgain))),
    row("4xx otherwise", When::Status(400..=499), (Refused, Refused, Some(Refused))),
    row(
        "503 with the code model_not_found",
        When::StatusAndCode(503, codes::MODEL_NOT_FOUND),
        (Refused, SendAgain, Some(SendAgain)),
    ),
    row(
        "503 otherwise",
        When::Status(503..=503),
        (SendAgainUntilDeadline, SendAgain, Some(SendAgain)),
    ),
    row("5xx otherwise", When::Status(500..=599), (Unknown, SendAgain, Some(SendAgain))),
    row("anything else", When::Anything, (Unknown, Refused, Some(Refused))),
];

const fn row(
    happened: &'static str,
    when: When,
    (create, read, download): (Decision, Decision, Option<Decision>),
) -> Case {
    Case { happened, create, read, download, when }
}

/// The row for what became of an API request. `fresh`: it asks for a prediction that this client
/// created only just, which a gateway may not know everywhere yet.
pub(crate) fn case(outcome: &Outcome, fresh: bool) -> &'static Case {
    find(|when| match (when, outcome) {
        (When::Failed(kind), Outcome::Failed(failure)) => failure.kind == *kind,
        (When::Odd, Outcome::Odd(..)) | (When::Anything, _) => true,
        (When::Status(range), Outcome::Prediction(..)) => range.contains(&200),
        (When::Status(range), Outcome::Success(answer)) => range.contains(&answer.status.as_u16()),
        (When::Status(range), Outcome::Status(answer)) => range.contains(&answer.status.as_u16()),
        (When::NotThereYet, Outcome::Status(answer)) => fresh && answer.status == 404,
        (When::StatusAndCode(status, code), Outcome::Status(answer)) => {
            answer.status == *status && answer::told(&answer.body).code == *code
        }
        _ => false,
    })
}

/// The row for a download that got no answer, or one of this status.
pub(crate) fn of_download(what: Result<u16, Kind>) -> Decision {
    let case = find(|when| match (when, what) {
        (When::Failed(kind), Err(failed)) => failed == *kind,
        (When::Status(range), Ok(status)) => range.contains(&status),
        (When::Anything, _) => true,
        _ => false,
    });
    case.download.unwrap_or(Refused)
}

fn find(fits: impl Fn(&When) -> bool) -> &'static Case {
    let found = DECISIONS.iter().find(|case| fits(&case.when));
    found.expect("the last row fits anything")
}
