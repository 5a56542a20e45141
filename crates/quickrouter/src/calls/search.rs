//! Searching the list of predictions for the result of a create that another process may have sent.

use std::ops::ControlFlow;
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use tokio::time::Instant;

use crate::calls::idempotent::IdempotentCall;
use crate::calls::pages::Pages;
use crate::calls::window::{MAX_CLOCK_SKEW, Place, Window};
use crate::core::context::Context;
use crate::detail::{Detail, detail};
use crate::error::Error;
use crate::model::date::date_of;
use crate::model::prediction::Prediction;
use crate::model::recovered::Recovered;
use crate::request::Prepared;

/// Maximum change of this machine's clock, relative to the gateway's, since the create was sent. Time
/// servers correct clocks in steps.
const MAX_CLOCK_DRIFT: Duration = Duration::from_secs(5);

/// How long an accepted create may be missing in the list: as long as a 404 for a new prediction may
/// mean "not yet available".
const LISTED_WITHIN: Duration = Duration::from_secs(10);

/// Upper bound on the requests of a search. Replicate lists 100 predictions on a page
/// (<https://replicate.com/docs/reference/http#predictions.list>).
const MAX_REQUESTS: usize = 1000;

/// Upper bound on the predictions that are kept.
const MAX_CANDIDATES: usize = 100;

/// Reads the list back to `since`, for the result of a request.
///
/// # Errors
/// Those of the first page: nothing could be searched.
pub(crate) async fn search(
    context: &Context,
    prepared: &Prepared,
    since: SystemTime,
) -> Result<Recovered, Error> {
    let deadline = context.wait.ends();
    let mut search = Search {
        context,
        prepared,
        since,
        deadline,
        fitting: Vec::new(),
        unproven: Vec::new(),
        doubt: None,
        requests: 0,
        last: None,
        sorted: true,
        reached: false,
    };
    search.read_pages().await?;
    Ok(search.result())
}

/// The state of a search.
struct Search<'a> {
    context: &'a Context,
    prepared: &'a Prepared,
    since: SystemTime,
    deadline: Instant,
    /// Predictions with the requested input, created since.
    fitting: Vec<Prediction>,
    /// Predictions that do not show whether they fit.
    unproven: Vec<Prediction>,
    /// The first reason why the search proves nothing.
    doubt: Option<Detail>,
    requests: usize,
    /// When the last prediction of the list so far was created.
    last: Option<SystemTime>,
    /// Whether the list so far is sorted, newest first.
    sorted: bool,
    /// Whether it goes back beyond `since`.
    reached: bool,
}

