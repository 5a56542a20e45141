//! A gateway in memory that is not the emulator: it shows the lives of predictions that it is given.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use futures_util::future::{BoxFuture, FutureExt};
use quickrouter::transport::{Clock, Transport, TransportError};
use serde_json::{Value, json};

use crate::shapes::Life;

pub(crate) struct Scripted {
    clock: Clock,
    requests: AtomicU64,
    /// The next prediction, and the one that was created last with its moment.
    next: Mutex<Option<Life>>,
    running: Mutex<Option<(SystemTime, Life)>>,
}

impl Scripted {
    pub(crate) fn new(clock: &Clock) -> Self {
        let (next, running) = (Mutex::new(None), Mutex::new(None));
        Self { clock: clock.clone(), requests: AtomicU64::new(0), next, running }
    }

    pub(crate) fn will_run(&self, life: Life) {
        *self.next.lock().expect("no panic") = Some(life);
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    fn answer(&self, is_create: bool) -> Value {
        let mut running = self.running.lock().expect("no panic");
        if is_create {
            let life = self.next.lock().expect("no panic").take().expect("a life");
            *running = Some((self.clock.now(), life));
        }
        let (created, life) = running.as_ref().expect("a prediction");
        shown(*created, life, self.clock.now())
    }
}

/// A prediction as it is shown at a moment.
fn shown(created: SystemTime, life: &Life, now: SystemTime) -> Value {
    let passed = now.duration_since(created).unwrap_or_default().as_secs_f64();
    let stamp = |seconds: f64| {
        humantime::format_rfc3339_millis(created + Duration::from_secs_f64(seconds)).to_string()
    };
    let over = passed >= life.total;
    // Some log collectors pass lines on every so often only.
    let upto = if life.batch > 0.0 { (passed / life.batch).floor() * life.batch } else { passed };
    let lines = life.lines.iter().filter(|(at, _)| over || *at <= upto);
    let logs: String = lines.map(|(_, text)| text.as_str()).collect();
    let status = match passed {
        _ if over => "succeeded",
        _ if passed >= life.queue => "processing",
        _ => "starting",
    };
    json!({
        "id": "abc123",
        "model": "stability-ai/sdxl",
        "version": "v1",
        "status": status,
        "input": {"num_outputs": life.images, "num_inference_steps": life.steps},
        "logs": if life.lines.is_empty() { Value::Null } else { logs.into() },
        "output": if over { json!(["https://example.com/a.png"]) } else { Value::Null },
        "created_at": stamp(0.0),
        "started_at": (passed >= life.queue).then(|| stamp(life.queue)),
        "completed_at": over.then(|| stamp(life.total)),
    })
}

impl Transport for Scripted {
    fn send(
        &self,
        request: reqwest::Request,
    ) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let body = self.answer(request.method() == "POST").to_string();
        async move {
            let response = http::Response::builder().status(200).body(body).expect("a response");
            Ok(response.into())
        }
        .boxed()
    }
}
