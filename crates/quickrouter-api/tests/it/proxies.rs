//! Proxies by environment variables: they work, or nothing is sent.

use std::ffi::OsString;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use quickrouter_api::{
    Downloads, Gate, GateSettings, Network, Proxies, TransportError, TransportErrorKind,
    UnusableProxy,
};
use reqwest::Url;
use reqwest::header::HeaderValue;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::get;

const TARGET: &str = "http://gateway.example:8080/v1/predictions/abc";
const LIMIT: Duration = Duration::from_secs(5);

type Seen = Arc<Mutex<Vec<String>>>;

fn variables(set: &[(&'static str, &str)]) -> impl Fn(&str) -> Option<OsString> + use<> {
    let set: Vec<_> = set.iter().map(|(name, value)| (*name, OsString::from(value))).collect();
    move |name| set.iter().find(|(set, _)| *set == name).map(|(_, value)| value.clone())
}

fn check(set: &[(&'static str, &str)], url: &str) -> Result<(), UnusableProxy> {
    Proxies::from_variables(&variables(set)).check(&Url::parse(url).unwrap())
}

/// Sends one request by a network of these variables.
async fn send(set: &[(&'static str, &str)], url: &str) -> Result<String, TransportError> {
    let network = Arc::new(Network::with_variables(&variables(set), LIMIT).unwrap());
    let agent = HeaderValue::from_static("tests");
    let mut opened =
        Downloads::new(network.clone(), agent, LIMIT).open(Url::parse(url).unwrap()).await?;
    let mut body = Vec::new();
    while let Some(chunk) = opened.chunks.next().await? {
        body.extend_from_slice(&chunk);
    }
    let gate = Gate::new(network, GateSettings::new(Url::parse(url).unwrap()));
    let answer = gate.send("test", get(url)).await?.text().await.unwrap();
    assert_eq!(answer.as_bytes(), body, "the API and downloads go the same way");
    Ok(answer)
}

async fn line(socket: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    socket.read_line(&mut line).await.unwrap();
    line.trim_end().to_owned()
}

/// Reads a head and answers with a word in JSON.
async fn answer(mut socket: BufReader<TcpStream>, seen: &Seen) {
    loop {
        let line = line(&mut socket).await;
        if line.is_empty() {
            break;
        }
        if line.starts_with("GET") || line.starts_with("CONNECT") || line.starts_with("proxy-auth")
        {
            seen.lock().unwrap().push(line);
        }
    }
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n\"proxied\"";
    let _ = socket.write_all(head).await;
}

async fn listen<F>(serve: impl Fn(TcpStream, Seen) -> F + Send + 'static) -> (String, Seen)
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let seen = Seen::default();
    let kept = seen.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, kept.clone()));
        }
    });
    (address, seen)
}

async fn http_proxy() -> (String, Seen) {
    listen(|socket, seen| async move { answer(BufReader::new(socket), &seen).await }).await
}

/// RFC 1928 and 1929, SOCKS4 and SOCKS4a.
async fn socks(socket: TcpStream, seen: Seen) {
    let mut socket = BufReader::new(socket);
    let told = |what: String| seen.lock().unwrap().push(what);
    if socket.read_u8().await.unwrap() == 4 {
        assert_eq!(socket.read_u8().await.unwrap(), 1);
        let port = socket.read_u16().await.unwrap();
        let address = socket.read_u32().await.unwrap();
        let mut text = Vec::new();
        socket.read_until(0, &mut text).await.unwrap();
        let mut host = Vec::new();
        if address < 256 {
            socket.read_until(0, &mut host).await.unwrap();
            host.pop();
            told(format!("4a {}:{port}", String::from_utf8(host).unwrap()));
        } else {
            told(format!("4 {}:{port}", std::net::Ipv4Addr::from(address)));
        }
        socket.write_all(&[0, 90, 0, 0, 0, 0, 0, 0]).await.unwrap();
        return answer(socket, &seen).await;
    }
    let methods = socket.read_u8().await.unwrap();
    let mut offered = vec![0; methods as usize];
    socket.read_exact(&mut offered).await.unwrap();
    let text = async |socket: &mut BufReader<TcpStream>| {
        let length = socket.read_u8().await.unwrap();
        let mut text = vec![0; length as usize];
        socket.read_exact(&mut text).await.unwrap();
        String::from_utf8(text).unwrap()
    };
    if offered.contains(&2) {
        socket.write_all(&[5, 2]).await.unwrap();
        assert_eq!(socket.read_u8().await.unwrap(), 1);
        let (user, password) = (text(&mut socket).await, text(&mut socket).await);
        told(format!("{user} {password}"));
        socket.write_all(&[1, 0]).await.unwrap();
    } else {
        socket.write_all(&[5, 0]).await.unwrap();
    }
    let mut asked = [0; 4];
    socket.read_exact(&mut asked).await.unwrap();
    let host = match asked[3] {
        1 => std::net::Ipv4Addr::from(socket.read_u32().await.unwrap()).to_string(),
        3 => text(&mut socket).await,
        other => panic!("an address of type {other}"),
    };
    let port = socket.read_u16().await.unwrap();
    told(format!("5 {host}:{port}"));
    socket.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
    answer(socket, &seen).await;
}

#[tokio::test]
async fn an_http_proxy_gets_the_request_with_its_credentials() {
    let whole = format!("GET {TARGET} HTTP/1.1");
    let auth = "proxy-authorization: Basic dXNlcjpwQHNz";
    for (name, form, credentials) in [
        ("HTTP_PROXY", "http://{}", false),
        ("http_proxy", "http://{}/", false),
        ("ALL_PROXY", "{}", false),
        ("all_proxy", " HTTP://{} ", false),
        ("HTTP_PROXY", "http://user:p%40ss@{}", true),
        ("HTTP_PROXY", "user:p@ss@{}", true),
    ] {
        let (address, seen) = http_proxy().await;
        let value = form.replace("{}", &address);
        assert_eq!(send(&[(name, &value)], TARGET).await.unwrap(), "\"proxied\"", "{name} {form}");
        let seen = seen.lock().unwrap();
        assert_eq!(seen[0], whole, "{form}");
        assert_eq!(
            seen.iter().filter(|line| *line == auth).count(),
            if credentials { 2 } else { 0 }
        );
    }
}

#[tokio::test]
async fn an_https_request_asks_an_http_proxy_for_a_tunnel() {
    let (address, seen) = http_proxy().await;
    let set = [("HTTPS_PROXY", &*format!("http://user:secret-word@{address}"))];
    let fail = send(&set, "https://gateway.example/").await.unwrap_err();
    assert!(
        matches!(fail.kind, TransportErrorKind::NotSent | TransportErrorKind::Untrusted),
        "{fail}"
    );
    assert!(!format!("{fail} {fail:?}").contains("secret-word"), "{fail:?}");
    assert_eq!(seen.lock().unwrap()[0], "CONNECT gateway.example:443 HTTP/1.1");
}

#[tokio::test]
async fn a_socks_proxy_resolves_the_name_or_gets_an_address() {
    let by_name = "http://gateway.example:8080/";
    let by_address = "http://192.0.2.7:8080/";
    for (scheme, url, asked) in [
        ("socks5h", by_name, "5 gateway.example:8080"),
        ("SOCKS5H", by_name, "5 gateway.example:8080"),
        ("socks", by_name, "5 gateway.example:8080"),
        ("socks4a", by_name, "4a gateway.example:8080"),
        ("socks5", by_address, "5 192.0.2.7:8080"),
        ("socks5h", by_address, "5 192.0.2.7:8080"),
        ("socks4", by_address, "4 192.0.2.7:8080"),
    ] {
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            let (address, seen) = listen(socks).await;
            let value = format!("{scheme}://{address}");
            let answer = send(&[(name, &value)], url).await;
            let answer = answer.unwrap_or_else(|fail| panic!("{scheme} {url}: {fail:?}"));
            assert_eq!(answer, "\"proxied\"", "{scheme}");
            assert_eq!(seen.lock().unwrap()[0], asked, "{scheme}");
        }
    }
}

