//! TLS with the platform's root certificates, which are read when TLS begins and not before.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};
use serde_json::json;

use crate::{Odd, Ran};

/// The settings of a TLS server with a certificate of its own for these names, which is written to `roots`.
pub(crate) fn certified(
    names: &[&str],
    roots: &Path,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let text = base64::engine::general_purpose::STANDARD.encode(made.cert.der());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    std::fs::write(roots, pem).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = rustls::crypto::ring::default_provider();
    ServerConfig::builder_with_provider(provider.into())
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap()
}

/// A gateway on https, whose certificate is written to `roots`.
fn https(roots: &Path, versions: &[&'static SupportedProtocolVersion]) -> String {
    let config = certified(&["localhost"], roots, versions);
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://localhost:{}/replicate", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let mut tls = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), socket);
            // A handshake that fails is the other side's affair.
            if tls.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                let body = r#"{"id": "p1", "status": "starting"}"#;
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                let _ = write!(tls, "{head}{body}");
            }
        }
    });
    base
}

fn run(odd: &Odd, base: &str, roots: &Path) -> Ran {
    let mut command = odd.command(&["predictions", "get", "p1", "--base-url", base]);
    command.env("SSL_CERT_FILE", roots).env_remove("SSL_CERT_DIR").output().unwrap().into()
}

#[test]
fn a_certificate_of_the_platforms_roots_is_trusted_in_every_version_of_tls() {
    let odd = Odd::new(|_| (200, json!({})));
    let roots = odd.folder.path().join("roots.pem");
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let base = https(&roots, &[version]);
        let ran = run(&odd, &base, &roots);
        assert_eq!(ran.code, Some(0), "{version:?}: {ran:?}");
    }
}

#[test]
fn another_certificate_and_a_machine_without_roots_are_not_sent_to() {
    let odd = Odd::new(|_| (200, json!({})));
    let (own, other) = (odd.folder.path().join("own.pem"), odd.folder.path().join("other.pem"));
    let base = https(&own, rustls::ALL_VERSIONS);
    https(&other, rustls::ALL_VERSIONS);
    for roots in [&other, &odd.folder.path().join("missing.pem")] {
        let ran = run(&odd, &base, roots);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains("cannot be trusted"), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn roots_are_not_read_for_plain_http() {
    let odd = Odd::new(|_| (200, json!({"id": "p1", "status": "starting"})));
    // To open it for reading would wait for a writer, and none comes.
    let roots = odd.folder.path().join("roots.pipe");
    assert!(std::process::Command::new("mkfifo").arg(&roots).status().unwrap().success());
    let mut command = odd.command(&["predictions", "get", "p1"]);
    let mut child = command.env("SSL_CERT_FILE", &roots).stdout(Stdio::null()).spawn().unwrap();
    let begin = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begin.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            panic!("it reads root certificates");
        }
        thread::sleep(Duration::from_millis(10));
    }
    assert!(child.wait().unwrap().success());
}
