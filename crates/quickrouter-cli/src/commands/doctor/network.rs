//! The base URL, the documented hosts, the routes that the gateway relays, and the clock.

use std::future::Future;

use quickrouter::catalog::routes::{
    GET_ACCOUNT, LIST_FILES, LIST_MODELS, LIST_PREDICTIONS, origin,
};
use quickrouter::catalog::{BASE_URL, Route};
use quickrouter::{Client, RawRequest};
use quickrouter_account::Origin;

use super::finding::{Check, Finding, Verdict};
use super::reply::{Probed, Reply, probe};
use crate::connect::settings::Settings;
use crate::connect::source::Source;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// A clock that is off by more than this is warned of: certificates, expiries and the signatures of
/// webhooks are compared with it.
const CLOCK_TOLERANCE: i64 = 120;

/// The routes that are probed, whether a command needs them, and what their responses have: anything else
/// is of something that answers every path alike.
const PROBED: [(Route, bool, &str); 4] = [
    (LIST_PREDICTIONS, true, "results"),
    (LIST_FILES, true, "results"),
    (LIST_MODELS, false, "results"),
    (GET_ACCOUNT, false, "username"),
];

/// The finding of a base URL that is well formed: https, and the prefix of a documented host.
pub(super) fn base_url(settings: &Settings) -> Finding {
    let check = Check::new("base_url");
    let url = settings.base_url.value.trim();
    let shown = Message::verbatim(url);
    let own = Origin::of(url).ok();
    let default = Origin::of(BASE_URL).ok();
    let documented = own
        .as_ref()
        .is_some_and(|own| origin::HOSTS.iter().any(|host| host.origin == own.as_str()));
    let finding = if documented && path(url) != path(BASE_URL) {
        let expected = match &own {
            Some(own) => format!("{own}{}", path(BASE_URL)),
            None => BASE_URL.to_owned(),
        };
        check
            .found(Verdict::Fail, message!("doctor-prefix-missing", base_url = url))
            .hint(message!("doctor-prefix-how", expected = expected))
    } else if own.as_ref().is_some_and(Origin::is_replicate) && !path(url).is_empty() {
        check
            .found(Verdict::Fail, message!("doctor-prefix-missing", base_url = url))
            .hint(message!("doctor-prefix-none"))
    } else if url.starts_with("http:") && settings.allow_http.value {
        check.found(Verdict::Warn, message!("doctor-plain-http", base_url = url))
    } else {
        check.ok(shown)
    };
    match &settings.base_url.source {
        Source::Default if own == default => finding,
        source => finding.fact(source.message()),
    }
}

/// The path of a URL, without a slash at its end.
fn path(url: &str) -> String {
    let parsed = url::Url::parse(url.trim()).ok();
    parsed.map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default()
}

/// A host's finding, and its clock.
pub(super) struct HostFinding {
    pub(super) finding: Finding,
    clock: Option<i64>,
    in_use: bool,
}

/// Probes the base URL's host and every documented one, without a key.
pub(super) fn hosts(
    base_url: &str,
    client: Option<&Client>,
    is_sound: bool,
    lang: Lang,
) -> Vec<impl Future<Output = HostFinding>> {
    let own = Origin::of(base_url).ok().filter(|_| is_sound);
    let mut probes = Vec::new();
    if let Some(own) = &own {
        let url = format!("{}{}", base_url.trim().trim_end_matches('/'), LIST_PREDICTIONS.path);
        probes.push((own.to_string(), url, true, None));
    }
    for host in origin::HOSTS {
        if own.as_ref().is_some_and(|own| own.as_str() == host.origin) {
            continue;
        }
        let url = format!("{}{}{}", host.origin, path(BASE_URL), LIST_PREDICTIONS.path);
        let about = lang.of(host.description, host.description_zh);
        probes.push((host.origin.to_owned(), url, false, Some(about)));
    }
    let client = client.cloned();
    let probe_one =
        move |(name, url, in_use, about)| one_host(client.clone(), name, url, in_use, about);
    probes.into_iter().map(probe_one).collect()
}

