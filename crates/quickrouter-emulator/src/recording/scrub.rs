//! Removes from a text what must not be in a recording. The same is done to an input that is looked
//! up, so that it meets its recording.

use crate::model::hex::hex;
use crate::recording::format::RemovedKind;
use regex::{Captures, Regex};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Stands for a removed query; with a fingerprint where the query may matter.
const REMOVED: &str = "removed";

/// How much is removed from a text, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// An input: the parts of a query that do not sign its URL are replaced by a fingerprint, since
    /// another query may be another picture.
    Input,
    /// An output, which a client has to find as it was: only what signs a URL is removed.
    Output,
    /// Logs, errors and all else: whole queries and email addresses are removed.
    Elsewhere,
}

static URL: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)\bhttps?://[^\s"'<>\\`]+"#));

/// What keys look like: of Replicate, of OpenAI and relays of its family, of Hugging Face, GitHub,
/// AWS, Google, and webhook secrets; each by the prefix that its issuer documents.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:r8_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|AKIA[0-9A-Z]{16}\b|AIza[A-Za-z0-9_-]{30,}|whsec_[A-Za-z0-9+/]{16,}=*)",
    )
});

static BEARER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(bearer|token)(\s+)[A-Za-z0-9._~+/-]{20,}=*"));

static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| regex(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid expression")
}

/// Removes from `text` what its place may not have, and adds what that was to `found`. Doing it twice
/// is doing it once.
pub(crate) fn scrub<'a>(
    text: &'a str,
    place: Place,
    found: &mut BTreeSet<RemovedKind>,
) -> Cow<'a, str> {
    // Inline files are long, and base64 can look like anything.
    if text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        return Cow::Borrowed(text);
    }
    let text = replace(&URL, Cow::Borrowed(text), |url| scrub_url(url, place, found));
    let text = replace(&TOKEN, text, |_| {
        found.insert(RemovedKind::Token);
        Some("[token removed]".to_owned())
    });
    let text = replace(&BEARER, text, |token| {
        found.insert(RemovedKind::Token);
        let word = token.split_whitespace().next().unwrap_or_default();
        Some(format!("{word} [token removed]"))
    });
    if place != Place::Elsewhere {
        return text;
    }
    replace(&EMAIL, text, |_| {
        found.insert(RemovedKind::Email);
        Some("[email removed]".to_owned())
    })
}

/// Replaces the matches for which there is a replacement.
fn replace<'a>(
    pattern: &Regex,
    text: Cow<'a, str>,
    mut with: impl FnMut(&str) -> Option<String>,
) -> Cow<'a, str> {
    if !pattern.is_match(&text) {
        return text;
    }
    let replaced = pattern.replace_all(&text, |captures: &Captures<'_>| {
        with(&captures[0]).unwrap_or_else(|| captures[0].to_owned())
    });
    Cow::Owned(replaced.into_owned())
}

/// The URL without its credentials and what its place may not have of its query; `None` if nothing
/// is to be removed.
fn scrub_url(url: &str, place: Place, found: &mut BTreeSet<RemovedKind>) -> Option<String> {
    let (start, rest) = url.split_at(url.find("://")? + 3);
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (mut authority, rest) = rest.split_at(host_end);
    let credentials = authority.rfind('@');
    if let Some(at) = credentials {
        found.insert(RemovedKind::UrlCredentials);
        authority = &authority[at + 1..];
    }
    let (path, query) = match rest.find(['?', '#']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let query = query.and_then(|query| scrub_query(query, place, found).map(|new| (query, new)));
    match query {
        None if credentials.is_none() => None,
        None => Some(format!("{start}{authority}{rest}")),
        Some((_, new)) => Some(format!("{start}{authority}{path}?{new}")),
    }
}

/// What stands for a query; `None` if it may stay.
fn scrub_query(query: &str, place: Place, found: &mut BTreeSet<RemovedKind>) -> Option<String> {
    if query.is_empty() || is_scrubbed(query) {
        return None;
    }
    let parts: Vec<&str> = query.split(['&', '#', ';']).filter(|part| !part.is_empty()).collect();
    let azure = parts.iter().any(|part| name(part) == "sig");
    let rest: Vec<&str> = parts.iter().copied().filter(|part| !signs(&name(part), azure)).collect();
    let signed = rest.len() < parts.len();
    if signed {
        found.insert(RemovedKind::UrlSignature);
    } else if place == Place::Output {
        return None;
    }
    if rest.is_empty() {
        return Some(REMOVED.to_owned());
    }
    found.insert(RemovedKind::UrlQuery);
    if place == Place::Elsewhere {
        return Some(REMOVED.to_owned());
    }
    let digest = Sha256::digest(rest.join("&"));
    Some(format!("{REMOVED}-{}", hex(&digest[..8])))
}

fn is_scrubbed(query: &str) -> bool {
    query.strip_prefix(REMOVED).is_some_and(|rest| {
        let digits = rest.strip_prefix('-');
        let digest = digits.is_some_and(|digits| {
            digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        // In a text, a full stop or a bracket after the URL belongs to the match.
        digest || !rest.contains(|c: char| c.is_alphanumeric() || c == '=')
    })
}

/// The name of a parameter, in lower case.
fn name(parameter: &str) -> String {
    parameter.split('=').next().unwrap_or_default().to_ascii_lowercase()
}

/// Whether a parameter of this name signs or unlocks a URL: those of AWS (S3 and CloudFront), Google
/// and Azure as their pages list them, and the usual names of tokens.
fn signs(name: &str, azure: bool) -> bool {
    const NAMES: [&str; 22] = [
        "signature",
        "sig",
        "expires",
        "key-pair-id",
        "policy",
        "awsaccesskeyid",
        "googleaccessid",
        "hash-algorithm",
        "token",
        "access_token",
        "auth_token",
        "id_token",
        "jwt",
        "auth",
        "authorization",
        "hmac",
        "hdnts",
        "hdnea",
        "exp",
        "expiry",
        "key",
        "api_key",
    ];
    // https://learn.microsoft.com/rest/api/storageservices/create-service-sas
    const AZURE: [&str; 14] = [
        "sv", "ss", "srt", "sr", "sp", "st", "se", "spr", "sip", "skoid", "sktid", "skt", "ske",
        "sks",
    ];
    name.starts_with("x-amz-")
        || name.starts_with("x-goog-")
        || NAMES.contains(&name)
        || azure && (AZURE.contains(&name) || name == "skv")
}
