//! Opening an output's URL: without the key, following redirects manually.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use quickrouter_api::{BufferedResponse, Chunks, Resume, StreamedResponse, TransportError, limits};
use reqwest::StatusCode;
use reqwest::header::{
    CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LOCATION,
};
use url::Url;

use crate::core::context::Context;
use crate::detail::{Detail, detail};
use crate::http::attempted::Attempted;
use crate::http::headers;
use crate::http::outcome::in_detail;
use crate::http::retry_table::{self, Decision, DownloadOutcome};
use crate::rate_limit::feedback::Feedback;

/// Maximum number of redirects per download.
const MAX_REDIRECTS: usize = 5;

/// A response body, ready to be read.
pub(crate) struct DownloadBody {
    pub(crate) media_type: String,
    /// Offset of its first byte in the file.
    pub(crate) start: u64,
    /// Length of the whole file, if known.
    pub(crate) total: Option<u64>,
    /// Strong validator for resuming if the body breaks off.
    pub(crate) validator: Option<HeaderValue>,
    pub(crate) chunks: Chunks,
}

/// Why a download attempt failed, and whether to retry it.
pub(crate) struct DownloadFailure {
    pub(crate) reason: Detail,
    /// The retry table's decision.
    pub(crate) decision: Decision,
    /// Whether the partial file must be discarded.
    pub(crate) restart: bool,
    /// The pause requested by the server.
    pub(crate) retry_after: Option<Duration>,
}

impl DownloadFailure {
    pub(crate) fn last(reason: Detail) -> Self {
        Self { reason, decision: Decision::Fail, restart: false, retry_after: None }
    }

    pub(crate) fn again(reason: Detail) -> Self {
        Self { reason, decision: Decision::Retry, restart: false, retry_after: None }
    }

    fn bad_part(reason: Detail) -> Self {
        Self { restart: true, ..Self::again(reason) }
    }

    fn decided(decision: Decision, reason: Detail, retry_after: Option<Duration>) -> Self {
        Self { reason, decision, restart: false, retry_after }
    }
}

impl<T> Attempted for Result<T, DownloadFailure> {
    fn retry_after(&self, _: SystemTime) -> Option<Duration> {
        self.as_ref().err().and_then(|failure| failure.retry_after)
    }

    fn feedback(&self, _: Duration, _: SystemTime) -> Feedback {
        // Output hosts share no rate limits with the API.
        Feedback::default()
    }

    fn why(&self) -> Detail {
        self.as_ref().err().map_or_else(|| "".into(), |failure| failure.reason.clone())
    }
}

/// The failure for a body that breaks off.
pub(crate) fn cut(fail: &TransportError) -> DownloadFailure {
    let decision = retry_table::of_download(DownloadOutcome::Failed(fail.kind));
    DownloadFailure::decided(decision, in_detail(fail), None)
}

/// The failure for a body that is not the output.
pub(crate) fn misfit(reason: Detail) -> DownloadFailure {
    DownloadFailure::decided(retry_table::of_download(DownloadOutcome::Misfit), reason, None)
}

/// The range to resume a download from.
pub(crate) struct Rest {
    pub(crate) resume: Resume,
    /// Length of the whole file, if known.
    pub(crate) total: Option<u64>,
}

/// Requests a URL, or the rest of a partial download, and follows redirects. `fresh`: the
/// prediction ended recently, so its outputs may not be available everywhere yet.
pub(crate) async fn open(
    context: &Context,
    url: &Url,
    rest: Option<&Rest>,
    fresh: bool,
) -> Result<DownloadBody, DownloadFailure> {
    let mut at = url.clone();
    for _ in 0..=MAX_REDIRECTS {
        let opened = match rest {
            Some(rest) => context.downloads.resume(at.clone(), &rest.resume).await,
            None => context.downloads.open(at.clone()).await,
        };
        let opened = opened.map_err(|fail| cut(&fail))?;
        match opened.status {
            // A transforming proxy turns 200 into 203 (RFC 9110, 15.3.4).
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => {
                return Ok(whole(opened));
            }
            StatusCode::PARTIAL_CONTENT => return part(opened, rest),
            StatusCode::RANGE_NOT_SATISFIABLE if rest.is_some() => {
                return Err(DownloadFailure::bad_part(detail!(
                    RestRefused,
                    "HTTP 416 for the rest of the file"
                )));
            }
            status if !status.is_redirection() => {
                return Err(refused(context, status, opened.headers, fresh));
            }
            _ => {}
        }
        match opened.headers.get(LOCATION).and_then(|to| redirect_target(to, &at)) {
            Some(to) => at = to,
            None => {
                let status = opened.status.as_u16();
                return Err(DownloadFailure::last(detail!(
                    RedirectScheme,
                    "HTTP {status} redirects to an address that is not http or https",
                    status = status.to_string()
                )));
            }
        }
    }
    Err(DownloadFailure::last(detail!(
        RedirectsMany,
        "it was redirected more than {count} times",
        count = MAX_REDIRECTS
    )))
}