impl Search<'_> {
    async fn read_pages(&mut self) -> Result<(), Error> {
        let mut pages = Pages::default();
        while self.may_send() {
            let page = match pages.next(self.context, self.deadline).await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(error) if self.requests == 0 => return Err(error),
                Err(error) => {
                    self.doubt(error.detail());
                    break;
                }
            };
            self.requests += 1;
            let window = self.window(&page.headers);
            for entry in page.entries {
                if self.judge(entry, window).await.is_break() {
                    return Ok(());
                }
            }
            // The rest of a list that is not sorted may have anything.
            if self.reached && self.sorted {
                break;
            }
            if let Some(error) = page.cut_off {
                self.doubt(error.detail());
            }
        }
        Ok(())
    }

    /// Records why the search proves nothing.
    fn doubt(&mut self, reason: Detail) {
        tracing::debug!(%reason, "the search for a prediction is incomplete");
        self.doubt.get_or_insert(reason);
    }

    /// Whether another request may be sent; records if not.
    fn may_send(&mut self) -> bool {
        let may_send = self.requests < MAX_REQUESTS;
        if !may_send {
            let reason = detail!(
                SearchTooLong,
                "the search was stopped after {count} requests",
                count = MAX_REQUESTS
            );
            self.doubt(reason);
        }
        may_send
    }

    /// The time since the create may have been sent.
    fn age(&self) -> Duration {
        self.context.clock.now().duration_since(self.since).unwrap_or_default()
    }

    /// The window of a page. It also begins no later than `since` by this machine's clock, because
    /// the client's own does not run while the machine sleeps.
    fn window(&mut self, headers: &HeaderMap) -> Window {
        let date = date_of(headers);
        if date.is_none() {
            self.doubt(detail!(
                NoDate,
                "the gateway does not say when it sent the list, so times cannot be compared"
            ));
        }
        let now = self.context.clock.now();
        let now = date.map_or(now, |date| date.max(now));
        let ahead = self.since.duration_since(now).unwrap_or_default();
        if ahead > MAX_CLOCK_SKEW {
            let time = format!("{ahead:.0?}");
            self.doubt(detail!(
                SinceInFuture,
                "the search is to begin {time} in the future: check the clock",
                time = time
            ));
        }
        let since = self.since.checked_sub(MAX_CLOCK_DRIFT).unwrap_or(self.since);
        Window::of(headers, self.age().saturating_add(MAX_CLOCK_DRIFT)).extended_to(since)
    }

    async fn judge(&mut self, entry: Result<Prediction, Error>, window: Window) -> ControlFlow<()> {
        let prediction = match entry {
            Ok(prediction) => prediction,
            Err(_) if self.reached && self.sorted => return ControlFlow::Continue(()),
            Err(odd) => {
                self.doubt(odd.detail());
                return ControlFlow::Continue(());
            }
        };
        if let Some(created) = prediction.created() {
            // Back ends of the same list write times that differ by milliseconds.
            self.sorted &= self.last.is_none_or(|last| created <= last + MAX_CLOCK_SKEW);
            self.last = Some(created);
        }
        let place = window.place(&prediction);
        self.reached |= place == Place::Before;
        let requested = &self.prepared.requested;
        if place == Place::Before || !requested.may_be(&prediction) || self.is_kept(&prediction) {
            return ControlFlow::Continue(());
        }
        let is_clear = place == Place::Inside && requested.is_of(&prediction);
        if is_clear || prediction.data_removed() {
            return self.keep(prediction, window);
        }
        self.look_closer(prediction, window).await
    }

    /// Gets a prediction whose entry in the list lacks something, and judges it again.
    async fn look_closer(&mut self, listed: Prediction, window: Window) -> ControlFlow<()> {
        let Some(id) = listed.id().cloned() else { return self.keep(listed, window) };
        if !self.may_send() {
            self.keep(listed, window)?;
            return ControlFlow::Break(());
        }
        self.requests += 1;
        match IdempotentCall::Get(&id).prediction(self.context, self.deadline).await {
            Ok(whole) => {
                let may_be =
                    window.place(&whole) != Place::Before && self.prepared.requested.may_be(&whole);
                if may_be { self.keep(whole, window) } else { ControlFlow::Continue(()) }
            }
            // It is listed, so there is one.
            Err(Error::Api(refusal)) if refusal.status == 404 => self.keep(listed, window),
            Err(error) => {
                self.doubt(error.detail());
                self.keep(listed, window)?;
                ControlFlow::Break(())
            }
        }
    }

    /// Whether an earlier page had it: new predictions push others to the next page.
    fn is_kept(&self, prediction: &Prediction) -> bool {
        let mut kept = self.fitting.iter().chain(&self.unproven);
        prediction.id().is_some() && kept.any(|other| other.id() == prediction.id())
    }

    /// Keeps a prediction that may be the result of the request; breaks if there are too many.
    fn keep(&mut self, prediction: Prediction, window: Window) -> ControlFlow<()> {
        let is_of = self.prepared.requested.is_of(&prediction);
        let is_inside = window.place(&prediction) == Place::Inside;
        if is_of && is_inside && window.is_dated() {
            self.fitting.push(prediction);
        } else {
            let id = prediction.shown_id();
            if !is_of {
                self.doubt(detail!(
                    InputNotShown,
                    "prediction {id} may be it, but does not show its input",
                    id = id
                ));
            } else if !is_inside {
                self.doubt(detail!(
                    TimeNotShown,
                    "prediction {id} may be it, but does not show when it was created",
                    id = id
                ));
            }
            self.unproven.push(prediction);
        }
        if self.fitting.len() + self.unproven.len() < MAX_CANDIDATES {
            return ControlFlow::Continue(());
        }
        self.doubt(detail!(
            TooManyCandidates,
            "{count} predictions may be it",
            count = MAX_CANDIDATES
        ));
        ControlFlow::Break(())
    }

    fn result(mut self) -> Recovered {
        let requested = &self.prepared.requested;
        if let [_] = self.fitting[..]
            && (self.doubt.is_none() || requested.has_seed())
        {
            let only = self.fitting.remove(0);
            return Recovered::One(Box::new(self.claimed(only)));
        }
        if self.fitting.is_empty() && self.doubt.is_none() && self.age() < LISTED_WITHIN {
            self.doubt(detail!(
                TooRecent,
                "the create may have been sent less than {time} ago and not be listed yet: search again",
                time = format!("{LISTED_WITHIN:?}")
            ));
        }
        let mut candidates = self.fitting;
        match self.doubt {
            Some(reason) => {
                candidates.append(&mut self.unproven);
                Recovered::Incomplete { candidates, reason }
            }
            None if candidates.is_empty() => Recovered::None,
            None => Recovered::Several(candidates),
        }
    }

    /// The recovered prediction, known from now on as one that was created here.
    fn claimed(&self, prediction: Prediction) -> Prediction {
        let expected = self.prepared.requested.expected();
        if let Some(id) = prediction.id() {
            self.context.registry.created(id, expected);
        }
        prediction
            .with_warnings(self.prepared.warnings.clone())
            .with_expected(expected)
            .with_recovered(true)
    }
}
