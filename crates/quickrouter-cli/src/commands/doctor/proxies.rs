//! The proxies that variables name. Credentials in them are masked.

use quickrouter::Client;

use super::finding::{Check, Finding};
use crate::connect::gateway::finish;
use crate::exit::failure::Failure;
use crate::text::message::{Message, message};

/// The variables that name a proxy, upper case first, as the SDK looks them up.
const NAMES: [&str; 6] =
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Hosts that the variables cover, whatever they are.
const SAMPLES: [&str; 2] = ["https://doctor.invalid", "http://doctor.invalid"];

/// Shows the proxies, and returns what is wrong with them.
pub(super) fn check(base_url: &str) -> (Finding, Vec<Message>) {
    let check = Check::new("proxies");
    let faults: Vec<Failure> = SAMPLES.into_iter().filter_map(fault).collect();
    let unusable = faults.iter().map(|fault| fault.message.clone()).collect();
    match faults.into_iter().next() {
        Some(first) => (check.failed(first), unusable),
        None => (in_order(check, base_url), unusable),
    }
}

/// Shows the proxies that can be used.
fn in_order(check: Check, base_url: &str) -> Finding {
    let set: Vec<(&str, String)> =
        NAMES.into_iter().filter_map(|name| Some((name, value(name)?))).collect();
    if set.is_empty() {
        return check.ok(message!("doctor-no-proxy"));
    }
    let scheme = base_url.trim().split(':').next().unwrap_or_default().to_ascii_uppercase();
    let own = format!("{scheme}_PROXY");
    let of = |wanted: &str| set.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let finding = match of(&own).or_else(|| of("ALL_PROXY")) {
        Some((name, value)) => {
            check.ok(message!("doctor-proxy", name = *name, value = masked(value)))
        }
        None => check.ok(message!("doctor-proxy-other")),
    };
    let applied = of(&own).or_else(|| of("ALL_PROXY")).map(|(name, _)| *name);
    let others = set.iter().filter(|(name, _)| Some(*name) != applied);
    let finding = others.fold(finding, |finding, (name, value)| {
        finding.fact(message!("doctor-proxy-set", name = *name, value = masked(value)))
    });
    let direct = ["NO_PROXY", "no_proxy"].into_iter().find_map(value);
    match direct {
        Some(hosts) => finding.fact(message!("doctor-no-proxy-for", hosts = hosts)),
        None => finding,
    }
}

/// What the SDK says of the proxy for a URL. Nothing is sent.
fn fault(sample: &str) -> Option<Failure> {
    let builder = Client::builder().base_url(sample).api_key("none").allow_http(true);
    finish(builder, None).err()
}

fn value(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.to_string_lossy().trim().to_owned();
    (!value.is_empty()).then_some(value)
}

/// A proxy without its user name and password.
fn masked(value: &str) -> String {
    match value.rsplit_once('@') {
        None => value.to_owned(),
        Some((before, host)) => match before.split_once("://") {
            Some((scheme, _)) => format!("{scheme}://[redacted]@{host}"),
            None => format!("[redacted]@{host}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn credentials_of_a_proxy_are_masked() {
        assert_eq!(masked("http://proxy.example:1"), "http://proxy.example:1");
        assert_eq!(masked("http://u:p@proxy.example:1"), "http://[redacted]@proxy.example:1");
        assert_eq!(masked("u:p@ss@proxy.example"), "[redacted]@proxy.example");
    }
}
