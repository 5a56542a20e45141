//! The way between SDK and gateway, on which everything can go wrong.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};
use quickrouter_api::{Clock, Fail, Kind, Transport};
use quickrouter_emulator::InMemoryTransport;
use reqwest::{Request, Response, Url};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::bodies::{Whole, changed, refusal};
use crate::faults::{Asked, Fault, Outage};
use crate::numbers::Numbers;
use crate::senders::Senders;
use crate::trace::{Trace, locked};

/// Stands for whoever sends without being known: a task of the SDK's own that looks for
/// the create of a caller that was dropped, or cancels what a list has shown before the gateway
/// answered the create.
pub(crate) const NOBODY: usize = LANES - 1;

/// Each caller reaches the gateway in milliseconds of its own, so that in no world it matters
/// whose turn it is within one: that would depend on how fast the disk is.
const LANES: usize = 16;

/// Hands requests to a gateway in memory, or not, as drawn.
pub(crate) struct Faulty {
    pub(crate) memory: InMemoryTransport,
    pub(crate) base: Url,
    pub(crate) key: &'static str,
    pub(crate) clock: Clock,
    pub(crate) seed: u64,
    /// How many API requests of a hundred meet a fault.
    pub(crate) percent: u64,
    /// How many downloads of a hundred do.
    pub(crate) percent_of_downloads: u64,
    pub(crate) outage: Option<Outage>,
    pub(crate) trace: Arc<Trace>,
    pub(crate) senders: Arc<Mutex<Senders>>,
    /// How often each request was sent.
    pub(crate) sent: Mutex<BTreeMap<String, u64>>,
    /// Requests that the gateway may still have to see.
    pub(crate) under_way: Mutex<Vec<JoinHandle<()>>>,
    /// The origins to which the key was sent, other than the gateway's.
    pub(crate) leaks: Mutex<Vec<String>>,
}

/// One request on its way.
struct Trip {
    caller: usize,
    lane: String,
    asked: Asked,
    fault: Fault,
    numbers: Numbers,
    url: Url,
}

impl Transport for Faulty {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Fail>> {
        let url = request.url().clone();
        if url.origin() != self.base.origin() {
            return self.elsewhere(&request).boxed();
        }
        let trip = self.trip(&request);
        self.trace.note(trip.caller, &trip.lane, format!("sent, {:?}", trip.fault));
        self.trace.count(format!("{:?} {:?}", trip.asked, trip.fault));
        self.carry(request, trip).boxed()
    }
}

impl Faulty {
    /// Draws what becomes of a request. It depends on whose it is, what it asks for, and how often
    /// that was asked before, and on nothing that others do meanwhile.
    fn trip(&self, request: &Request) -> Trip {
        let url = request.url().clone();
        let asked = Asked::of(request, self.base.path());
        let caller = self.caller(request);
        let lane = format!("{} {}", request.method(), url.path());
        let name = format!("{caller} {lane} {}", url.query().unwrap_or_default());
        let time = {
            let mut sent = locked(&self.sent);
            let time = sent.entry(name.clone()).or_default();
            *time += 1;
            *time
        };
        let mut numbers = Numbers::of(self.seed, &format!("{name} {time}"));
        let percent = match asked {
            Asked::Output => self.percent_of_downloads,
            _ => self.percent,
        };
        let outage = self.outage.and_then(|outage| outage.at(self.trace.start().elapsed()));
        let fault = outage.unwrap_or_else(|| Fault::draw(&mut numbers, asked, percent));
        Trip { caller, lane, asked, fault, numbers, url }
    }

    fn caller(&self, request: &Request) -> usize {
        locked(&self.senders).of(request).unwrap_or(NOBODY)
    }

