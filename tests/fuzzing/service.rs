//! The service that a target's client talks to: it answers what the fuzzer made up.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::future::{BoxFuture, FutureExt, ready};
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use quickrouter::catalog::routes;
use quickrouter::inputs::SdxlInput;
use quickrouter::transport::{Clock, Fail, Transport};
use quickrouter::{Client, CreateRequest, WaitPolicy};
use reqwest::{Method, Request, Response, Url};
use tokio::runtime::{Builder, Runtime};

/// The key of the client. A body that holds it stands for a server that repeats it.
pub(super) const KEY: &str = "qr-fuzz-0123456789";

/// When all of it happens: 2026-01-01, so that a run does not depend on the day it is repeated.
const NOW: Duration = Duration::from_secs(1_767_225_600);

/// How long creates and waits go on; looking and asking again are few in it.
const DEADLINE: Duration = Duration::from_secs(5);

/// One answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Vec<u8>,
}

impl Page {
    pub(super) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// Adds a header, if the bytes can be one.
    pub(super) fn with(mut self, name: HeaderName, value: &[u8]) -> Self {
        self.headers.extend(HeaderValue::from_bytes(value).ok().map(|value| (name, value)));
        self
    }
}

/// One request as it left.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) with_key: bool,
}

impl Sent {
    pub(super) fn is_create(&self) -> bool {
        self.method == Method::POST && !self.url.path().ends_with("/cancel")
    }

    /// Whether it asks for all predictions, and not for one.
    pub(super) fn is_list(&self) -> bool {
        self.method == Method::GET && self.url.path().ends_with(routes::LIST_PREDICTIONS.path)
    }
}

type Answering = Box<dyn FnMut(&Sent) -> Page + Send>;

/// The other side.
#[derive(Default)]
pub(super) struct Service {
    answering: Mutex<Option<Answering>>,
    sent: Mutex<Vec<Sent>>,
}

impl Service {
    /// Says what comes back from now on.
    pub(super) fn answers(&self, answering: impl FnMut(&Sent) -> Page + Send + 'static) {
        let mut place = self.answering.lock().unwrap_or_else(PoisonError::into_inner);
        *place = Some(Box::new(answering));
    }

    /// What was sent since it was last asked.
    pub(super) fn sent(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Transport for Service {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Fail>> {
        let sent = Sent {
            method: request.method().clone(),
            url: request.url().clone(),
            with_key: request.headers().contains_key(AUTHORIZATION),
        };
        let mut answering = self.answering.lock().unwrap_or_else(PoisonError::into_inner);
        let page = answering.as_mut().expect("a target says what is answered")(&sent);
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
        let mut response = http::Response::new(reqwest::Body::from(page.body));
        *response.status_mut() = page.status.try_into().expect("a target makes up real statuses");
        response.headers_mut().extend(page.headers);
        ready(Ok(response.into())).boxed()
    }
}

/// A client and its service, made once: a fuzzer runs a target thousands of times a second.
struct Bench {
    runtime: Runtime,
    client: Client,
    service: Arc<Service>,
}

impl Bench {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime without input and output");
        let service = Arc::new(Service::default());
        let client = Client::builder()
            .api_key(KEY)
            .transport(service.clone())
            .wait_policy(WaitPolicy::new().deadline(DEADLINE));
        // The clock starts with tokio's, which is only there inside the runtime.
        let client = runtime
            .block_on(async { client.clock(Clock::at(SystemTime::UNIX_EPOCH + NOW)).build() })
            .expect("settings that are right");
        Self { runtime, client, service }
    }
}

/// Runs a scenario on a paused clock, with a service that has seen nothing yet.
pub(super) fn run(scenario: impl AsyncFnOnce(&Client, &Service)) {
    thread_local! { static BENCH: RefCell<Option<Bench>> = const { RefCell::new(None) }; }
    // Taken out, so that a scenario that panics leaves nothing of itself behind.
    let bench = BENCH.take().unwrap_or_else(Bench::new);
    bench.runtime.block_on(async {
        // Nothing of the run before: a client remembers for seconds what it created, and for up to an
        // hour that it was told to pause.
        tokio::time::advance(Duration::from_secs(3700)).await;
        drop(bench.service.sent());
        scenario(&bench.client, &bench.service).await;
    });
    BENCH.set(Some(bench));
}

/// Something to create.
pub(super) fn input() -> CreateRequest {
    SdxlInput::builder().build().into()
}
