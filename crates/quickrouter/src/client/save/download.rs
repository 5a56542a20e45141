//! Opening an output's URL without the key, redirects followed by hand.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use quickrouter_api::{Answer, Chunks, Fail, Opened as Answered, Resume, limits};
use reqwest::StatusCode;
use reqwest::header::{
    CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LOCATION,
};
use url::Url;

use crate::core::context::Context;
use crate::http::attempted::Attempted;
use crate::http::headers;
use crate::http::retry_table::{self, Decision, Download as Happened};
use crate::rate_limit::feedback::Feedback;

/// How many redirects an output's host may make.
const REDIRECTS: usize = 5;

/// A body that is about to come.
pub(crate) struct DownloadBody {
    pub(crate) media_type: String,
    /// Where in the file it begins.
    pub(crate) start: u64,
    /// The length of the whole file, where it is known.
    pub(crate) total: Option<u64>,
    /// The strong validator by which the rest can be asked for, should the body break off.
    pub(crate) validator: Option<HeaderValue>,
    pub(crate) chunks: Chunks,
}

/// Why a download stopped, and whether to retry it.
pub(crate) struct DownloadFailure {
    pub(crate) reason: String,
    /// What the retry table says.
    pub(crate) decision: Decision,
    /// Whether what was read so far is of no more use.
    pub(crate) restart: bool,
    /// The pause that the server asks for.
    pub(crate) asked: Option<Duration>,
}

impl DownloadFailure {
    pub(crate) fn last(reason: String) -> Self {
        Self { reason, decision: Decision::Fail, restart: false, asked: None }
    }

    pub(crate) fn again(reason: String) -> Self {
        Self { reason, decision: Decision::Retry, restart: false, asked: None }
    }

    fn bad_part(reason: &str) -> Self {
        Self { restart: true, ..Self::again(reason.to_owned()) }
    }

    fn decided(decision: Decision, reason: String, asked: Option<Duration>) -> Self {
        Self { reason, decision, restart: false, asked }
    }
}

impl<T> Attempted for Result<T, DownloadFailure> {
    fn retry_after(&self, _: SystemTime) -> Option<Duration> {
        self.as_ref().err().and_then(|failure| failure.asked)
    }

    fn feedback(&self, _: Duration, _: SystemTime) -> Feedback {
        // Outputs come from servers that share no limits with the API.
        Feedback::default()
    }

    fn in_words(&self) -> String {
        self.as_ref().err().map_or_else(String::new, |failure| failure.reason.clone())
    }
}

/// A body that failed on the way.
pub(crate) fn cut(fail: &Fail) -> DownloadFailure {
    let decision = retry_table::of_download(Happened::Failed(fail.kind));
    DownloadFailure::decided(decision, fail.to_string(), None)
}

/// A body that is not the output.
pub(crate) fn misfit(reason: String) -> DownloadFailure {
    DownloadFailure::decided(retry_table::of_download(Happened::Misfit), reason, None)
}

/// The rest of a body that broke off.
pub(crate) struct Rest {
    pub(crate) resume: Resume,
    /// The length of the whole, where it is known.
    pub(crate) total: Option<u64>,
}

/// Asks for a URL, or for the rest of what it holds, until it is answered with a body. `fresh`: it is
/// of a prediction that ended only just, and may not be everywhere yet.
pub(crate) async fn open(
    context: &Context,
    url: &Url,
    rest: Option<&Rest>,
    fresh: bool,
) -> Result<DownloadBody, DownloadFailure> {
    let mut at = url.clone();
    for _ in 0..=REDIRECTS {
        let opened = match rest {
            Some(rest) => context.downloads.resume(at.clone(), &rest.resume).await,
            None => context.downloads.open(at.clone()).await,
        };
        let opened = opened.map_err(|fail| cut(&fail))?;
        match opened.status {
            // 203 is what a transforming proxy makes of a 200 (RFC 9110, 15.3.4).
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => {
                return Ok(whole(opened));
            }
            StatusCode::PARTIAL_CONTENT => return part(opened, rest),
            StatusCode::RANGE_NOT_SATISFIABLE if rest.is_some() => {
                return Err(DownloadFailure::bad_part("HTTP 416 for the rest of it"));
            }
            status if !status.is_redirection() => {
                return Err(refused(context, status, opened.headers, fresh));
            }
            _ => {}
        }
        match opened.headers.get(LOCATION).and_then(|to| address(to, &at)) {
            Some(to) => at = to,
            None => {
                let status = opened.status.as_u16();
                return Err(DownloadFailure::last(format!(
                    "HTTP {status} redirects to no web address"
                )));
            }
        }
    }
    Err(DownloadFailure::last(format!("it was redirected more than {REDIRECTS} times")))
}

/// Where a redirect leads. Some servers write raw UTF-8 instead of escapes.
fn address(to: &HeaderValue, from: &Url) -> Option<Url> {
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

fn whole(answer: Answered) -> DownloadBody {
    let total = number(&answer.headers);
    opened(answer, 0, total)
}

/// A 206: the rest that was asked for, or the whole in one part, which some caches answer unasked. The
/// length of the whole has to be known, and the same as before.
fn part(answer: Answered, rest: Option<&Rest>) -> Result<DownloadBody, DownloadFailure> {
    let from = rest.map_or(0, |rest| rest.resume.from);
    let before = rest.and_then(|rest| rest.total);
    let headers = &answer.headers;
    let range = headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok()).and_then(range);
    // A server that heeds `Range` and not `If-Range` may answer a part of something else.
    let other = |rest: &Rest| headers.get(ETAG).is_some_and(|tag| *tag != rest.resume.validator);
    if let Some((start, total)) = range
        && let Some(total) = before.or(total).filter(|whole| total.is_none_or(|it| it == *whole))
        && start == from
        && !answer.coded
        && !rest.is_some_and(other)
    {
        return Ok(opened(answer, start, Some(total)));
    }
    Err(DownloadFailure::bad_part("HTTP 206 with a part that was not asked for"))
}

fn opened(answer: Answered, start: u64, total: Option<u64>) -> DownloadBody {
    let Answered { headers, chunks, coded, .. } = answer;
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().to_owned();
    // A weak one does not say that two bodies are the same byte for byte (RFC 9110, 8.8.1).
    let strong = |tag: &&HeaderValue| tag.as_bytes().starts_with(b"\"") && !coded;
    let validator = headers.get(ETAG).filter(strong).cloned();
    DownloadBody { media_type, start, total, validator, chunks }
}

fn number(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// The first byte and the length of the whole in `bytes 0-99/200`.
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
    let answer = Answer::new(status, headers, bytes::Bytes::new());
    let code = status.as_u16();
    let gone = [StatusCode::NOT_FOUND, StatusCode::GONE, StatusCode::FORBIDDEN].contains(&status);
    let reason = if gone {
        let minutes = limits::RESULT_RETENTION_SECONDS / 60;
        format!("HTTP {code}; outputs are deleted after {minutes} minutes")
    } else {
        format!("HTTP {code}")
    };
    let asked = headers::retry_after(&answer, context.clock.now());
    let decision = retry_table::of_download(Happened::Status { status: code, fresh });
    DownloadFailure::decided(decision, reason, asked)
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
