//! Proxies from the environment of a real process.

use serde_json::json;

use crate::{Odd, Ran};

const NAMES: [&str; 6] =
    ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/// Runs the command with these variables and no other proxy.
fn run(odd: &Odd, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = odd.command(arguments);
    for name in NAMES {
        command.env_remove(name);
    }
    command.env_remove("REQUEST_METHOD").envs(variables.iter().copied()).output().unwrap().into()
}

#[test]
fn a_request_goes_through_the_proxy_of_the_environment() {
    let odd = Odd::new(|_| (200, json!({"id": "p1", "status": "starting"})));
    let proxy = odd.base.replace("http://", "http://user:secret-word@");
    let base = "http://gateway.example/replicate";
    let arguments = ["predictions", "get", "p1", "--allow-http", "--base-url", base];
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let ran = run(&odd, &arguments, &[(name, &proxy)]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let asked = std::mem::take(&mut *odd.asked.lock().unwrap());
        let whole = "GET http://gateway.example/replicate/v1/predictions/p1 HTTP/1.1";
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert!(asked[0].starts_with(whole), "{asked:?}");
    }
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_before_anything_is_sent() {
    let odd = Odd::new(|_| (200, json!({"id": "p1", "status": "starting"})));
    let secret = "nonsense://user:secret-word@proxy.example:1";
    let arguments = ["generate", "a", "--base-url", "https://gateway.example/replicate"];
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let ran = run(&odd, &arguments, &[(name, secret)]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(name), "{ran:?}");
        assert!(
            !ran.stderr.contains("secret-word") && !ran.stderr.contains("proxy.example"),
            "{ran:?}"
        );
    }
    // What goes to this machine asks no proxy.
    let ran = run(&odd, &["predictions", "get", "p1"], &[("ALL_PROXY", secret), ("NO_PROXY", "")]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn an_output_whose_proxy_cannot_be_used_is_not_fetched_past_it() {
    let odd = Odd::new(|_| {
        let output = ["http://files.example/out-0.png"];
        (201, json!({"id": "p1", "status": "succeeded", "output": output}))
    });
    let secret = "nonsense://user:secret-word@proxy.example:1";
    let ran = run(&odd, &["generate", "a", "--timeout", "20s"], &[("HTTP_PROXY", secret)]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("HTTP_PROXY") && ran.stderr.contains("p1"), "{ran:?}");
    assert!(!ran.stderr.contains("secret-word"), "{ran:?}");
}
