//! The error of a proxy variable that cannot be used.

use quickrouter_api::{ProxyFault, UnusableProxy};

use crate::detail::{Detail, detail};
use crate::error::Error;

/// The error of a proxy variable that cannot be used.
pub(crate) fn unusable(proxy: &UnusableProxy) -> Error {
    Error::Configuration(detail!(
        ProxyUnusable,
        "the proxy in the variable {variable} cannot be used: {reason}; correct or unset it",
        variable = proxy.variable,
        reason = fault(proxy.reason)
    ))
}

fn fault(fault: ProxyFault) -> Detail {
    match fault {
        ProxyFault::NotUtf8 => detail!(ProxyNotUtf8, "it is not UTF-8"),
        ProxyFault::Scheme => detail!(
            ProxyScheme,
            "its scheme is not one of {schemes}",
            schemes = ProxyFault::SCHEMES
        ),
        ProxyFault::WhiteSpace => detail!(ProxyWhiteSpace, "it contains white space"),
        ProxyFault::Unescaped => detail!(
            ProxyUnescaped,
            "its user name or password has characters that must be percent-encoded"
        ),
        ProxyFault::Invalid => {
            detail!(ProxyInvalid, "it is neither a URL nor a host with a port")
        }
        ProxyFault::NoHost => detail!(ProxyNoHost, "it has no host"),
        ProxyFault::Port => detail!(ProxyPort, "its port is invalid"),
        ProxyFault::Host => detail!(ProxyHost, "its host is invalid"),
        ProxyFault::Number => detail!(ProxyNumber, "its host is a number"),
        other => other.to_string().into(),
    }
}
