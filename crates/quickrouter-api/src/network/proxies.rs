//! Proxies from environment variables: used or reported as an error, never bypassed.

use std::ffi::OsString;
use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{ClientBuilder, NoProxy, Proxy, Url};

/// The default port of socks proxies, as in curl and reqwest.
const SOCKS_PORT: u16 = 1080;

/// The proxies that environment variables name: `HTTP_PROXY` for `http` URLs and `HTTPS_PROXY` for
/// `https` URLs, else `ALL_PROXY`; hosts in `NO_PROXY` are reached directly. Each name is looked up
/// in upper case, then in lower case; an empty value counts as unset. As in reqwest and hyper-util, all
/// of them are ignored if `REQUEST_METHOD` is set, since a CGI program gets `HTTP_PROXY` from its
/// client (CVE-2016-5385).
///
/// A value is `[SCHEME://][USER:PASSWORD@]HOST[:PORT]` with the scheme `http` (the default), `https`,
/// `socks4`, `socks4a`, `socks5` or `socks5h`, in any case. `socks`, which VPN programs use, means
/// `socks5h`.
pub struct Proxies {
    http: Setting,
    https: Setting,
    no_proxy: String,
    /// Matches all hosts except those of `no_proxy`.
    covered: Matcher,
}

/// The setting for one URL scheme.
#[derive(Clone)]
enum Setting {
    Unset,
    Proxy(Url),
    Unusable(UnusableProxy),
}

/// A proxy variable whose value cannot be used. The value is not shown, since it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnusableProxy {
    /// The variable.
    pub variable: &'static str,
    /// What is wrong with its value.
    pub reason: ProxyFault,
}

/// What is wrong with the value of a proxy variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyFault {
    /// It is not UTF-8.
    NotUtf8,
    /// Its scheme is none of [`SCHEMES`](Self::SCHEMES).
    Scheme,
    /// It contains white space.
    WhiteSpace,
    /// Its user name or password is not percent-encoded.
    Unescaped,
    /// It is neither a URL nor a host with a port.
    Invalid,
    /// It has no host.
    NoHost,
    /// Its port is invalid.
    Port,
    /// Its host is invalid.
    Host,
    /// Its host is a number.
    Number,
}

impl ProxyFault {
    /// The schemes that a proxy can have.
    pub const SCHEMES: &'static str = "http, https, socks4, socks4a, socks5 and socks5h";
}

impl fmt::Display for ProxyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUtf8 => "it is not UTF-8",
            Self::Scheme => return write!(f, "its scheme is not one of {}", Self::SCHEMES),
            Self::WhiteSpace => "it contains white space",
            Self::Unescaped => {
                "its user name or password has characters that must be percent-encoded"
            }
            Self::Invalid => "it is neither a URL nor a host with a port",
            Self::NoHost => "it has no host",
            Self::Port => "its port is invalid",
            Self::Host => "its host is invalid",
            Self::Number => "its host is a number",
        })
    }
}

impl fmt::Display for UnusableProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variable, reason } = self;
        write!(
            f,
            "the proxy in the variable {variable} cannot be used: {reason}; correct or unset it"
        )
    }
}

impl std::error::Error for UnusableProxy {}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies").field("no_proxy", &self.no_proxy).finish_non_exhaustive()
    }
}

type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

impl Proxies {
    /// Reads the variables that `variable` looks up.
    pub fn from_variables(variable: Lookup<'_>) -> Self {
        let cgi = variable("REQUEST_METHOD").is_some();
        let read = |names: [&'static str; 2]| {
            if cgi { Setting::Unset } else { Setting::read(variable, names) }
        };
        let all = read(["ALL_PROXY", "all_proxy"]);
        let or_all = |own: Setting| if matches!(own, Setting::Unset) { all.clone() } else { own };
        let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
        let no_proxy = ["NO_PROXY", "no_proxy"].into_iter().filter_map(text);
        let no_proxy =
            no_proxy.map(|hosts| hosts.trim().to_owned()).find(|hosts| !hosts.is_empty());
        let no_proxy = no_proxy.unwrap_or_default();
        Self {
            http: or_all(read(["HTTP_PROXY", "http_proxy"])),
            https: or_all(read(["HTTPS_PROXY", "https_proxy"])),
            covered: Matcher::builder().all("http://proxy.invalid").no(no_proxy.as_str()).build(),
            no_proxy,
        }
    }

