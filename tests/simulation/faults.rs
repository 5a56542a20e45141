//! What can go wrong with one request, and which of it does.

use std::time::Duration;

use quickrouter_api::{Route, routes};
use reqwest::Request;

use crate::numbers::Numbers;

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Create,
    Get,
    Cancel,
    List,
    Output,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    // The gateway never sees the request.
    NotSent,
    ResetBefore,
    Silent,
    RateLimited,
    Unavailable,
    ServerErrorBefore,
    Redirected,
    NotThere,
    // The gateway acts on it, and the answer does not come as it should.
    SlowToArrive,
    ResetAfter,
    LateAnswer,
    ServerErrorAfter,
    HtmlAfter,
    Garbled,
    Cut,
    Empty,
    StalledBody,
    // The answer comes as it should, and says something odd.
    UnknownStatus,
    Aborted,
    LogsNull,
    UrlsElsewhere,
    NextElsewhere,
    OutputElsewhere,
    AnotherPrediction,
}

/// What can go wrong with anything.
const ANY: &[Fault] = &[
    Fault::NotSent,
    Fault::ResetBefore,
    Fault::Silent,
    Fault::RateLimited,
    Fault::Unavailable,
    Fault::ServerErrorBefore,
    Fault::Redirected,
    Fault::SlowToArrive,
    Fault::ResetAfter,
    Fault::LateAnswer,
    Fault::ServerErrorAfter,
    Fault::Cut,
    Fault::Empty,
    Fault::StalledBody,
];

/// Not of downloads: no client can tell a page from a picture that looks like one.
const API: &[Fault] = &[Fault::HtmlAfter, Fault::Garbled];

const PREDICTION: &[Fault] =
    &[Fault::UnknownStatus, Fault::Aborted, Fault::LogsNull, Fault::UrlsElsewhere];

/// Not of creates: nobody but the gateway knows the id of a prediction that is new.
const KNOWN_PREDICTION: &[Fault] =
    &[Fault::NotThere, Fault::OutputElsewhere, Fault::AnotherPrediction];

impl Fault {
    /// Draws what becomes of a request: a fault in so many cases of a hundred.
    pub(crate) fn draw(numbers: &mut Numbers, asked: Asked, percent: u64) -> Self {
        if !numbers.percent(percent) {
            return Self::None;
        }
        let further: &[&[Self]] = match asked {
            Asked::Create => &[ANY, API, PREDICTION],
            Asked::Get | Asked::Cancel => &[ANY, API, PREDICTION, KNOWN_PREDICTION],
            Asked::List => &[ANY, API, &[Self::NextElsewhere, Self::UnknownStatus]],
            // What breaks off is what can leave half a file.
            Asked::Output => &[ANY, &[Self::NotThere, Self::Cut, Self::Cut, Self::Cut]],
        };
        numbers.one_of(&further.concat())
    }

    /// Whether the gateway never sees the request.
    pub(crate) fn is_before(self) -> bool {
        use Fault as F;
        matches!(
            self,
            F::NotSent
                | F::ResetBefore
                | F::Silent
                | F::RateLimited
                | F::Unavailable
                | F::ServerErrorBefore
                | F::Redirected
                | F::NotThere
        )
    }
}

/// A while in which every request meets the same fault.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outage {
    from: Duration,
    to: Duration,
    fault: Fault,
}

impl Outage {
    /// In some worlds there is none.
    pub(crate) fn draw(numbers: &mut Numbers) -> Option<Self> {
        let from = numbers.millis(0, 5000);
        let to = from + numbers.millis(500, 40_000);
        let fault = numbers.one_of(&[
            Fault::NotSent,
            Fault::NotSent,
            Fault::Silent,
            Fault::ResetBefore,
            Fault::Unavailable,
            Fault::RateLimited,
            Fault::ServerErrorBefore,
            Fault::SlowToArrive,
            Fault::ResetAfter,
        ]);
        numbers.percent(20).then_some(Self { from, to, fault })
    }

    /// What becomes of a request that is sent at this time.
    pub(crate) fn at(self, now: Duration) -> Option<Fault> {
        (self.from..self.to).contains(&now).then_some(self.fault)
    }
}

impl Asked {
    /// What a request to the gateway's own origin is about.
    pub(crate) fn of(request: &Request, prefix: &str) -> Self {
        let path = request.url().path();
        let Some(path) = path.strip_prefix(prefix) else { return Self::Output };
        let is = |route: Route| request.method() == route.method && fits(route.path, path);
        let creates = [
            routes::CREATE_PREDICTION,
            routes::CREATE_MODEL_PREDICTION,
            routes::CREATE_DEPLOYMENT_PREDICTION,
        ];
        if creates.into_iter().any(is) {
            Self::Create
        } else if is(routes::CANCEL_PREDICTION) {
            Self::Cancel
        } else if is(routes::LIST_PREDICTIONS) {
            Self::List
        } else {
            Self::Get
        }
    }
}

/// Whether a path is one of a route's.
fn fits(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    let same = |(wanted, part): (&&str, &&str)| wanted.starts_with('{') || wanted == part;
    route.len() == path.len() && route.iter().zip(&path).all(same)
}
