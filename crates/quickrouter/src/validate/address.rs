//! Addresses that only this machine or its network can reach.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Returns the host of an http or https URL that cannot be reached from elsewhere, unless it is at
/// the gateway's own origin, as uploads to a gateway on this machine are. The URL parser handles
/// IPv4 addresses in unusual forms (`2130706433`, `0x7f.1`).
pub(crate) fn local_host(text: &str, gateway: &Url) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let is_local = match url.host()? {
        Host::Domain(name) => is_local_name(name),
        Host::Ipv4(address) => is_local_v4(address),
        Host::Ipv6(address) => is_local_v6(address),
    };
    let is_own = url.origin() == gateway.origin();
    (is_local && !is_own).then(|| url.host_str().unwrap_or_default().to_owned())
}

/// Names without a dot, and those of RFC 6761 (localhost, test, invalid), RFC 6762 (local), RFC 8375
/// (home.arpa), ICANN's internal, and those that home routers use.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let ends = [
        "localhost",
        "local",
        "internal",
        "test",
        "invalid",
        "home.arpa",
        "lan",
        "home",
        "localdomain",
        "intranet",
        "corp",
    ];
    let below = |end: &&str| name.strip_suffix(*end).is_some_and(|rest| rest.ends_with('.'));
    !name.contains('.') || ends.iter().any(below)
}

/// The special-purpose blocks of the IANA registry (RFC 6890) that are not routed.
fn is_local_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || a == 0
        // Shared between a provider and its customers: RFC 6598.
        || (a == 100 && (64..128).contains(&b))
        // For benchmarks (RFC 2544); local proxies return them for every name.
        || (a == 198 && (b == 18 || b == 19))
}

fn is_local_v6(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    // ::ffff:a.b.c.d, ::a.b.c.d (RFC 4291) and 64:ff9b::a.b.c.d (RFC 6052).
    let inner = match address.segments() {
        [0, 0, 0, 0, 0, 0xffff | 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
            let [.., a, b, c, d] = address.octets();
            Some(Ipv4Addr::new(a, b, c, d))
        }
        _ => None,
    };
    // Unique local, link-local, and the deprecated site-local.
    first & 0xfe00 == 0xfc00
        || first & 0xffc0 == 0xfe80
        || first & 0xffc0 == 0xfec0
        || inner.is_some_and(is_local_v4)
}

#[cfg(test)]
mod tests {
    use url::Url;

    fn local_host(text: &str) -> Option<String> {
        super::local_host(text, &Url::parse("https://api.example/replicate").unwrap())
    }

    #[test]
    fn addresses_of_this_machine_and_its_network_are_local() {
        for text in [
            "http://localhost/a.png",
            "HTTPS://LOCALHOST:8080/a.png",
            "http://localhost./a.png",
            "http://app.localhost/",
            "http://127.0.0.1/",
            "http://127.8.8.8/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://0.0.0.0/",
            "http://10.0.0.5/",
            "http://172.16.0.1/",
            "http://172.31.255.255/",
            "http://192.168.1.7/",
            "http://169.254.169.254/",
            "http://100.64.0.1/",
            "http://198.18.0.9/",
            "http://[::1]/",
            "http://[::]/",
            "http://[fd00::1]/",
            "http://[fe80::1]/",
            "http://[::ffff:192.168.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://nas/",
            "http://printer.local/",
            "http://host.docker.internal:3000/",
            "http://user:secret@localhost/",
        ] {
            assert!(local_host(text).is_some(), "{text}");
        }
        let host = local_host("http://user:secret@localhost:1/?key=x");
        assert_eq!(host.as_deref(), Some("localhost"));
    }

    #[test]
    fn public_addresses_are_not() {
        for text in [
            "https://example.com/a.png",
            "https://localhost.example.com/",
            "http://8.8.8.8/",
            "http://172.32.0.1/",
            "http://100.128.0.1/",
            "http://193.168.1.1/",
            "http://[2606:4700::1111]/",
            "http://[::ffff:8.8.8.8]/",
            "https://internal.example.com/",
            "data:image/png;base64,AAAA",
            "localhost",
        ] {
            assert_eq!(local_host(text), None, "{text}");
        }
    }
}