#[tokio::test]
async fn a_socks_proxy_gets_the_credentials_decoded() {
    let (address, seen) = listen(socks).await;
    let value = format!("socks5h://us%20er:p%40ss@{address}");
    assert_eq!(send(&[("ALL_PROXY", &value)], TARGET).await.unwrap(), "\"proxied\"");
    assert_eq!(seen.lock().unwrap()[0], "us er p@ss");
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_not_passed_by() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for scheme in ["http", "socks5", "socks5h", "socks4a", "socks"] {
        let value = format!("{scheme}://user:secret-word@{closed}");
        let fail = send(&[("ALL_PROXY", &value)], "http://192.0.2.7/").await.unwrap_err();
        assert_eq!(fail.kind, TransportErrorKind::NotSent, "{scheme}: {fail}");
        assert!(!format!("{fail} {fail:?}").contains("secret-word"), "{fail:?}");
    }
}

/// Values that no proxy can be made of.
const UNUSABLE: [&str; 24] = [
    "ftp://proxy.example:21",
    "quic://proxy.example:443",
    "socks6://proxy.example:1080",
    "pac+https://proxy.example/proxy.pac",
    "file:///etc/proxy",
    "://proxy.example",
    "http://",
    "http:///",
    "http://:8080",
    "socks5://",
    "socks5://:1080",
    ":8080",
    "8080",
    "http://proxy.example:99999",
    "http://proxy.example:port",
    "http://proxy.example:0",
    "socks5h://proxy.example:-1",
    "http://proxy example:8080",
    "http//proxy.example:8080",
    "proxy.example:8080;other.example:8080",
    "http://pro\u{7}xy:8080",
    "http://user:se#cret@proxy.example:8080",
    "http://user:se/cret@proxy.example:8080",
    "http://[::1:8080",
];

