//! URLs behind a reverse proxy.

use crate::rig::{Answer, Rig, SDXL, pass, request, settings};
use http::{HeaderName, Method, StatusCode};
use quickrouter_emulator::EmulatorBuilder;
use serde_json::{Value, json};

const PREDICTIONS: &str = "/replicate/v1/predictions";

fn behind_a_proxy() -> EmulatorBuilder {
    settings().forwarded(true)
}

/// A create that comes by way of a proxy with these headers.
async fn create(rig: &Rig, headers: &[(&str, &str)], input: Value) -> Answer {
    let mut asked = request(Method::POST, PREDICTIONS, &json!({"version": SDXL, "input": input}));
    asked.headers_mut().insert("host", "127.0.0.1:8080".parse().unwrap());
    for (name, value) in headers {
        let name = HeaderName::try_from(format!("x-forwarded-{name}")).unwrap();
        asked.headers_mut().insert(name, value.parse().unwrap());
    }
    rig.send(asked).await
}

/// What stands before the path in the URLs of a create.
async fn base(rig: &Rig, headers: &[(&str, &str)]) -> String {
    let answer = create(rig, headers, json!({})).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let get = answer.json()["urls"]["get"].as_str().unwrap().to_owned();
    get.split_once(PREDICTIONS).unwrap().0.to_owned()
}

#[tokio::test(start_paused = true)]
async fn urls_are_those_that_the_proxy_was_called_by() {
    let rig = Rig::with(behind_a_proxy());
    for (headers, url) in [
        (&[][..], "http://127.0.0.1:8080"),
        (&[("proto", "https")], "https://127.0.0.1:8080"),
        (&[("proto", "https"), ("host", "images.example")], "https://images.example"),
        (&[("host", "images.example:8443"), ("proto", "HTTPS")], "https://images.example:8443"),
        (&[("host", "images.example"), ("port", "8443")], "http://images.example:8443"),
        (&[("host", "a.example"), ("proto", "https"), ("port", "443")], "https://a.example"),
        (&[("host", "a.example:1"), ("port", "2")], "http://a.example:1"),
        (&[("host", "a.example, b.example"), ("proto", "https,http")], "https://a.example"),
        (
            &[("host", "a.example"), ("prefix", "/tools/emulator/")],
            "http://a.example/tools/emulator",
        ),
        (&[("host", "[::1]:3")], "http://[::1]:3"),
    ] {
        assert_eq!(base(&rig, headers).await, url, "{headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn all_urls_of_a_response_follow() {
    let rig = Rig::with(behind_a_proxy());
    let proxy = [("host", "a.example"), ("proto", "https"), ("prefix", "/p")];
    let fresh = create(&rig, &proxy, json!({"width": 64, "height": 64})).await.json();
    for name in ["get", "cancel", "stream", "web"] {
        let url = fresh["urls"][name].as_str().unwrap();
        assert!(url.starts_with("https://a.example/p/"), "{url}");
    }
    pass(60_000).await;
    let id = fresh["id"].as_str().unwrap();
    let mut asked = request(Method::GET, &format!("{PREDICTIONS}/{id}"), &Value::Null);
    asked.headers_mut().insert("x-forwarded-host", "a.example".parse().unwrap());
    let output = rig.send(asked).await.json()["output"][0].clone();
    assert!(output.as_str().unwrap().starts_with("http://a.example/emulator/outputs/"), "{output}");
}

#[tokio::test(start_paused = true)]
async fn malformed_values_are_ignored() {
    let rig = Rig::with(behind_a_proxy());
    let long = "a".repeat(256);
    for header in [
        ("proto", "ftp"),
        ("proto", "https://"),
        ("host", "user@evil.example"),
        ("host", "evil.example/path"),
        ("host", "evil example"),
        ("host", "evil.example:99999"),
        ("host", "evil.example:0"),
        ("host", ":80"),
        ("host", ""),
        ("host", &long),
        ("prefix", "no-slash"),
        ("prefix", "//evil.example"),
        ("prefix", "/a/../b"),
        ("prefix", "/a?b"),
        ("prefix", "/\"><script>"),
    ] {
        assert_eq!(base(&rig, &[header]).await, "http://127.0.0.1:8080", "{header:?}");
    }
    for port in ["0", "65536", "-1", "many", "80"] {
        let named = [("host", "a.example"), ("port", port)];
        assert_eq!(base(&rig, &named).await, "http://a.example", "{port}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_follows_unless_asked_for() {
    let named = [("host", "a.example"), ("proto", "https"), ("prefix", "/p"), ("port", "1")];
    assert_eq!(base(&Rig::new(), &named).await, "http://127.0.0.1:8080");
}

#[tokio::test(start_paused = true)]
async fn a_file_is_recognized_by_the_url_that_it_was_given() {
    let rig = Rig::with(behind_a_proxy());
    let proxy = [("host", "a.example"), ("proto", "https"), ("prefix", "/p")];
    let url = "https://a.example/p/replicate/v1/files/never-uploaded";
    let fresh = create(&rig, &proxy, json!({"image": url})).await.json();
    let other = create(&rig, &[], json!({"image": url})).await.json();
    pass(60_000).await;
    let failed = rig.prediction(fresh["id"].as_str().unwrap()).await;
    assert!(failed["error"].as_str().unwrap().contains("never uploaded"), "{failed}");
    let other = rig.prediction(other["id"].as_str().unwrap()).await;
    assert_eq!(other["status"], "succeeded", "it is somebody else's");
}

#[cfg(feature = "page")]
#[tokio::test(start_paused = true)]
async fn the_page_answers_to_its_own_host_alone_whatever_a_proxy_says() {
    let rig = Rig::with(behind_a_proxy());
    for (host, status) in [("evil.example", 403), ("127.0.0.1:8080", 200)] {
        let mut asked = request(Method::GET, "/", &Value::Null);
        asked.headers_mut().insert("host", host.parse().unwrap());
        asked.headers_mut().insert("x-forwarded-host", "localhost".parse().unwrap());
        assert_eq!(rig.send(asked).await.status, status, "{host}");
    }
    let mut asked = request(Method::PUT, "/emulator/faults", &json!({"faults": []}));
    for (name, value) in [
        ("host", "127.0.0.1:8080"),
        ("origin", "http://evil.example"),
        ("x-forwarded-host", "evil.example"),
    ] {
        asked.headers_mut().insert(name, value.parse().unwrap());
    }
    assert_eq!(rig.send(asked).await.status, StatusCode::FORBIDDEN);
}
