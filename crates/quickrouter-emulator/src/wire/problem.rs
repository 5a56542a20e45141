//! Errors of the API, in Replicate's format (`application/problem+json`) or the gateway's.

use crate::model::check::Violation;
use crate::model::failure;
use crate::store::NotKept;
use crate::wire::rate_limit::RateLimitExceeded;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};
use quickrouter_api::codes;
use serde_json::{Map, Value, json};

/// `Retry-After` when the emulator itself is full, in seconds.
const COME_BACK: u64 = 5;

/// The format of an error body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorFormat {
    /// Replicate's `application/problem+json`.
    Problem,
    /// The gateway's `{"error": {"message", "type", "code"}}`, in Chinese.
    Gateway,
}

/// An error of the API. Its format is chosen last: see [`Problem::into_format`].
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    invalid_fields: Vec<Value>,
    retry_after: Option<u64>,
    /// Boxed to keep `Result`s small.
    exceeded: Option<Box<RateLimitExceeded>>,
    /// The code in the gateway's format.
    code: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            title,
            detail: detail.into(),
            invalid_fields: Vec::new(),
            retry_after: None,
            exceeded: None,
            code: None,
        }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad request", detail)
    }

    /// No valid key was sent: in Replicate's words as recorded (`POST /v1/predictions` with a wrong
    /// token, 2023), or in those of the emulator's gateway.
    pub(crate) fn unauthenticated(format: ErrorFormat) -> Self {
        let detail = match format {
            ErrorFormat::Problem => "You did not pass a valid authentication token",
            ErrorFormat::Gateway => {
                "No valid key was sent. Send the header Authorization: Bearer KEY."
            }
        };
        Self::new(StatusCode::UNAUTHORIZED, "Unauthenticated", detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", detail)
    }

    /// The body of a create is invalid.
    pub(crate) fn invalid_body(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Request validation failed", detail)
    }

    pub(crate) fn unknown_version(asked: &str) -> Self {
        let detail =
            format!("The version {asked:?} does not exist, or you are not permitted to run it.");
        let title = "Invalid version or not permitted";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, title, detail)
    }

    /// The input violates the contract: all violations.
    pub(crate) fn invalid_input(violations: &[Violation]) -> Self {
        let lines: Vec<String> = violations.iter().map(|one| format!("- {one}\n")).collect();
        let title = "Input validation failed";
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, title, lines.concat());
        let fields = violations
            .iter()
            .map(|one| json!({"type": one.kind, "field": one.field, "description": one.message}));
        problem.invalid_fields = fields.collect();
        problem
    }

    fn too_many(detail: impl Into<String>, retry_after: u64) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests", detail);
        problem.retry_after = Some(retry_after);
        problem
    }

    /// The emulator itself is full.
    pub(crate) fn overloaded(detail: impl Into<String>) -> Self {
        Self::too_many(detail, COME_BACK)
    }

    /// The rate limit for requests of this kind is exhausted.
    pub(crate) fn rate_limited(exceeded: &RateLimitExceeded) -> Self {
        let RateLimitExceeded { create, a_minute, reset } = *exceeded;
        let what = if create { "creating predictions" } else { "requests" };
        let detail = format!(
            "Request was throttled. Your rate limit for {what} is {a_minute} requests per minute. \
             Your rate limit resets in ~{reset}s."
        );
        let mut problem = Self::too_many(detail, reset);
        problem.exceeded = Some(Box::new(*exceeded));
        problem
    }

    /// This gateway does not relay the request.
    pub(crate) fn not_relayed(method: &Method, path: &str) -> Self {
        Self::not_found(format!("Invalid URL ({method} {path})"))
    }

    /// An error requested by a fault.
    pub(crate) fn from_fault(
        status: StatusCode,
        message: Option<&str>,
        code: Option<&str>,
        retry_after: Option<u64>,
    ) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        let detail =
            message.map_or_else(|| format!("{title} (a fault of the emulator)"), Into::into);
        let mut problem = Self::new(status, title, detail);
        problem.retry_after = retry_after;
        problem.code = code.map(str::to_owned);
        problem
    }

    /// The quota does not cover a create: in Replicate's way 402, in the gateway's the contract's code
    /// for a key's quota.
    pub(crate) fn over_quota(format: ErrorFormat, available: u64, units: u64) -> Self {
        let detail = format!(
            "The create costs {units} units of the emulator's quota, and {available} are left."
        );
        match format {
            ErrorFormat::Problem => {
                Self::new(StatusCode::PAYMENT_REQUIRED, "Insufficient credit", detail)
            }
            ErrorFormat::Gateway => {
                let code = codes::PRE_CONSUME_TOKEN_QUOTA_FAILED;
                let status = failure::status_of(code).and_then(|code| code.try_into().ok());
                let status: StatusCode = status.unwrap_or(StatusCode::FORBIDDEN);
                Self::from_fault(status, Some(&detail), Some(code), None)
            }
        }
    }

    /// What was asked for was not written to the disk, and so not done.
    pub(crate) fn not_kept(error: &NotKept) -> Self {
        let (status, title) = if error.full {
            (StatusCode::INSUFFICIENT_STORAGE, "Insufficient storage")
        } else {
            (StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
        };
        let outcome =
            if error.uncertain { "whether it was done shows after a restart" } else { "try again" };
        let detail = format!("The emulator could not write its state ({}); {outcome}.", error.why);
        Self::new(status, title, detail)
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Problem {
    /// Renders the error. Only the gateway's format has a code.
    pub(crate) fn into_format(self, format: ErrorFormat, request_id: &str) -> Response {
        let retry = (self.retry_after, self.exceeded.clone());
        let mut response = match format {
            ErrorFormat::Gateway => self.gateway_response(request_id),
            ErrorFormat::Problem if self.code.is_some() => self.gateway_response(request_id),
            ErrorFormat::Problem => self.replicate_response(),
        };
        match retry {
            (_, Some(exceeded)) => exceeded.write_to(response.headers_mut()),
            (Some(seconds), None) => {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            (None, None) => {}
        }
        response
    }

    fn gateway_response(self, request_id: &str) -> Response {
        let said = match self.status.as_u16() {
            401 => "无效的令牌",
            402 | 403 => "用户额度不足，或该令牌无权访问此模型",
            404 => "请求的资源不存在",
            405 => "不支持的请求方法",
            429 => "您已达到请求数限制",
            400 | 408 | 413 | 422 => "请求参数有误",
            503 => "当前分组下没有可用渠道",
            _ => "上游服务出错",
        };
        let message = format!("{said}: {} (request id: {request_id})", self.detail.trim_end());
        let code = self.code.unwrap_or_default();
        let body = json!({"error": {"message": message, "type": "new_api_error", "code": code}});
        (self.status, axum::Json(body)).into_response()
    }

    fn replicate_response(self) -> Response {
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
        (self.status, [kind], Value::Object(body).to_string()).into_response()
    }
}
