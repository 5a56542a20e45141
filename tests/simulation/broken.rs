//! Each rule broken on purpose, as clients in the field do break it: the simulation notices.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use http::header::CONTENT_LENGTH;
use quickrouter_api::{Transport, TransportError, TransportErrorKind, routes};
use reqwest::{Body, Method, Request, Response, ResponseBuilderExt, Url};
use serde_json::Value;

use crate::bodies::Whole;
use crate::faults::Asked;
use crate::invariants::Invariant;
use crate::trace::{locked, rendered};
use crate::transport::Faulty;
use crate::world::{Rules, run};

/// So many seeds must be enough to notice.
const ENOUGH: u64 = 500;

/// The first violation that is found is of this invariant.
fn is_noticed(rules: Rules, invariant: Invariant) {
    let mut found = (0..ENOUGH).map(|seed| (seed, run(seed, rules)));
    let found =
        found.find_map(|(seed, outcome)| Some((seed, outcome.result.err()?, outcome.lines)));
    let (seed, violation, lines) = found.expect("a seed that notices");
    assert_eq!(violation.invariant, invariant, "seed {seed}: {violation}\n{}", rendered(&lines));
}

#[test]
fn a_client_that_sends_a_create_again_after_a_reset_pays_twice() {
    let rules = Rules { layer: |faulty| Arc::new(SendsAgain(faulty)), ..Rules::default() };
    is_noticed(rules, Invariant::PaidTwice);
}

#[test]
fn an_answer_without_its_id_loses_what_was_paid_for() {
    let rules = Rules { layer: |faulty| Arc::new(LosesIds(faulty)), ..Rules::default() };
    is_noticed(rules, Invariant::IdLost);
}

#[test]
fn a_client_that_forgets_dropped_callers_loses_what_was_paid_for() {
    let rules = Rules { take_orphaned: |_| Vec::new(), ..Rules::default() };
    is_noticed(rules, Invariant::IdLost);
}

#[test]
fn a_client_that_takes_the_newest_prediction_for_its_own_takes_another_callers() {
    let rules = Rules { layer: |faulty| Arc::new(TakesTheNewest(faulty)), ..Rules::default() };
    is_noticed(rules, Invariant::WrongHands);
}

#[test]
fn a_client_that_waits_longer_than_it_promised_is_late() {
    let rules = Rules { promised: |deadline| deadline / 3, ..Rules::default() };
    is_noticed(rules, Invariant::Late);
}

#[test]
fn a_client_that_follows_the_urls_of_an_answer_leaks_its_key() {
    let follows = |faulty| -> Arc<dyn Transport> {
        Arc::new(FollowsUrls { faulty, known: Mutex::default() })
    };
    is_noticed(Rules { layer: follows, ..Rules::default() }, Invariant::KeyLeaked);
}

#[test]
fn a_download_that_breaks_off_unnoticed_leaves_half_a_file() {
    let rules = Rules { layer: |faulty| Arc::new(EndsHalfway(faulty)), ..Rules::default() };
    is_noticed(rules, Invariant::NotWhole);
}

/// Sends everything again that met a reset or a 5xx.
struct SendsAgain(Arc<Faulty>);

impl Transport for SendsAgain {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        async move {
            let again = request.try_clone().expect("a body that can be sent again");
            match self.0.send(request).await {
                Err(fail) if fail.kind == TransportErrorKind::Interrupted => {}
                Ok(answer) if answer.status().is_server_error() => {}
                result => return result,
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            self.0.send(again).await
        }
        .boxed()
    }
}

/// Answers a create that met a reset or a 5xx with the first prediction of the list.
struct TakesTheNewest(Arc<Faulty>);

impl Transport for TakesTheNewest {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let url = request.url().clone();
        let create = Asked::of(&request, self.0.base.path()) == Asked::Create;
        let list = format!("{}{}", self.0.base, routes::LIST_PREDICTIONS.path);
        let mut look = Request::new(Method::GET, list.parse().expect("a URL"));
        look.headers_mut().clone_from(request.headers());
        async move {
            let sent = self.0.send(request).await;
            let is_unknown = match &sent {
                Err(fail) => fail.kind == TransportErrorKind::Interrupted,
                Ok(answer) => answer.status().is_server_error(),
            };
            if !create || !is_unknown {
                return sent;
            }
            let page = self.0.send(look).await?.bytes().await.unwrap_or_default();
            let page: Value = serde_json::from_slice(&page).unwrap_or_default();
            let Some(newest) = page["results"].get(0) else { return sent };
            let answer = Whole::new(201, "application/json", newest.to_string());
            let pieces = vec![(Duration::ZERO, Ok(answer.body.clone()))];
            Ok(answer.respond(url, pieces, true))
        }
        .boxed()
    }
}

/// Turns every answer to a create into the short form that has no id.
struct LosesIds(Arc<Faulty>);

impl Transport for LosesIds {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let url = request.url().clone();
        let create = Asked::of(&request, self.0.base.path()) == Asked::Create;
        async move {
            let answer = self.0.send(request).await?;
            if !create || !answer.status().is_success() {
                return Ok(answer);
            }
            let short =
                Whole::new(200, "application/json", r#"{"created": 1704067200, "data": []}"#);
            let pieces = vec![(Duration::ZERO, Ok(short.body.clone()))];
            Ok(short.respond(url, pieces, true))
        }
        .boxed()
    }
}

/// Looks at a prediction where its last answer says that it is.
struct FollowsUrls {
    faulty: Arc<Faulty>,
    known: Mutex<BTreeMap<String, Url>>,
}

impl Transport for FollowsUrls {
    fn send(&self, mut request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let told = locked(&self.known).get(request.url().path()).cloned();
        if let Some(url) = told.filter(|_| request.method() == Method::GET) {
            *request.url_mut() = url;
        }
        async move {
            let answer = self.faulty.send(request).await?;
            let url = answer.url().clone();
            let (status, headers) = (answer.status(), answer.headers().clone());
            let body = answer
                .bytes()
                .await
                .map_err(|error| TransportError::new(TransportErrorKind::BodyTruncated, error))?;
            if let Ok(json) = serde_json::from_slice::<Value>(&body)
                && let Some(get) = json["urls"]["get"].as_str().and_then(|get| get.parse().ok())
            {
                let id = json["id"].as_str().unwrap_or_default();
                let path = format!("{}/v1/predictions/{id}", self.faulty.base.path());
                locked(&self.known).insert(path, get);
            }
            let pieces = vec![(Duration::ZERO, Ok(body.clone()))];
            Ok(Whole { status, headers, body }.respond(url, pieces, true))
        }
        .boxed()
    }
}

/// Takes a body that broke off for one that ended.
struct EndsHalfway(Arc<Faulty>);

impl Transport for EndsHalfway {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        async move {
            let answer = self.0.send(request).await?;
            let mut builder = http::Response::builder().status(answer.status());
            builder = builder.url(answer.url().clone());
            if let Some(headers) = builder.headers_mut() {
                headers.clone_from(answer.headers());
                headers.remove(CONTENT_LENGTH);
            }
            let whole_or_not = answer.bytes_stream().take_while(|piece| ready(piece.is_ok()));
            let answer = builder.body(Body::wrap_stream(whole_or_not)).expect("valid parts");
            Ok(Response::from(answer))
        }
        .boxed()
    }
}
