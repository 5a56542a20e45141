//! Opening an output's URL without the key, redirects followed by hand.

use std::time::Duration;

use quickrouter_api::{Answer, Chunks, Fail, limits};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use url::Url;

use crate::answer;
use crate::connection::Connection;
use crate::decisions::{self, Decision};

/// How many redirects an output's host may make.
const REDIRECTS: usize = 5;

/// A body that is about to come.
pub(crate) struct Opened {
    pub(crate) media_type: String,
    pub(crate) chunks: Chunks,
}

/// Why a download stopped, and whether to fetch again.
pub(crate) struct Stop {
    pub(crate) reason: String,
    pub(crate) again: bool,
    /// The pause that the server asks for.
    pub(crate) asked: Option<Duration>,
}

impl Stop {
    pub(crate) fn last(reason: String) -> Self {
        Self { reason, again: false, asked: None }
    }

    pub(crate) fn again(reason: String) -> Self {
        Self { reason, again: true, asked: None }
    }

    fn decided(decision: Decision, reason: String, asked: Option<Duration>) -> Self {
        Self { reason, again: decision == Decision::SendAgain, asked }
    }
}

/// A body that failed on the way.
pub(crate) fn cut(fail: &Fail) -> Stop {
    Stop::decided(decisions::of_download(Err(fail.kind)), fail.to_string(), None)
}

/// Asks for a URL until it is answered with a body.
pub(crate) async fn open(connection: &Connection, url: &Url) -> Result<Opened, Stop> {
    let mut at = url.clone();
    for _ in 0..=REDIRECTS {
        let opened = connection.downloads.open(at.clone()).await.map_err(|fail| cut(&fail))?;
        let header = |name| opened.headers.get(name).and_then(|value| value.to_str().ok());
        if opened.status == StatusCode::OK {
            let media_type = header(CONTENT_TYPE).unwrap_or_default().to_owned();
            return Ok(Opened { media_type, chunks: opened.chunks });
        }
        if !opened.status.is_redirection() {
            return Err(refused(connection, opened.status, opened.headers));
        }
        let to = header(LOCATION).and_then(|to| at.join(to).ok());
        match to.filter(|to| matches!(to.scheme(), "http" | "https")) {
            Some(to) => at = to,
            None => {
                let status = opened.status.as_u16();
                return Err(Stop::last(format!("HTTP {status} redirects to no web address")));
            }
        }
    }
    Err(Stop::last(format!("it was redirected more than {REDIRECTS} times")))
}

fn refused(
    connection: &Connection,
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
) -> Stop {
    let answer = Answer::new(status, headers, bytes::Bytes::new());
    let code = status.as_u16();
    let gone = [StatusCode::NOT_FOUND, StatusCode::GONE, StatusCode::FORBIDDEN].contains(&status);
    let reason = if gone {
        let minutes = limits::RESULT_RETENTION_SECONDS / 60;
        format!("HTTP {code}; outputs are deleted after {minutes} minutes")
    } else {
        format!("HTTP {code}")
    };
    let asked = answer::retry_after(&answer, connection.clock.now());
    Stop::decided(decisions::of_download(Ok(code)), reason, asked)
}
