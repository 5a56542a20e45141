//! `doctor`: what it finds, and that it sends nothing but GET, and the key to its own origin only.

use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::scripted::{Script, Scripted};
use crate::{Odd, Ran, narrow};

const KEY: &str = "qr-0123456789abcdef";

/// A key that has something left; lists; and a refusal of what has no key.
fn healthy(path: &str) -> (u16, &'static str, &'static str) {
    match path {
        "/api/usage/token/" => (200, "", r#"{"code": true, "data": {"total_available": 500000}}"#),
        "/replicate/v1/account" => (404, "", r#"{"detail": "Not found"}"#),
        _ => (200, "", r#"{"results": []}"#),
    }
}

fn denied(_: &str) -> (u16, &'static str, &'static str) {
    (401, "", r#"{"error": {"message": "no key", "type": "x", "code": ""}}"#)
}

/// A gateway of the family, the documented hosts behind a proxy, and a folder of settings.
struct Clinic {
    odd: Odd,
    gateway: Scripted,
    hosts: Scripted,
}

impl Clinic {
    fn new(script: Script) -> Self {
        Self::of_hosts(script, denied)
    }

    fn of_hosts(script: Script, hosts: Script) -> Self {
        let odd = Odd::new(|_| (500, json!({})));
        let gateway = Scripted::new(script);
        let hosts = Scripted::proxy(&odd.folder.path().join("roots.pem"), hosts);
        let folder = odd.folder.path().join("home/config/quickrouter");
        std::fs::create_dir_all(&folder).unwrap();
        let profile = format!("[profiles.lab]\nbase-url = '{}'\nfamily = true\n", gateway.base);
        std::fs::write(folder.join("config.toml"), profile).unwrap();
        Self { odd, gateway, hosts }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.odd.command(&[&["doctor"], arguments].concat());
        for name in ["HTTP_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(name);
        }
        command.env_remove("QUICKROUTER_BASE_URL").env("QUICKROUTER_PROFILE", "lab");
        command.env_remove("no_proxy").env_remove("SSL_CERT_DIR").env_remove("REQUEST_METHOD");
        command.env("HTTPS_PROXY", &self.hosts.base).env("QUICKROUTER_API_KEY", KEY);
        command.env("SSL_CERT_FILE", self.odd.folder.path().join("roots.pem"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let ran = Ran::from(self.command(arguments).output().unwrap());
        assert!(!format!("{ran:?}").contains(KEY), "the key is not shown: {ran:?}");
        ran
    }

    /// The result of each check.
    fn results(&self) -> Value {
        let ran = self.run(&["--json"]);
        let list: Value = serde_json::from_str(&ran.stdout).unwrap();
        let list = list.as_array().unwrap().iter();
        let results = list.map(|found| {
            let name = found["check"].as_str().unwrap().to_owned();
            (name.replace(self.origin(), "gateway"), found["result"].clone())
        });
        Value::Object(results.collect())
    }

    fn origin(&self) -> &str {
        self.gateway.base.trim_end_matches("/replicate")
    }

    fn shown(&self, ran: &Ran) -> String {
        let text = format!("{}{}[exit {}]", ran.stdout, ran.stderr, ran.code.unwrap());
        let text = text.replace(self.odd.folder.path().to_str().unwrap(), "FOLDER");
        let text = text.replace(&self.hosts.base, "http://PROXY");
        narrow(&text.replace(self.origin(), "http://127.0.0.1:PORT"))
    }
}

#[test]
fn nothing_but_get_is_sent_and_the_key_to_its_own_origin_only() {
    let clinic = Clinic::new(healthy);
    let ran = clinic.run(&[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let (own, others) = (clinic.gateway.taken(), clinic.hosts.taken());
    assert_eq!(own.len(), 6, "usage, four routes, and once without a key: {own:?}");
    assert_eq!(others.len(), 2, "both documented hosts: {others:?}");
    for request in own.iter().chain(&others) {
        assert!(request.starts_with("GET "), "{request}");
    }
    let with_key = own.iter().filter(|request| request.contains(KEY)).count();
    assert_eq!(with_key, 5, "{own:?}");
    for request in &others {
        let request = request.to_ascii_lowercase();
        assert!(!request.contains(KEY) && !request.contains("authorization"), "{request}");
    }
}

#[test]
fn a_healthy_setup_is_shown_as_such() {
    let clinic = Clinic::new(healthy);
    insta::assert_snapshot!("healthy", clinic.shown(&clinic.run(&[])));
    let zh = clinic.run(&["--lang", "zh"]);
    insta::assert_snapshot!("healthy_zh", clinic.shown(&zh));
}

#[test]
fn five_things_wrong_are_named_with_what_to_do() {
    let clinic = Clinic::new(healthy);
    let file = clinic.odd.folder.path().join("home/config/quickrouter/config.toml");
    std::fs::write(file, "[profiles.lab]\nbase-ulr = 'https://a.example'\n").unwrap();
    std::fs::write(clinic.odd.folder.path().join("file"), "").unwrap();
    for (lang, name) in [("en", "five_wrong"), ("zh", "five_wrong_zh")] {
        let mut command = clinic.command(&["--output", "file/pictures", "--lang", lang]);
        command.env("QUICKROUTER_API_KEY", format!("\"{KEY}\""));
        command.env("QUICKROUTER_BASE_URL", "https://gateway.example/replicate/v1");
        command.env("HTTPS_PROXY", "nonsense://user:secret-word@proxy.example:1");
        let ran = Ran::from(command.output().unwrap());
        let shown = clinic.shown(&ran);
        assert!(!shown.contains("secret-word") && !shown.contains(KEY), "{shown}");
        insta::assert_snapshot!(name, shown);
    }
    assert!(clinic.gateway.taken().is_empty() && clinic.hosts.taken().is_empty());
}

#[test]
fn what_answers_in_the_gateways_place_is_not_ok_and_not_the_keys_fault() {
    let page: Script =
        |_| (200, "content-type: text/html\r\n", "<html>Welcome to the hotel</html>");
    let redirect: Script = |_| (302, "location: https://login.example/?from=x\r\n", "");
    for script in [page, redirect] {
        let clinic = Clinic::of_hosts(script, script);
        let results = clinic.results();
        assert_eq!(results["host gateway"], "fail", "{results}");
        assert_eq!(results["host https://api.quickrouter.us"], "warn", "{results}");
        assert_eq!(results["key"], "ok", "{results}");
        assert_eq!(results["key_accepted"], "warn", "{results}");
        assert_eq!(results["route /v1/predictions"], "warn", "{results}");
        assert_eq!(results["clock"], "not_checked", "{results}");
    }
    let clinic = Clinic::of_hosts(page, page);
    insta::assert_snapshot!("in_between", clinic.shown(&clinic.run(&[])));
}

#[test]
fn a_refusal_of_a_route_is_no_test_of_the_key() {
    let clinic = Clinic::new(|path| match path {
        "/replicate/v1/models" => denied(path),
        "/replicate/v1/files" => (405, "", ""),
        path => healthy(path),
    });
    let ran = clinic.run(&[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let results = clinic.results();
    assert_eq!(results["key_accepted"], "ok", "{results}");
    assert_eq!(results["route /v1/models"], "warn", "{results}");
    assert_eq!(results["route /v1/files"], "warn", "{results}");
    assert!(ran.stdout.contains("no test of the key"), "{ran:?}");
}

#[test]
fn only_the_usage_endpoint_says_that_a_key_is_refused() {
    let usage = |answer: Script| {
        let clinic = Clinic::new(answer);
        (clinic.results()["key_accepted"].clone(), clinic.run(&[]).code)
    };
    let (result, code) = usage(|path| match path {
        "/api/usage/token/" => denied(path),
        path => healthy(path),
    });
    assert_eq!((result, code), (json!("fail"), Some(1)));
    let (result, code) = usage(|path| match path {
        "/api/usage/token/" => (200, "", r#"{"success": false, "message": "无效的令牌"}"#),
        path => healthy(path),
    });
    assert_eq!((result, code), (json!("fail"), Some(1)));
    let (result, code) = usage(|path| match path {
        "/api/usage/token/" => (401, "content-type: text/html\r\n", "<html>proxy login</html>"),
        path => healthy(path),
    });
    assert_eq!((result, code), (json!("warn"), Some(0)), "a page is of something in between");
    let (result, _) = usage(|path| match path {
        "/api/usage/token/" => (200, "", r#"{"code": true, "data": {"total_available": 0}}"#),
        path => healthy(path),
    });
    assert_eq!(result, "warn", "nothing is left");
    let (result, _) = usage(|path| match path {
        "/api/usage/token/" => (404, "", "{}"),
        path => healthy(path),
    });
    assert_eq!(result, "not_checked");
}

#[test]
fn json_of_another_form_is_not_taken_for_a_route() {
    for (of_the_key, script) in [
        ("warn", (|_| (200, "", r#"{"ok": true}"#)) as fn(&str) -> _),
        // The usage endpoint refuses the key in words of its own.
        ("fail", |_| (200, "", r#"{"code": 401, "message": "no"}"#)),
        ("warn", |_| (200, "", "[]")),
        ("warn", |_| (200, "", "null")),
        ("warn", |_| (204, "", "")),
    ] {
        let clinic = Clinic::new(script);
        let results = clinic.results();
        assert_eq!(results["key_accepted"], of_the_key, "{results}");
        for route in ["predictions", "files", "models", "account"] {
            assert_eq!(results[&format!("route /v1/{route}")], "warn", "{results}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_not_said_to_be_out_of_reach_and_told_in_the_readers_language() {
    static LARGE: LazyLock<String> = LazyLock::new(|| "a".repeat(5 << 20));
    let clinic = Clinic::new(|_| (200, "", &LARGE));
    let ran = clinic.run(&["--lang", "zh"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("响应超过大小限制") && !ran.stdout.contains("无法连接"), "{ran:?}");
    assert!(!ran.stdout.contains("response"), "{ran:?}");
    let clinic = Clinic::new(|path| match path {
        "/api/usage/token/" => {
            (200, "", r#"{"code": true, "data": {"expires_at": 1000, "total_available": 5}}"#)
        }
        path => healthy(path),
    });
    assert_eq!(clinic.results()["key_accepted"], "warn", "expired");
    // Nothing listens where a listener was.
    let base = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/replicate", listener.local_addr().unwrap())
    };
    let ran = clinic.run(&["--lang", "zh", "--base-url", &base]);
    assert!(ran.stdout.contains("    无法建立连接（Connection refused"), "{ran:?}");
}

#[test]
fn a_gateway_that_no_profile_names_as_of_the_family_is_not_asked_for_usage() {
    let clinic = Clinic::new(healthy);
    let arguments = ["--json", "--profile", "quickrouter", "--base-url", &clinic.gateway.base];
    let ran = clinic.run(&arguments);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let list: Value = serde_json::from_str(&ran.stdout).unwrap();
    let accepted = list.as_array().unwrap().iter().find(|found| found["check"] == "key_accepted");
    assert_eq!(accepted.unwrap()["result"], "not_checked");
    let requests = clinic.gateway.taken();
    assert!(!requests.iter().any(|request| request.contains("/api/")), "{requests:?}");
}

#[test]
fn without_a_key_nothing_is_asked_that_needs_one() {
    let clinic = Clinic::new(healthy);
    let mut command = clinic.command(&[]);
    let ran = Ran::from(command.env_remove("QUICKROUTER_API_KEY").output().unwrap());
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("the API key is missing"), "{ran:?}");
    let requests = clinic.gateway.taken();
    assert_eq!(requests.len(), 1, "only whether it is there: {requests:?}");
    assert!(!requests[0].to_ascii_lowercase().contains("authorization"), "{requests:?}");
}

#[test]
fn a_clock_that_is_off_is_warned_of() {
    let clinic = Clinic::new(|path| {
        let (status, _, body) = healthy(path);
        (status, "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", body)
    });
    let ran = clinic.run(&[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("s ahead of the gateway's"), "{ran:?}");
}

#[test]
fn a_documented_host_without_its_prefix_is_refused_with_the_base_url_to_use() {
    let clinic = Clinic::new(healthy);
    let ran = clinic.run(&["--profile", "quickrouter", "--base-url", "https://api.quickrouter.ai"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("use https://api.quickrouter.ai/replicate"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_at_once() {
    let clinic = Clinic::new(|_| {
        loop {
            std::thread::park();
        }
    });
    let child = clinic.command(&[]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    while clinic.gateway.requests.lock().unwrap().is_empty() {
        std::thread::yield_now();
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(130), "{ran:?}");
}