/// Resolves a redirect. Some servers send raw UTF-8 instead of percent-escapes.
fn redirect_target(to: &HeaderValue, from: &Url) -> Option<Url> {
    let escaped = to.as_bytes().iter().fold(String::new(), |mut text, byte| {
        if byte.is_ascii() {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    });
    let to = from.join(&escaped).ok()?;
    matches!(to.scheme(), "http" | "https").then_some(to)
}

fn whole(response: StreamedResponse) -> DownloadBody {
    let total = content_length(&response.headers);
    opened(response, 0, total)
}

/// Accepts a 206: the requested range, or the whole file in one part, which some caches send
/// unasked. The total length must be known and unchanged.
fn part(response: StreamedResponse, rest: Option<&Rest>) -> Result<DownloadBody, DownloadFailure> {
    let from = rest.map_or(0, |rest| rest.resume.from);
    let known_total = rest.and_then(|rest| rest.total);
    let headers = &response.headers;
    let range = headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok()).and_then(range);
    // A server that honors `Range` but not `If-Range` may send part of another file.
    let other = |rest: &Rest| headers.get(ETAG).is_some_and(|tag| *tag != rest.resume.validator);
    if let Some((start, total)) = range
        && let Some(total) =
            known_total.or(total).filter(|whole| total.is_none_or(|it| it == *whole))
        && start == from
        && !response.coded
        && !rest.is_some_and(other)
    {
        return Ok(opened(response, start, Some(total)));
    }
    Err(DownloadFailure::bad_part(detail!(
        PartNotRequested,
        "HTTP 206 with a part that was not requested"
    )))
}

fn opened(response: StreamedResponse, start: u64, total: Option<u64>) -> DownloadBody {
    let StreamedResponse { headers, chunks, coded, .. } = response;
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().to_owned();
    // Weak validators do not guarantee byte equality (RFC 9110, 8.8.1).
    let strong = |tag: &&HeaderValue| tag.as_bytes().starts_with(b"\"") && !coded;
    let validator = headers.get(ETAG).filter(strong).cloned();
    DownloadBody { media_type, start, total, validator, chunks }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// Parses the start and the total length from `bytes 0-99/200`.
fn range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes")?.split_once('/')?;
    let (start, _) = range.trim().split_once('-')?;
    Some((start.trim().parse().ok()?, total.trim().parse().ok()))
}

fn refused(
    context: &Context,
    status: StatusCode,
    headers: HeaderMap,
    fresh: bool,
) -> DownloadFailure {
    let response = BufferedResponse::new(status, headers, bytes::Bytes::new());
    let code = status.as_u16();
    let missing =
        [StatusCode::NOT_FOUND, StatusCode::GONE, StatusCode::FORBIDDEN].contains(&status);
    let reason = if missing {
        detail!(
            OutputGone,
            "HTTP {status}; outputs are deleted after {minutes} minutes",
            status = code.to_string(),
            minutes = limits::RESULT_RETENTION_SECONDS / 60
        )
    } else {
        detail!(HttpStatus, "HTTP {status}", status = code.to_string())
    };
    let retry_after = headers::retry_after(&response, context.clock.now());
    let decision = retry_table::of_download(DownloadOutcome::Status { status: code, fresh });
    DownloadFailure::decided(decision, reason, retry_after)
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn a_content_range_says_where_a_part_begins() {
        assert_eq!(range("bytes 0-99/200"), Some((0, Some(200))));
        assert_eq!(range("bytes 5-9/*"), Some((5, None)));
        assert_eq!(range("bytes */200"), None);
        assert_eq!(range("items 0-9/10"), None);
    }
}
