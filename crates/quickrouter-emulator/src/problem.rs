//! Refusals in Replicate's form: `application/problem+json`.

use crate::check::Violation;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

/// An answer that says what is wrong.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    invalid_fields: Vec<Value>,
    retry_after: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, title, detail: detail.into(), invalid_fields: Vec::new(), retry_after: None }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad request", detail)
    }

    pub(crate) fn unauthenticated() -> Self {
        let detail = "No valid key was sent. Send the header Authorization: Bearer KEY.";
        Self::new(StatusCode::UNAUTHORIZED, "Unauthenticated", detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", detail)
    }

    /// The body of a create is not as it should be.
    pub(crate) fn body(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Request validation failed", detail)
    }

    pub(crate) fn version(asked: &str) -> Self {
        let detail =
            format!("The version {asked:?} does not exist, or you are not permitted to run it.");
        let title = "Invalid version or not permitted";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, title, detail)
    }

    /// The input breaks the contract: everything that is wrong with it.
    pub(crate) fn input(violations: &[Violation]) -> Self {
        let lines: Vec<String> = violations.iter().map(|one| format!("- {one}\n")).collect();
        let title = "Input validation failed";
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, title, lines.concat());
        let fields = violations
            .iter()
            .map(|one| json!({"type": one.kind, "field": one.field, "description": one.message}));
        problem.invalid_fields = fields.collect();
        problem
    }

    pub(crate) fn too_many(detail: impl Into<String>, retry_after: u64) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests", detail);
        problem.retry_after = Some(retry_after);
        problem
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("title".into(), self.title.into());
        body.insert("detail".into(), self.detail.into());
        body.insert("status".into(), self.status.as_u16().into());
        if !self.invalid_fields.is_empty() {
            body.insert("invalid_fields".into(), self.invalid_fields.into());
        }
        if let Some(seconds) = self.retry_after {
            body.insert("retry_after".into(), seconds.into());
        }
        let kind = (header::CONTENT_TYPE, "application/problem+json");
        let mut response = (self.status, [kind], Value::Object(body).to_string()).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