    /// Another origin: nothing is there, and whether the key was brought along is remembered.
    fn elsewhere(&self, request: &Request) -> impl Future<Output = Result<Response, Fail>> + use<> {
        let caller = self.caller(request);
        let url = request.url().clone();
        let holds =
            |bytes: &[u8]| bytes.windows(self.key.len()).any(|it| it == self.key.as_bytes());
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let with_key = request.headers().values().any(|value| holds(value.as_bytes()))
            || holds(url.as_str().as_bytes())
            || holds(body);
        let text = if with_key { "sent WITH THE KEY" } else { "sent without the key" };
        self.trace.note(caller, url.as_str(), text);
        self.trace.count("sent to another origin");
        if with_key {
            locked(&self.leaks).push(url.to_string());
        }
        let answer = Whole::new(404, "text/plain", "nothing is here");
        async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let pieces = vec![(Duration::ZERO, Ok(answer.body.clone()))];
            Ok(answer.respond(url, pieces, true))
        }
    }

    async fn carry(&self, request: Request, mut trip: Trip) -> Result<Response, Fail> {
        let there = trip.numbers.millis(1, 120);
        if trip.fault.is_before() {
            return self.turn_back(trip, there).await;
        }
        let there = match trip.fault {
            Fault::SlowToArrive => trip.numbers.millis(500, 90_000),
            _ => there,
        };
        let good = self.hand_over(request, &trip, there).await?;
        let back = match trip.fault {
            Fault::LateAnswer => trip.numbers.millis(500, 90_000),
            _ => trip.numbers.millis(1, 120),
        };
        tokio::time::sleep(back).await;
        let answer = changed(good, trip.fault, &mut trip.numbers);
        let longest = if trip.asked == Asked::Output { 700 } else { 30 };
        let mut pieces = answer.pieces(&mut trip.numbers, longest);
        let mut ends = true;
        match trip.fault {
            Fault::ResetAfter => {
                return Err(Fail::new(Kind::Interrupted, "the connection was reset"));
            }
            Fault::Cut | Fault::StalledBody => {
                let keep = answer.body.len() * trip.numbers.one_of(&[0, 10, 50, 90, 90, 99]) / 100;
                let kept = Whole { body: answer.body.slice(..keep), ..answer.clone() };
                pieces = kept.pieces(&mut trip.numbers, longest);
                ends = trip.fault == Fault::Cut;
                if ends {
                    let cut = std::io::Error::other("the connection broke off");
                    pieces.push((Duration::ZERO, Err(cut)));
                }
            }
            _ => {}
        }
        self.trace.note(trip.caller, &trip.lane, format!("answered, {}", answer.status));
        Ok(answer.respond(trip.url, pieces, ends))
    }

    /// The gateway never sees it.
    async fn turn_back(&self, mut trip: Trip, there: Duration) -> Result<Response, Fail> {
        tokio::time::sleep(there).await;
        match trip.fault {
            Fault::NotSent => Err(Fail::new(Kind::NotSent, "connection refused")),
            Fault::ResetBefore => Err(Fail::new(Kind::Interrupted, "the connection was reset")),
            Fault::Silent => pending().await,
            fault => {
                let answer = refusal(fault, &mut trip.numbers, &self.clock);
                let text = format!("turned back, {}", answer.status);
                self.trace.note(trip.caller, &trip.lane, text);
                let pieces = vec![(Duration::ZERO, Ok(answer.body.clone()))];
                Ok(answer.respond(trip.url, pieces, true))
            }
        }
    }

    /// The gateway sees it after `there`, whether or not anybody still waits for the answer.
    async fn hand_over(
        &self,
        request: Request,
        trip: &Trip,
        there: Duration,
    ) -> Result<Whole, Fail> {
        let (tell, told) = oneshot::channel();
        let (memory, trace) = (self.memory.clone(), self.trace.clone());
        let (senders, create) = (self.senders.clone(), trip.asked == Asked::Create);
        let (caller, lane) = (trip.caller, trip.lane.clone());
        let task = tokio::spawn(async move {
            tokio::time::sleep(there).await;
            own_millisecond(&trace, caller).await;
            let begun = Instant::now();
            let answer = whole(memory.send(request).await).await;
            if begun.elapsed() > Duration::ZERO {
                trace.count(HELD);
            }
            if let Some(id) = answer.as_ref().ok().filter(|_| create).and_then(id_of) {
                locked(&senders).accepted(&id, caller);
            }
            let seen = match &answer {
                Ok(answer) => answer.status.to_string(),
                Err(fail) => {
                    trace.count(BROKEN_OFF);
                    fail.to_string()
                }
            };
            trace.note(caller, &lane, format!("the gateway answers {seen}"));
            let _ = tell.send(answer);
        });
        locked(&self.under_way).push(task);
        told.await.unwrap_or_else(|gone| Err(Fail::new(Kind::Interrupted, gone)))
    }

    /// Waits until the gateway has seen every request that was sent.
    pub(crate) async fn settled(&self) {
        loop {
            let tasks = std::mem::take(&mut *locked(&self.under_way));
            if tasks.is_empty() {
                return;
            }
            for task in tasks {
                // What went wrong in it is counted already.
                let _ = task.await;
            }
        }
    }
}

/// What is counted when the gateway itself breaks off, which no fault makes it do.
pub(crate) const BROKEN_OFF: &str = "the gateway broke off";

/// What is counted when the gateway takes its time, which it does only if `Prefer` asks for it.
const HELD: &str = "held by Prefer";

/// The id in an answer to a create, if it was accepted.
fn id_of(answer: &Whole) -> Option<String> {
    let json: Value = serde_json::from_slice(&answer.body).ok()?;
    json["id"].as_str().filter(|_| answer.status.is_success()).map(str::to_owned)
}

async fn own_millisecond(trace: &Trace, caller: usize) {
    let now = usize::try_from(trace.start().elapsed().as_millis()).unwrap_or_default();
    let next = now + (LANES + caller - now % LANES) % LANES;
    tokio::time::sleep_until(trace.start() + Duration::from_millis(next as u64)).await;
}

async fn whole(answer: Result<Response, Fail>) -> Result<Whole, Fail> {
    let answer = answer?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.map_err(|error| Fail::new(Kind::BodyCut, error))?;
    Ok(Whole { status, headers, body })
}
