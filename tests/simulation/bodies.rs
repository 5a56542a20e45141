//! Answers that the gateway did not give, and answers that were changed on the way.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use quickrouter_api::{Clock, codes};
use reqwest::{Body, Response, ResponseBuilderExt, StatusCode, Url};
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::numbers::Numbers;

/// An origin that nobody but an attacker or a careless relay would name.
pub(crate) const ELSEWHERE: &str = "https://elsewhere.example";

/// An answer with its whole body.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A part of a body, how long it takes to come, and whether the connection breaks instead.
pub(crate) type Piece = (Duration, Result<Bytes, std::io::Error>);

impl Whole {
    pub(crate) fn new(status: u16, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
        Self { status, headers, body: body.into() }
    }

    /// The answer, its body in these pieces; then it ends, or never does.
    pub(crate) fn respond(self, url: Url, pieces: Vec<Piece>, ends: bool) -> Response {
        let mut builder = http::Response::builder().status(self.status).url(url);
        if let Some(headers) = builder.headers_mut() {
            *headers = self.headers;
        }
        let coming = stream::iter(pieces).then(|(pause, piece)| async move {
            tokio::time::sleep(pause).await;
            piece
        });
        let body = if ends {
            Body::wrap_stream(coming)
        } else {
            Body::wrap_stream(coming.chain(stream::pending()))
        };
        Response::from(builder.body(body).expect("a response of valid parts"))
    }

    /// The body in a few pieces, the later ones after a pause of at most so many milliseconds.
    pub(crate) fn pieces(&self, numbers: &mut Numbers, longest: u64) -> Vec<Piece> {
        let count = usize::try_from(numbers.between(1, 4)).unwrap_or(1);
        let size = self.body.len().div_ceil(count).max(1);
        let mut pause = Duration::ZERO;
        let piece = |part: &[u8]| {
            let piece = (pause, Ok(Bytes::copy_from_slice(part)));
            pause = numbers.millis(0, longest);
            piece
        };
        self.body.chunks(size).map(piece).collect()
    }
}

/// The answer of a gateway (or a proxy before it) that does not take the request.
pub(crate) fn refusal(fault: Fault, numbers: &mut Numbers, clock: &Clock) -> Whole {
    match fault {
        Fault::RateLimited => with_retry_after(throttled(numbers), numbers, clock),
        Fault::Unavailable => {
            let answer = match numbers.between(0, 3) {
                0 => html(503),
                1 => gateway_error(503, "no channel", codes::MODEL_NOT_FOUND),
                2 => gateway_error(503, "overloaded", ""),
                _ => problem(503, "Service unavailable."),
            };
            with_retry_after(answer, numbers, clock)
        }
        Fault::Redirected => {
            let mut answer = Whole::new(numbers.one_of(&[301, 302, 307, 308]), "text/html", "");
            let to = format!("{ELSEWHERE}/moved");
            answer.headers.insert(LOCATION, to.parse().expect("a header value"));
            answer
        }
        Fault::NotThere => problem(404, "The requested resource could not be found."),
        _ => server_error(numbers),
    }
}

/// 500, 502 or 504, in any of the forms in which they come.
pub(crate) fn server_error(numbers: &mut Numbers) -> Whole {
    let status = numbers.one_of(&[500, 502, 504]);
    match numbers.between(0, 2) {
        0 => html(status),
        1 => gateway_error(status, "do request failed (request id: 20240101)", "do_request_failed"),
        _ => problem(status, "Internal server error."),
    }
}

pub(crate) fn html(status: u16) -> Whole {
    let page = "<html><head><title>Bad Gateway</title></head><body>nginx</body></html>";
    Whole::new(status, "text/html", page)
}

fn problem(status: u16, detail: &str) -> Whole {
    let body = json!({"title": "Problem", "detail": detail, "status": status});
    Whole::new(status, "application/problem+json", body.to_string())
}

fn gateway_error(status: u16, message: &str, code: &str) -> Whole {
    let body = json!({"error": {"message": message, "type": "new_api_error", "code": code}});
    Whole::new(status, "application/json", body.to_string())
}

fn throttled(numbers: &mut Numbers) -> Whole {
    match numbers.between(0, 2) {
        0 => gateway_error(429, "您已达到请求数限制 (request id: 20240102)", ""),
        1 => problem(429, "Request was throttled. Your rate limit resets in ~3s."),
        _ => {
            let body = json!({"detail": "Request was throttled.", "status": 429, "retry_after": 2});
            Whole::new(429, "application/problem+json", body.to_string())
        }
    }
}

/// Seconds, a date, or nothing.
fn with_retry_after(mut answer: Whole, numbers: &mut Numbers, clock: &Clock) -> Whole {
    let seconds = numbers.one_of(&[0, 1, 2, 5, 20, 3600]);
    let value = match numbers.between(0, 2) {
        0 => return answer,
        1 => seconds.to_string(),
        _ => httpdate::fmt_http_date(clock.now() + Duration::from_secs(seconds)),
    };
    answer.headers.insert(RETRY_AFTER, value.parse().expect("a header value"));
    answer
}

/// A good answer after what a fault makes of its body.
pub(crate) fn changed(mut answer: Whole, fault: Fault, numbers: &mut Numbers) -> Whole {
    match fault {
        Fault::ServerErrorAfter => server_error(numbers),
        Fault::HtmlAfter => html(200),
        Fault::Empty => Whole { body: Bytes::new(), ..without_length(answer) },
        Fault::Garbled => {
            // Never something that can be read as JSON, which no client could tell from the truth.
            let keep =
                answer.body.len() * usize::try_from(numbers.between(0, 95)).unwrap_or(0) / 100;
            let mut body = answer.body[..keep].to_vec();
            body.extend_from_slice(b"\xff\xfe}{");
            Whole { body: body.into(), ..without_length(answer) }
        }
        _ => {
            if let Ok(mut json) = serde_json::from_slice(&answer.body)
                && answer.status.is_success()
                && tell_otherwise(&mut json, fault, numbers)
            {
                answer.body = json.to_string().into();
                answer = without_length(answer);
            }
            answer
        }
    }
}

fn without_length(mut answer: Whole) -> Whole {
    answer.headers.remove(CONTENT_LENGTH);
    answer
}

/// Makes an answer say something odd; `false` if it is none that this can be said in.
fn tell_otherwise(json: &mut Value, fault: Fault, numbers: &mut Numbers) -> bool {
    let base = format!("{ELSEWHERE}/v1/predictions");
    match fault {
        Fault::UnknownStatus => {
            let word = numbers.one_of(&["queued", "waiting for a GPU", "", "SUCCEEDED"]);
            match json.get_mut("results").and_then(Value::as_array_mut) {
                Some(results) => results.iter_mut().for_each(|one| one["status"] = word.into()),
                None => json["status"] = word.into(),
            }
        }
        Fault::Aborted => json["status"] = "aborted".into(),
        Fault::LogsNull => json["logs"] = Value::Null,
        Fault::UrlsElsewhere => {
            let id = json["id"].as_str().unwrap_or_default();
            let own = format!("{base}/{id}");
            json["urls"] = json!({"get": own, "cancel": format!("{own}/cancel"), "stream": own});
        }
        Fault::NextElsewhere => json["next"] = format!("{base}?cursor=cD0yMDI0").into(),
        Fault::OutputElsewhere if json["output"].is_array() => {
            json["output"] = json!([format!("{ELSEWHERE}/out-0.png")]);
        }
        Fault::AnotherPrediction => json["id"] = "anotherpredictionthanasked".into(),
        _ => return false,
    }
    true
}
