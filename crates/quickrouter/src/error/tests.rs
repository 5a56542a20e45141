//! Every error variant with each of its relevant values: its classification and its message.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use quickrouter_api::Status;
use serde_json::json;

use crate::detail::{Detail, DetailCode, DetailValue};
use crate::error::Error;
use crate::error::ErrorKind;
use crate::error::delivery::DeliveryError;
use crate::error::details::{
    ApiError, CancelOutcome, DeadlinePassed, FailedOutput, FileError, OutputError, Recovery,
    UnexpectedResponse, UnknownOutcome,
};
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::validate::finding::Violation;

/// Lists every variant of [`Error`]; a missing one does not compile.
macro_rules! variants {
    ($($variant:ident),* $(,)?) => {
        const VARIANTS: &[&str] = &[$(stringify!($variant)),*];

        fn variant(error: &Error) -> &'static str {
            match error {
                $(Error::$variant { .. } => stringify!($variant),)*
            }
        }
    };
}

variants!(
    Configuration,
    File,
    InvalidId,
    InvalidRequest,
    InvalidInput,
    NotSent,
    RateLimited,
    Api,
    OutcomeUnknown,
    PredictionFailed,
    Deadline,
    Interrupted,
    UnexpectedResponse,
    Output,
    Delivery,
);

