//! Target `answers`: what a 2xx answer holds.

use quickrouter::{Client, Error, Output, Prediction, PredictionId, Status};
use serde_json::Value;

use super::service::{KEY, Page, Service, input, run};
use super::texts::{check_error, check_prediction, unmarked};

/// Stands where the key stood.
const HIDDEN: &str = "[redacted]";

/// The first byte picks 200, 201 or 202. The rest is the answer to a create and then to every get;
/// where a byte 0xFF, which is in no text, parts it in two, the second part is the answer to gets.
pub fn answers(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let status = 200 + u16::from(first % 3);
    let (create, get) = match rest.iter().position(|byte| *byte == 0xFF) {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (rest, rest),
    };
    // What begins like gzip is decoded, and mostly damaged; its own tests are those of the codings.
    if [create, get].iter().any(|part| part.starts_with(b"\x1f\x8b")) {
        return;
    }
    run(async |client, service| {
        let page = |body: &[u8]| Page::new(status, body);
        let (created, gotten) = (page(create), page(get));
        service.answers(move |sent| match sent {
            sent if sent.is_create() => created.clone(),
            sent if sent.is_list() => Page::new(404, ""),
            _ => gotten.clone(),
        });
        let id = check_create(client, service, status, create, get).await;
        let id = id.unwrap_or_else(|| PredictionId::new("abc123").unwrap());
        check_get(client, &id, get).await;
        check_wait(client, &id).await;
        assert!(!service.sent().iter().any(super::service::Sent::is_create), "looking creates");
    });
}

/// Exactly one create leaves. It gives the prediction with its id and its JSON, or an unknown
/// outcome with what came back; `get` answers the one look for an id that it shows.
async fn check_create(
    client: &Client,
    service: &Service,
    status: u16,
    body: &[u8],
    get: &[u8],
) -> Option<PredictionId> {
    let result = client.create(input()).await;
    let creates = service.sent().iter().filter(|sent| sent.is_create()).count();
    assert_eq!(creates, 1, "an answered create is never sent again");
    let told = told(body);
    match result {
        // It broke off and showed an id, by which it was then found.
        Ok(prediction) if prediction.was_recovered() => {
            assert!(holds(&self::told(get).unwrap_or_default(), prediction.raw()));
            check_prediction(&prediction);
            prediction.id().cloned()
        }
        Ok(prediction) => {
            assert!(holds(told.as_ref().expect("only JSON is a prediction"), prediction.raw()));
            let text = prediction.raw().to_string();
            let shown = |id: &PredictionId| text.contains(&inside_json(id.as_str()));
            assert!(prediction.id().is_none_or(shown), "{prediction:?}");
            check_prediction(&prediction);
            prediction.id().cloned()
        }
        Err(Error::OutcomeUnknown(unknown)) => {
            assert_eq!(unknown.status, Some(status));
            match &told {
                Some(told) => {
                    let status = told["status"].as_str().unwrap_or_default();
                    let complete = usable_id(told).is_some() && !status.trim().is_empty();
                    assert!(!complete, "a prediction that can be followed is lost");
                    // It may stand in an envelope.
                    let id = unknown.prediction_id.as_ref().map(ToString::to_string);
                    let text = told.to_string();
                    assert!(id.as_ref().is_none_or(|id| text.contains(&inside_json(id))), "{id:?}");
                    assert!(id.is_some() || usable_id(told).is_none());
                    assert_eq!(
                        serde_json::from_slice::<Value>(&unknown.body).ok(),
                        Some(told.clone())
                    );
                }
                None if contains_key(body) => {}
                None => assert_eq!(unknown.body, unmarked(body), "what came back is kept"),
            }
            let id = unknown.prediction_id.clone();
            check_error(&Error::OutcomeUnknown(unknown));
            id
        }
        Err(error) => panic!("a 2xx is accepted or unknown, not {error:?}"),
    }
}

/// A get gives the prediction that was asked for, or says that this is none.
async fn check_get(client: &Client, id: &PredictionId, body: &[u8]) {
    match client.get(id).await {
        Ok(prediction) => {
            assert_eq!(prediction.id(), Some(id));
            assert!(holds(&told(body).unwrap_or_default(), prediction.raw()));
            check_prediction(&prediction);
        }
        Err(error) => {
            assert!(matches!(error, Error::UnexpectedResponse(_)), "{error:?}");
            assert_eq!((error.prediction_id(), error.http_status().is_some()), (Some(id), true));
            check_error(&error);
        }
    }
}

/// A wait ends, and with success only if the prediction succeeded.
async fn check_wait(client: &Client, id: &PredictionId) {
    let ended_badly = |prediction: &Prediction| {
        prediction.is_terminal() && *prediction.status() != Status::Succeeded
    };
    match client.wait(id).await {
        Ok(prediction) => {
            assert!(*prediction.status() == Status::Succeeded || prediction.looks_terminal());
        }
        Err(error) => {
            match &error {
                // What succeeded may hold nothing but reports of failures.
                Error::PredictionFailed(prediction) => {
                    let failed = |output: &Output| matches!(output, Output::Failed { .. });
                    let outputs = prediction.outputs();
                    let none = !outputs.is_empty() && outputs.iter().all(failed);
                    assert!(ended_badly(prediction) || none);
                }
                Error::Deadline(_) | Error::UnexpectedResponse(_) => {}
                other => panic!("{other:?}"),
            }
            assert_eq!(error.prediction_id(), Some(id));
            check_error(&error);
        }
    }
}

/// The answer as JSON, without the key, which may stand in it plainly or with escapes.
fn told(body: &[u8]) -> Option<Value> {
    let body = unmarked(body);
    let text = String::from_utf8_lossy(body).replace(KEY, HIDDEN);
    let plain = if contains_key(body) { text.as_bytes() } else { body };
    let json: Value = serde_json::from_slice(plain).ok()?;
    let text = json.to_string();
    if text.contains(KEY) {
        serde_json::from_str(&text.replace(KEY, HIDDEN)).ok()
    } else {
        Some(json)
    }
}

fn contains_key(body: &[u8]) -> bool {
    String::from_utf8_lossy(body).contains(KEY)
}

/// The id, where it can be asked for.
fn usable_id(answer: &Value) -> Option<String> {
    let id = match &answer["id"] {
        Value::String(id) if !id.trim().is_empty() => id.clone(),
        Value::Number(id) if id.is_u64() || id.is_i64() => id.to_string(),
        _ => return None,
    };
    (!matches!(id.as_str(), "." | "..")).then_some(id)
}

/// A text as it stands in JSON, without its quotes.
fn inside_json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Whether a value is another one or stands somewhere in it.
fn holds(whole: &Value, part: &Value) -> bool {
    whole == part
        || match whole {
            Value::Array(list) => list.iter().any(|item| holds(item, part)),
            Value::Object(map) => map.values().any(|item| holds(item, part)),
            _ => false,
        }
}