async fn one_host(
    client: Option<Client>,
    name: String,
    url: String,
    in_use: bool,
    about: Option<&'static str>,
) -> HostFinding {
    let check = Check::of("host", name);
    let Some(client) = client else {
        let finding = check.not_checked(message!("doctor-proxy-first"));
        return HostFinding { finding, clock: None, in_use };
    };
    let Probed { reply, clock } = probe(&client, RawRequest::elsewhere(url)).await;
    let bad = if in_use { Verdict::Fail } else { Verdict::Warn };
    let finding = match reply {
        Reply::Api { status: status @ 500.., .. } => check
            .found(Verdict::Warn, message!("doctor-status", status = status.to_string()))
            .hint(message!("doctor-again-later")),
        Reply::Api { status, .. } => {
            check.ok(message!("doctor-reachable", status = status.to_string()))
        }
        Reply::None(why) => check
            .found(bad, message!("doctor-unreachable"))
            .fact(why)
            .hint(message!("doctor-unreachable-how")),
        other => in_between(check, bad, &other),
    };
    let finding = match about.filter(|_| !in_use) {
        Some(about) => finding.fact(Message::verbatim(about)),
        None => finding,
    };
    HostFinding { finding, clock, in_use }
}

/// The finding of a page or a redirect, which is not the gateway's.
fn in_between(check: Check, verdict: Verdict, reply: &Reply) -> Finding {
    match reply {
        Reply::Redirect { status, to } => {
            let found =
                check.found(verdict, message!("doctor-redirect", status = status.to_string()));
            let found = match to {
                Some(to) => found.fact(message!("doctor-redirect-to", origin = to)),
                None => found,
            };
            found.hint(message!("doctor-in-between"))
        }
        Reply::Page { status } => check
            .found(verdict, message!("doctor-page", status = status.to_string()))
            .hint(message!("doctor-in-between")),
        Reply::Api { status, .. } => {
            check.found(verdict, message!("doctor-status", status = status.to_string()))
        }
        Reply::Unreadable { status, why } => check
            .found(verdict, message!("doctor-unreadable", status = status.to_string()))
            .fact(why.clone())
            .hint(message!("doctor-in-between")),
        Reply::None(why) => check.found(verdict, message!("doctor-unreachable")).fact(why.clone()),
    }
}

/// Probes the routes below the base URL, with the key.
pub(super) fn routes(client: Option<&Client>) -> Vec<impl Future<Output = Finding>> {
    let client = client.cloned();
    let one = move |(route, needed, has)| one_route(client.clone(), route, needed, has);
    PROBED.into_iter().map(one).collect()
}

async fn one_route(client: Option<Client>, route: Route, needed: bool, has: &str) -> Finding {
    let check = Check::of("route", route.path);
    let Some(client) = client else {
        return check.not_checked(message!("doctor-no-usable-key"));
    };
    match probe(&client, RawRequest::below_base(route.path)).await.reply {
        Reply::Api { is_error: false, body, .. } if body.get(has).is_some() => {
            check.ok(message!("doctor-relayed"))
        }
        Reply::Api { status, is_error: false, .. } => check
            .found(Verdict::Warn, message!("doctor-other-form", status = status.to_string()))
            .hint(message!("doctor-other-form-how")),
        Reply::Api { status: status @ (404 | 405), .. } if needed => check
            .found(Verdict::Warn, message!("doctor-not-relayed", status = status.to_string()))
            .hint(if route.operation == LIST_FILES.operation {
                message!("doctor-without-files")
            } else {
                message!("doctor-without-list")
            }),
        Reply::Api { status: status @ (404 | 405), .. } => {
            check.ok(message!("doctor-not-relayed-unneeded", status = status.to_string()))
        }
        // `/v1/models` has answered a good key with 401: this is no test of a key.
        Reply::Api { status: status @ (401 | 403), .. } => check
            .found(Verdict::Warn, message!("doctor-route-denied", status = status.to_string()))
            .hint(message!("doctor-route-denied-how")),
        Reply::Api { status, .. } => check
            .found(Verdict::Warn, message!("doctor-status", status = status.to_string()))
            .hint(message!("doctor-again-later")),
        // The host's line says so.
        Reply::None(_) => check.not_checked(message!("doctor-unreachable")),
        other => in_between(check, Verdict::Warn, &other),
    }
}

/// Compares this machine's clock with that of the base URL's host, else of another.
pub(super) fn clock(hosts: &[HostFinding]) -> Finding {
    let check = Check::new("clock");
    let of =
        |in_use: bool| hosts.iter().find_map(|host| host.clock.filter(|_| host.in_use == in_use));
    let Some(ahead) = of(true).or_else(|| of(false)) else {
        return check.not_checked(message!("doctor-no-date"));
    };
    let seconds = ahead.unsigned_abs();
    if ahead.abs() <= CLOCK_TOLERANCE {
        return check.ok(message!("doctor-clock-right"));
    }
    let off = if ahead > 0 {
        message!("doctor-clock-behind", seconds = seconds)
    } else {
        message!("doctor-clock-ahead", seconds = seconds)
    };
    check.found(Verdict::Warn, off).hint(message!("doctor-clock-how"))
}