/// The kind, whether the call may be repeated, whether something may be billed, and the error.
type Row = (&'static str, bool, bool, Error);

fn id() -> PredictionId {
    PredictionId::new("abc123").expect("it is an id")
}

fn network_error() -> Arc<dyn StdError + Send + Sync> {
    Arc::new(io::Error::other(io::Error::from(io::ErrorKind::ConnectionReset)))
}

fn not_sent(id: Option<PredictionId>, retryable: bool) -> Error {
    let network_error = Some(network_error());
    let (cause, may_still_run) = ("it was reset (connection reset)".into(), false);
    let operation = "create_prediction";
    Error::NotSent { operation, prediction_id: id, cause, network_error, may_still_run, retryable }
}

fn interrupted(id: Option<PredictionId>, retryable: bool) -> Error {
    let network_error = Some(network_error());
    let (cause, may_still_run) = ("it was reset (connection reset)".into(), false);
    let operation = "get_prediction";
    Error::Interrupted {
        operation,
        prediction_id: id,
        cause,
        network_error,
        may_still_run,
        retryable,
    }
}

fn rate_limited(prediction_id: Option<PredictionId>) -> Error {
    let (operation, cause) = ("create_prediction", "no turn".into());
    Error::RateLimited { operation, prediction_id, cause, opens_in: None }
}

fn api(prediction_id: Option<PredictionId>, status: u16, retryable: bool) -> Error {
    Error::Api(Box::new(ApiError {
        operation: "create_prediction",
        prediction_id,
        status,
        message: "no".to_owned(),
        code: "a_code".to_owned(),
        request_id: Some("r1".to_owned()),
        retry_after: None,
        hint: Some("do something".into()),
        may_still_run: false,
        retryable,
    }))
}

fn unexpected(prediction_id: Option<PredictionId>, retryable: bool) -> Error {
    Error::UnexpectedResponse(Box::new(UnexpectedResponse {
        operation: "get_prediction",
        prediction_id,
        status: 200,
        reason: "it has no id".into(),
        body: Bytes::from_static(b"{}"),
        request_id: None,
        may_still_run: false,
        retryable,
    }))
}

fn unknown(prediction_id: Option<PredictionId>, recovery: Recovery) -> Error {
    let unknown = UnknownOutcome::new("it was reset".into(), None, Bytes::new());
    Error::OutcomeUnknown(Box::new(UnknownOutcome { prediction_id, recovery, ..unknown }))
}

fn deadline(cancel: CancelOutcome) -> Error {
    Error::Deadline(Box::new(DeadlinePassed {
        prediction_id: id(),
        last_status: Some(Status::Processing),
        deadline: Duration::from_secs(60),
        last: None,
        last_problem: Some("HTTP 500".into()),
        cancel,
    }))
}

fn ended(prediction: serde_json::Value) -> Error {
    let prediction = Prediction::from_json(prediction).expect("it is a prediction");
    Error::PredictionFailed(Box::new(prediction))
}

fn output(prediction_id: Option<PredictionId>) -> Error {
    let failed = vec![FailedOutput { reason: "HTTP 404".into(), url: None }];
    let (saved, unread) = (Vec::new(), None);
    Error::Output(Box::new(OutputError { prediction_id, failed, saved, unread }))
}

/// Nothing was sent, and repeating would not help.
fn refused_here() -> Vec<Row> {
    let model = "a/b".to_owned();
    let limit = "is at most 4".into();
    let violation = Violation { field: "steps".to_owned(), value: Some(json!(7)), limit };
    let missing = io::Error::from(io::ErrorKind::NotFound);
    vec![
        ("configuration", false, false, Error::Configuration("the key is missing".into())),
        ("file", false, false, FileError::new("a.png", "is empty".into()).into()),
        ("file", false, false, FileError::io("a.png", missing).into()),
        ("invalid_id", false, false, PredictionId::new("..").expect_err("it is not an id").into()),
        ("invalid_request", false, false, Error::InvalidRequest("no such model".into())),
        ("invalid_input", false, false, Error::InvalidInput { model, violations: vec![violation] }),
        ("delivery", false, false, DeliveryError::MissingHeader { name: "webhook-id" }.into()),
    ]
}

/// A create that was not accepted, and a request about what exists.
fn of_a_request() -> Vec<Row> {
    vec![
        // Refused connection; bad certificate.
        ("not_sent", true, false, not_sent(None, true)),
        ("not_sent", false, false, not_sent(None, false)),
        ("not_sent", true, false, not_sent(Some(id()), true)),
        ("rate_limited", true, false, rate_limited(None)),
        ("rate_limited", true, false, rate_limited(Some(id()))),
        // A create: 503 until the deadline; 401. A get: 500 again and again; 404.
        ("api", true, false, api(None, 503, true)),
        ("api", false, false, api(None, 401, false)),
        ("api", true, false, api(Some(id()), 500, true)),
        ("api", false, false, api(Some(id()), 404, false)),
        // A get, and a list or an upload; the response was too large.
        ("interrupted", true, false, interrupted(Some(id()), true)),
        ("interrupted", true, false, interrupted(None, true)),
        ("interrupted", false, false, interrupted(None, false)),
        ("unexpected_response", true, false, unexpected(Some(id()), true)),
        ("unexpected_response", true, false, unexpected(None, true)),
        ("unexpected_response", false, false, unexpected(None, false)),
    ]
}

/// A prediction exists, or may exist, but the call did not return it.
fn after_a_create() -> Vec<Row> {
    let ended_a_wait = [
        ("not_sent", not_sent(Some(id()), true)),
        ("not_sent", not_sent(Some(id()), false)),
        ("api", api(Some(id()), 404, false)),
        ("api", api(Some(id()), 500, true)),
        ("interrupted", interrupted(Some(id()), true)),
        ("interrupted", interrupted(Some(id()), false)),
        ("unexpected_response", unexpected(Some(id()), true)),
        ("unexpected_response", unexpected(Some(id()), false)),
    ];
    let ended_a_wait =
        ended_a_wait.map(|(kind, error)| (kind, false, true, error.that_ends_a_wait()));
    let failed = json!({"id": "abc123", "status": "failed", "error": "NSFW"});
    let without_id = json!({"created": 1, "data": [{"error": {"message": "no"}}]});
    let unconfirmed = CancelOutcome::Unconfirmed("no response".into());
    let mut rows = vec![
        ("outcome_unknown", false, true, unknown(None, Recovery::NotAttempted)),
        ("outcome_unknown", false, true, unknown(None, Recovery::NotRelayed)),
        ("outcome_unknown", false, true, unknown(None, Recovery::Failed("no".into()))),
        ("outcome_unknown", false, true, unknown(None, Recovery::Candidates(Vec::new()))),
        ("outcome_unknown", false, true, unknown(Some(id()), Recovery::Candidates(vec![id()]))),
        ("prediction_failed", false, true, ended(failed)),
        ("prediction_failed", false, true, ended(json!({"id": "abc123", "status": "canceled"}))),
        ("prediction_failed", false, true, ended(without_id)),
        ("deadline", false, true, deadline(CancelOutcome::NotRequested)),
        ("deadline", false, true, deadline(CancelOutcome::Requested(Status::Canceled))),
        ("deadline", false, true, deadline(unconfirmed)),
        ("output", false, true, output(None)),
        ("output", false, true, output(Some(id()))),
    ];
    rows.extend(ended_a_wait);
    rows
}

fn rows() -> Vec<Row> {
    [refused_here(), of_a_request(), after_a_create()].into_iter().flatten().collect()
}

#[test]
fn every_variant_says_whether_to_repeat_and_whether_it_may_be_billed() {
    for (kind, is_retryable, may_be_billed, error) in rows() {
        assert_eq!(error.kind().as_str(), kind, "{error:?}");
        assert_eq!(error.is_retryable(), is_retryable, "{error:?}");
        assert_eq!(error.may_be_billed(), may_be_billed, "{error:?}");
        assert!(!(error.is_retryable() && error.may_be_billed()), "{error:?}");
    }
}

#[test]
fn every_variant_is_among_the_rows_and_has_a_kind_of_its_name() {
    let (mut seen, mut words) = (BTreeSet::new(), BTreeSet::new());
    for (word, _, _, error) in rows() {
        assert_eq!(format!("{:?}", error.kind()), variant(&error));
        assert_eq!(error.kind().to_string(), word);
        assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{word}");
        seen.insert(variant(&error));
        words.insert(word);
    }
    let all: BTreeSet<_> = VARIANTS.iter().copied().collect();
    let kinds: Vec<_> = ErrorKind::ALL.iter().map(|kind| format!("{kind:?}")).collect();
    assert_eq!(kinds, VARIANTS);
    assert_eq!(seen, all, "a variant has no row");
    assert_eq!(words.len(), all.len(), "two variants share a word");
}

#[test]
fn every_error_has_a_code_in_snake_case() {
    for (.., error) in rows() {
        let code = error.code();
        assert!(!code.is_empty(), "{error:?}");
        assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
    }
    let reset = DetailCode::ConnectionBroke;
    let values = vec![("error", DetailValue::Text("reset".to_owned()))];
    let mut error = interrupted(None, true);
    if let Error::Interrupted { cause, .. } = &mut error {
        *cause = Detail::new(reset, values, "the connection broke (reset)".to_owned());
    }
    assert_eq!(
        (error.code(), error.detail().code().as_str()),
        ("connection_broke", "operation_no_response")
    );
    assert_eq!(unknown(None, Recovery::NotRelayed).code(), "not_relayed");
    assert_eq!(api(None, 401, false).code(), "verbatim");
}

#[test]
fn no_message_repeats_what_its_source_says() {
    for (.., error) in rows() {
        let mut shown = error.to_string();
        let mut source = error.source();
        while let Some(below) = source {
            let text = below.to_string();
            assert!(!shown.contains(&text), "{shown:?} says {text:?} already");
            shown.push_str(&text);
            source = below.source();
        }
        let said = |text: &str| assert!(shown.contains(text), "{shown:?} leaves out {text:?}");
        match &error {
            Error::NotSent { network_error, cause, .. }
            | Error::Interrupted { network_error, cause, .. } => {
                assert!(network_error.is_some());
                said(cause.as_str());
            }
            Error::File(file) => {
                if let Some(error) = &file.io_error {
                    said(&error.to_string());
                }
            }
            _ => {}
        }
    }
}