#[tokio::test]
async fn a_variable_that_cannot_be_used_is_named_without_its_value_and_nothing_is_sent() {
    for value in UNUSABLE {
        for (name, url) in [
            ("HTTP_PROXY", "http://gateway.example/"),
            ("http_proxy", "http://gateway.example/"),
            ("HTTPS_PROXY", "https://gateway.example/"),
            ("https_proxy", "https://gateway.example/"),
            ("ALL_PROXY", "http://gateway.example/"),
            ("all_proxy", "https://gateway.example/"),
        ] {
            let unusable = check(&[(name, value)], url).expect_err(value);
            assert_eq!(unusable.variable, name);
            let fail = send(&[(name, value)], url).await.expect_err(value);
            assert_eq!(fail.kind, TransportErrorKind::UnusableProxy, "{value}");
            for text in [unusable.to_string(), format!("{fail} {fail:?}")] {
                assert!(text.contains(name), "{text}");
                let parts =
                    value.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() > 4);
                for part in
                    parts.filter(|part| !["https", "proxy", "socks5", "socks5h"].contains(part))
                {
                    assert!(!text.contains(part), "{value}: {text}");
                }
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf_8_cannot_be_used() {
    use std::os::unix::ffi::OsStringExt;
    let lookup = |name: &str| {
        (name == "HTTP_PROXY").then(|| OsString::from_vec(b"http://pr\xff.example".to_vec()))
    };
    let url = Url::parse("http://gateway.example/").unwrap();
    let unusable = Proxies::from_variables(&lookup).check(&url).unwrap_err();
    assert_eq!(unusable.variable, "HTTP_PROXY");
}

#[test]
fn a_variable_counts_only_where_a_request_would_go_through_it() {
    let bad = "nonsense://proxy";
    let fine = "http://proxy.example:3128";
    for (set, url, named) in [
        (vec![("HTTP_PROXY", bad)], "https://gateway.example/", None),
        (vec![("HTTPS_PROXY", bad)], "http://gateway.example/", None),
        (
            vec![("HTTPS_PROXY", bad), ("ALL_PROXY", fine)],
            "https://gateway.example/",
            Some("HTTPS_PROXY"),
        ),
        (vec![("HTTPS_PROXY", fine), ("ALL_PROXY", bad)], "https://gateway.example/", None),
        (
            vec![("HTTPS_PROXY", fine), ("ALL_PROXY", bad)],
            "http://gateway.example/",
            Some("ALL_PROXY"),
        ),
        (vec![("HTTP_PROXY", fine), ("http_proxy", bad)], "http://gateway.example/", None),
        (
            vec![("HTTP_PROXY", bad), ("http_proxy", fine)],
            "http://gateway.example/",
            Some("HTTP_PROXY"),
        ),
        (
            vec![("HTTP_PROXY", ""), ("http_proxy", bad)],
            "http://gateway.example/",
            Some("http_proxy"),
        ),
        (vec![("HTTP_PROXY", "  "), ("ALL_PROXY", "")], "http://gateway.example/", None),
        (vec![("ALL_PROXY", bad), ("NO_PROXY", "*")], "https://gateway.example/", None),
        (
            vec![("ALL_PROXY", bad), ("NO_PROXY", "a, gateway.example")],
            "https://gateway.example/",
            None,
        ),
        (vec![("ALL_PROXY", bad), ("no_proxy", ".example")], "https://gateway.example/", None),
        (
            vec![("ALL_PROXY", bad), ("NO_PROXY", ""), ("no_proxy", "example")],
            "https://gateway.example/",
            None,
        ),
        (vec![("ALL_PROXY", bad), ("NO_PROXY", "192.0.2.0/24")], "https://192.0.2.7/", None),
        (
            vec![("ALL_PROXY", bad), ("NO_PROXY", "way.example")],
            "https://gateway.example/",
            Some("ALL_PROXY"),
        ),
        (vec![("ALL_PROXY", bad), ("REQUEST_METHOD", "GET")], "https://gateway.example/", None),
    ] {
        let unusable = check(&set, url).err().map(|unusable| unusable.variable);
        assert_eq!(unusable, named, "{set:?} {url}");
    }
}

#[tokio::test]
async fn this_machine_and_hosts_of_no_proxy_are_reached_whatever_the_variables_hold() {
    let (address, seen) = http_proxy().await;
    let port = address.rsplit(':').next().unwrap();
    for value in ["nonsense://proxy", "http://192.0.2.1:9", "socks5://192.0.2.1:9"] {
        for host in ["127.0.0.1", "localhost"] {
            let url = format!("http://{host}:{port}/here");
            send(&[("ALL_PROXY", value), ("HTTP_PROXY", value)], &url).await.unwrap();
        }
    }
    assert!(seen.lock().unwrap().iter().all(|line| line == "GET /here HTTP/1.1"));
}