    /// Fails if a request to `url` would use an unusable proxy. `url` is not a loopback address.
    ///
    /// # Errors
    /// The unusable variable.
    pub fn check(&self, url: &Url) -> Result<(), UnusableProxy> {
        let Setting::Unusable(unusable) = self.for_scheme(url.scheme()) else { return Ok(()) };
        let covered = url.as_str().parse().map(|uri| self.covered.intercept(&uri).is_some());
        if covered.unwrap_or(true) { Err(unusable.clone()) } else { Ok(()) }
    }

    fn for_scheme(&self, scheme: &str) -> &Setting {
        match scheme {
            "http" => &self.http,
            "https" => &self.https,
            _ => &Setting::Unset,
        }
    }

    /// Sets the proxies on a client. Unusable ones are left out: [`check`](Self::check) runs first.
    pub(super) fn put_on(&self, builder: ClientBuilder) -> reqwest::Result<ClientBuilder> {
        if matches!((&self.http, &self.https), (Setting::Unset, Setting::Unset)) {
            // macOS and Windows have settings of their own for proxies.
            let elsewhere = cfg!(any(target_os = "macos", windows));
            return Ok(if elsewhere { builder } else { builder.no_proxy() });
        }
        let mut builder = builder.no_proxy();
        if let Setting::Proxy(url) = &self.http {
            builder = builder.proxy(Proxy::http(url.clone())?.no_proxy(self.direct()));
        }
        if let Setting::Proxy(url) = &self.https {
            builder = builder.proxy(Proxy::https(url.clone())?.no_proxy(self.direct()));
        }
        Ok(builder)
    }

    fn direct(&self) -> Option<NoProxy> {
        NoProxy::from_string(&self.no_proxy)
    }
}

impl Setting {
    fn read(variable: Lookup<'_>, names: [&'static str; 2]) -> Self {
        for name in names {
            let Some(value) = variable(name).filter(|value| !value.is_empty()) else { continue };
            let read = match value.to_str().map(str::trim) {
                Some("") => continue,
                Some(value) => proxy_url(value),
                None => Err(ProxyFault::NotUtf8),
            };
            return match read {
                Ok(url) => Self::Proxy(url),
                Err(reason) => Self::Unusable(UnusableProxy { variable: name, reason }),
            };
        }
        Self::Unset
    }
}

/// Parses a proxy's URL more strictly than reqwest, which bypasses a proxy that it cannot parse.
fn proxy_url(value: &str) -> Result<Url, ProxyFault> {
    let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" => "http",
        "https" => "https",
        "socks4" => "socks4",
        "socks4a" => "socks4a",
        "socks5" => "socks5",
        "socks5h" | "socks" => "socks5h",
        _ => return Err(ProxyFault::Scheme),
    };
    if rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(ProxyFault::WhiteSpace);
    }
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if path.contains('@') {
        return Err(ProxyFault::Unescaped);
    }
    if !value.contains("://") && !matches!(path, "" | "/") {
        return Err(ProxyFault::Invalid);
    }
    // Hosts and ports are parsed as those of http, whatever the scheme.
    let parsed = Url::parse(&format!("http://{authority}/")).map_err(|error| match error {
        url::ParseError::EmptyHost => ProxyFault::NoHost,
        url::ParseError::InvalidPort => ProxyFault::Port,
        _ => ProxyFault::Host,
    })?;
    let address = authority.rsplit('@').next().unwrap_or_default();
    let after_host = match address.rfind(']') {
        Some(end) => &address[end + 1..],
        None => address.find(':').map_or("", |colon| &address[colon..]),
    };
    let host = &address[..address.len() - after_host.len()];
    // The URL standard parses a number as an IPv4 address.
    if host.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ProxyFault::Number);
    }
    let port = match (after_host.len(), scheme) {
        (2.., _) => parsed.port_or_known_default().unwrap_or_default(),
        (_, "http") => 80,
        (_, "https") => 443,
        _ => SOCKS_PORT,
    };
    if port == 0 {
        return Err(ProxyFault::Port);
    }
    let user = match (parsed.username(), parsed.password()) {
        ("", None) => String::new(),
        (user, None) => format!("{user}@"),
        (user, Some(password)) => format!("{user}:{password}@"),
    };
    let host = parsed.host_str().unwrap_or_default();
    let url = Url::parse(&format!("{scheme}://{user}{host}:{port}"));
    url.map_err(|_| ProxyFault::Host)
}
