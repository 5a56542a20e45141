//! The emulator's page and those it must not trust: what it shows, other sites, other names.

use crate::page::{asked, count, html, page, seen};
use crate::rig::{Rig, pass};
use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn a_prompt_is_text_and_never_markup() {
    let rig = Rig::new();
    let prompts = [
        "<script>alert(1)</script>".to_owned(),
        "\" onmouseover=\"alert(1)\" '".to_owned(),
        "</textarea></title></pre></bdi><img src=x onerror=alert(1)>".to_owned(),
        "\u{202e}\u{2067}\u{0}turned round".to_owned(),
        "w".repeat(10_000),
        " \n ".to_owned(),
    ];
    for prompt in &prompts {
        let id = rig.created(json!({"prompt": prompt, "num_inference_steps": 1})).await;
        pass(4_000).await;
        let number = rig.gateway.requests().last().expect("the create").number;
        let own = page(&rig, &format!("/emulator/predictions/{id}")).await;
        let request = page(&rig, &format!("/emulator/requests/{number}")).await;
        for html in [page(&rig, "/").await, own, request] {
            assert_eq!(count(&html, "<script"), 1, "only the page's own: {prompt:.40}");
            assert_eq!(count(&html, "</textarea>"), count(&html, "<textarea"));
            assert!(!html.contains("<img src=x") && !html.contains("\" onmouseover"));
        }
    }
    let list = page(&rig, "/").await;
    assert!(list.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"));
    assert!(list.contains(&format!("<bdi>{}…</bdi>", "w".repeat(300))), "long ones are cut");
    assert!(list.contains("<bdi>\u{202e}"), "kept apart from what is beside it");
    assert!(list.contains("<em>no prompt</em>"));
}

#[tokio::test(start_paused = true)]
async fn the_browser_is_told_to_load_nothing_else_and_to_show_it_nowhere_else() {
    let rig = Rig::new();
    let mut kinds = vec![];
    for path in [
        "/",
        "/emulator/requests",
        "/emulator/predictions/none",
        "/emulator/page/style.css",
        "/emulator/page/page.js",
        "/emulator/page/icon.svg",
    ] {
        let answer = seen(&rig, path, &[]).await;
        let policy = answer.header("content-security-policy");
        for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
        kinds.push(answer.header("content-type").to_owned());
    }
    let text = "text/html; charset=utf-8";
    let assets = ["text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml"];
    assert_eq!(kinds, [&[text; 3][..], &assets[..]].concat());
    let html = page(&rig, "/").await;
    assert!(!html.contains(" style=") && !html.contains(" onclick="), "nothing inline");
    assert!(!html.contains("https://"), "nothing from elsewhere");
}

#[tokio::test(start_paused = true)]
async fn other_sites_can_change_nothing() {
    let rig = Rig::new();
    let host = ("host", "127.0.0.1:1");
    let refused: [&[(&str, &str)]; 6] = [
        &[host, ("sec-fetch-site", "cross-site")],
        &[host, ("sec-fetch-site", "same-site")],
        &[host, ("origin", "https://evil.example")],
        &[host, ("origin", "null")],
        &[host, ("origin", "http://127.0.0.1:2"), ("sec-fetch-site", "same-origin")],
        // A name of its own that it lets point here: to the browser this is its own origin.
        &[("host", "evil.example:1"), ("origin", "http://evil.example:1")],
    ];
    let put = |headers: &[(&str, &str)]| {
        let mut request = asked(Method::PUT, "/emulator/faults", headers, "");
        *request.body_mut() = Body::from("{\"seed\": 1}");
        request
    };
    let id = rig.created(json!({})).await;
    for headers in refused {
        for (path, form) in [
            ("/emulator/page/price", "price=7"),
            ("/emulator/page/faults", "faults={}"),
            ("/emulator/page/preset", "preset=slow&on=1"),
            (&*format!("/emulator/predictions/{id}/cancel"), "back=list"),
        ] {
            let answer = rig.send(asked(Method::POST, path, headers, form)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
        assert_eq!(rig.send(put(headers)).await.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert_eq!(rig.prediction(&id).await["status"], "starting");
    assert_eq!(seen(&rig, "/emulator/faults", &[]).await.json()["seed"], 0);
    assert!(!page(&rig, "/").await.contains("value=\"7.00\""));

    let own = [host, ("origin", "http://127.0.0.1:1"), ("sec-fetch-site", "same-origin")];
    let answer = rig.send(asked(Method::POST, "/emulator/page/price", &own, "price=7")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(page(&rig, "/").await.contains("value=\"7.00\""));
    // Programs that are no browsers reach it by the name that they know, as in a test's network.
    assert_eq!(rig.send(put(&[("host", "emulator:8080")])).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn the_page_answers_to_localhost_and_to_addresses_only() {
    let rig = Rig::new();
    for host in ["127.0.0.1:4321", "localhost", "LOCALHOST:80", "[::1]:4321", "192.168.1.7:8080"] {
        let answer = seen(&rig, "/", &[("host", host)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{host}");
        let base = format!("http://{host}/replicate");
        assert!(html(&answer).contains(&base), "the base URL is the one that was reached: {base}");
    }
    for host in
        ["evil.example", "localhost.evil.example", "127.0.0.1.nip.example", "a@localhost", ""]
    {
        for path in ["/", "/emulator/requests", "/emulator/events", "/emulator/page/page.js"] {
            let answer = seen(&rig, path, &[("host", host)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{host} {path}");
        }
    }
    let stats = seen(&rig, "/emulator/stats", &[("host", "emulator:8080")]).await;
    assert_eq!(stats.status, StatusCode::OK, "the counters stay open");
}
