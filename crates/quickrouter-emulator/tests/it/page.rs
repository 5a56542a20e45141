//! The emulator's page, as a browser gets it.

use crate::receiver::Receiver;
use crate::rig::{Answer, Rig, pass, settings};
use axum::body::Body;
use http::{Method, Request, StatusCode};
use quickrouter_emulator::{Emulator, Error, ModelDefinition, OutputKind};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// What requests carry in these tests: no page may show it.
const KEY: &str = "a-key-that-no-page-may-show";

pub(crate) fn asked(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    form: &str,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if !form.is_empty() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    request.body(Body::from(form.to_owned())).expect("a request")
}

/// As a browser asks: without a key.
pub(crate) async fn seen(rig: &Rig, path: &str, headers: &[(&str, &str)]) -> Answer {
    rig.send(asked(Method::GET, path, headers, "")).await
}

pub(crate) async fn sent(rig: &Rig, path: &str, form: &str) -> Answer {
    rig.send(asked(Method::POST, path, &[("sec-fetch-site", "same-origin")], form)).await
}

pub(crate) fn html(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).expect("text")
}

pub(crate) async fn page(rig: &Rig, path: &str) -> String {
    let answer = seen(rig, path, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", html(&answer));
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    html(&answer)
}

/// The part of a page from `start` on to the first `end` after it, a tag a line.
pub(crate) fn part(html: &str, start: &str, end: &str) -> String {
    let from = html.find(start).unwrap_or_else(|| panic!("{start} in {html}"));
    let length = html[from..].find(end).expect("an end") + end.len();
    html[from..from + length].replace("><", ">\n<")
}

pub(crate) fn count(html: &str, what: &str) -> usize {
    html.matches(what).count()
}

#[tokio::test(start_paused = true)]
async fn the_head_and_a_prediction_read_well_in_both_languages() {
    let rig = Rig::with(settings().price(0.0046));
    rig.created(json!({"prompt": "a red kite", "width": 64, "height": 32, "num_outputs": 2})).await;
    pass(9_000).await;
    rig.created(json!({"prompt": "一只风筝", "num_inference_steps": 1, "seed": 3})).await;
    pass(1_200).await;
    for language in ["en", "zh"] {
        let html = page(&rig, &format!("/?lang={language}")).await;
        let head = part(&html, "<html", "</header>");
        insta::assert_snapshot!(format!("top_{language}"), head);
        let hello = part(&html, "<section class=\"hello\"", "</section>");
        insta::assert_snapshot!(format!("hello_{language}"), hello);
        insta::assert_snapshot!(
            format!("counters_{language}"),
            part(&html, "<ul class=\"tiles", "</ul>")
        );
        let cards = part(&html, "<ul class=\"cards\"", "</ul>");
        insta::assert_snapshot!(format!("cards_{language}"), cards);
    }
}

#[tokio::test(start_paused = true)]
async fn the_language_is_the_browsers_unless_a_link_says_otherwise() {
    let rig = Rig::new();
    let chinese = [("accept-language", "zh-CN,zh;q=0.9,en;q=0.8")];
    assert!(page(&rig, "/").await.contains("<html lang=\"en\">"));
    assert!(html(&seen(&rig, "/", &chinese).await).contains("<html lang=\"zh-Hans\">"));
    let chosen = html(&seen(&rig, "/?lang=en", &chinese).await);
    assert!(chosen.contains("<html lang=\"en\">"));
    assert!(chosen.contains("href=\"/emulator/requests?lang=en\""), "it stays in the links");
    assert!(chosen.contains("action=\"/emulator/page/price?lang=en\""), "and in the forms");
    let strange = page(&rig, "/?cursor=%22%3E%3Cscript%3E&lang=fr").await;
    assert_eq!(count(&strange, "<script"), 1, "only the page's own");
}

#[tokio::test(start_paused = true)]
async fn a_price_is_a_number_within_bounds_and_makes_the_cost() {
    let rig = Rig::new();
    rig.created(json!({"num_outputs": 3})).await;
    for price in ["", "-1", "1e3", "NaN", "1000.1", "0,5", "<b>"] {
        let answer = sent(&rig, "/emulator/page/price", &format!("price={price}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{price}");
        let html = html(&answer);
        assert!(html.contains("id=\"price-wrong\"") && !html.contains("<b>\""), "{price}");
        assert!(html.contains("<strong>0.00 USD</strong>"));
    }
    let answer = sent(&rig, "/emulator/page/price?lang=zh", "price=0.0046").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/?lang=zh");
    assert!(page(&rig, "/").await.contains("<strong>0.0138 USD</strong>"));
    for price in [-0.01, f64::NAN, f64::INFINITY, 1000.5] {
        let error =
            Emulator::builder().price(price).in_memory().expect_err("a price off its limits");
        assert!(matches!(error, Error::Price { .. }), "{price}");
    }
}

#[tokio::test(start_paused = true)]
async fn faults_are_saved_and_shown_and_refused_with_the_reason() {
    let rig = Rig::new();
    let wrong = sent(&rig, "/emulator/page/faults", "faults=</textarea><b>").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = html(&wrong);
    assert!(told.contains("id=\"faults-wrong\"") && told.contains("&lt;/textarea&gt;&lt;b&gt;"));
    assert!(told.contains("<details id=\"faults-open\" open>"), "shown where it was typed");
    let form = "faults={\"seed\":5,\"faults\":[{\"do\":{\"answer\":{\"status\":418}}}]}";
    assert_eq!(sent(&rig, "/emulator/page/faults", form).await.status, StatusCode::SEE_OTHER);
    assert!(page(&rig, "/").await.contains("&quot;status&quot;: 418"));
    assert_eq!(rig.create(json!({})).await.status, StatusCode::IM_A_TEAPOT);
}

fn is_on(html: &str, preset: &str) -> bool {
    part(html, &format!("id=\"b-{preset}\""), ">").contains("aria-checked=\"true\"")
}

#[tokio::test(start_paused = true)]
async fn a_fault_is_switched_on_has_its_turn_and_can_be_switched_on_again() {
    let rig = Rig::new();
    for _ in 0..2 {
        sent(&rig, "/emulator/page/preset", "preset=throttled&on=1").await;
        assert!(is_on(&page(&rig, "/").await, "throttled"));
        // Another one that is switched does not bring it back.
        assert_eq!(rig.create(json!({})).await.status, StatusCode::TOO_MANY_REQUESTS);
        sent(&rig, "/emulator/page/preset", "preset=unsafe&on=1").await;
        assert_eq!(rig.create(json!({})).await.status, StatusCode::CREATED);
        let html = page(&rig, "/").await;
        assert!(!is_on(&html, "throttled") && is_on(&html, "unsafe"));
        assert!(html.contains("<small>has fired</small>"));
        sent(&rig, "/emulator/page/preset", "preset=unsafe&on=0").await;
    }
    sent(&rig, "/emulator/page/preset", "preset=throttled&on=0").await;
    let faults = seen(&rig, "/emulator/faults", &[]).await.json();
    assert_eq!(faults["faults"], json!([]));
    let unknown = sent(&rig, "/emulator/page/preset", "preset=no-such&on=1").await;
    assert_eq!(unknown.status, StatusCode::SEE_OTHER);
}

#[tokio::test(start_paused = true)]
async fn every_preset_is_a_fault_that_the_json_form_takes() {
    let rig = Rig::new();
    let names: Vec<String> = {
        let html = page(&rig, "/").await;
        let named = html.split("name=\"preset\" value=\"").skip(1);
        named.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names.len(), 9);
    for name in &names {
        sent(&rig, "/emulator/page/preset", &format!("preset={name}&on=1")).await;
    }
    let faults = seen(&rig, "/emulator/faults", &[]).await.json();
    insta::assert_json_snapshot!("presets", faults);
    let again = rig.call(Method::PUT, "/emulator/faults", &faults).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.json());
}

#[tokio::test(start_paused = true)]
async fn requests_open_and_no_page_shows_a_key() {
    let rig = Rig::with(settings().key(KEY));
    let body = json!({"input": {"prompt": "a red kite"}}).to_string();
    for _ in 0..3 {
        let path = "/replicate/v1/models/stability-ai/sdxl/predictions";
        let mut request = asked(Method::POST, path, &[], "");
        let key = format!("Bearer {KEY}").parse().expect("a header");
        request.headers_mut().insert("authorization", key);
        *request.body_mut() = Body::from(body.clone());
        assert_eq!(rig.send(request).await.status, StatusCode::CREATED);
    }
    rig.get("/replicate/v1/predictions/\"onload=\"x").await;
    let id = rig.gateway.requests()[1].prediction_id.clone().expect("an id");
    let opened = page(&rig, "/emulator/requests/2").await;
    for shown in ["[redacted]", "&quot;prompt&quot;: &quot;a red kite&quot;", ">201<", &id] {
        assert!(opened.contains(shown), "{shown}");
    }
    assert!(opened.contains("href=\"/emulator/requests/1\"") && opened.contains("requests/3\""));
    let own = format!("/emulator/predictions/{id}");
    for path in ["/", "/emulator/requests", "/emulator/requests/2", "/emulator/requests/4", &own] {
        let html = page(&rig, path).await;
        assert!(!html.contains(KEY), "{path}");
        assert!(!html.contains("\"onload"), "{path}");
    }
    assert!(page(&rig, "/").await.contains("not shown here"));
    assert!(page(&Rig::new(), "/").await.contains("emulator-key"), "the stand-in is shown");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_a_page_that_says_so() {
    let rig = Rig::new();
    for path in
        ["/emulator/predictions/none", "/emulator/requests/1", "/emulator/requests/x%3Cb%3E"]
    {
        let answer = seen(&rig, path, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(html(&answer).contains("<h1>Not found</h1>") && !html(&answer).contains("<b>"));
    }
    let cancel = sent(&rig, "/emulator/predictions/none/cancel", "back=").await;
    assert_eq!(cancel.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_prediction_is_canceled_from_the_page() {
    let rig = Rig::new();
    let id = rig.created(json!({})).await;
    assert!(page(&rig, "/").await.contains(&format!("id=\"c-{id}\"")));
    let path = format!("/emulator/predictions/{id}/cancel");
    assert_eq!(sent(&rig, &path, "back=list").await.header("location"), "/");
    assert_eq!(rig.prediction(&id).await["status"], "canceled");
    let own = format!("/emulator/predictions/{id}");
    assert_eq!(sent(&rig, &path, "back=x").await.header("location"), own);
    assert!(!page(&rig, &own).await.contains("<button class=\"small\" id=\"c-"));
}

#[tokio::test(start_paused = true)]
async fn a_prediction_has_its_logs_input_pictures_and_requests_on_a_page_of_its_own() {
    let rig = Rig::new();
    let inline = format!("data:image/png;base64,{}", "A".repeat(100_000));
    let input = json!({"prompt": "a kite", "image": inline, "num_outputs": 2});
    let id = rig.created(input).await;
    pass(60_000).await;
    rig.prediction(&id).await;
    let html = page(&rig, &format!("/emulator/predictions/{id}")).await;
    assert!(html.contains("Using seed: ") && html.contains("img2img mode"));
    assert_eq!(count(&html, "<img src=\"/emulator/outputs/"), 2);
    assert_eq!(count(&html, "<tr id=\"its-rows-"), 2, "the create and the get");
    assert!(html.contains("(100022 bytes, ") && html.len() < 40_000, "inline files are shortened");
    pass(3_700_000).await;
    let later = page(&rig, &format!("/emulator/predictions/{id}")).await;
    assert!(later.contains("have been deleted") && !later.contains("<img src=\"/emulator/outputs"));
}

#[tokio::test(start_paused = true)]
async fn what_a_webhook_was_told_is_on_the_predictions_page() {
    let rig = Rig::with(settings().webhook_transport(Arc::new(Receiver::default())));
    let lost =
        "faults={\"faults\":[{\"on\":{\"route\":\"create\"},\"do\":{\"webhooks\":\"lost\"}}]}";
    sent(&rig, "/emulator/page/faults", lost).await;
    let body = json!({"input": {"prompt": "a kite"}, "webhook": "http://127.0.0.1:1/<b>hook"});
    let refused = rig.post("/replicate/v1/models/stability-ai/sdxl/predictions", &body).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = json!({"input": {"prompt": "a kite"}, "webhook": "http://127.0.0.1:1/hook"});
    let answer = rig.post("/replicate/v1/models/stability-ai/sdxl/predictions", &body).await;
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let html = page(&rig, &format!("/emulator/predictions/{id}")).await;
    let told = part(&html, "<ul class=\"deliveries\"", "</ul>");
    assert!(told.contains("<b>completed</b>") && told.contains("status lost"), "{told}");
    assert!(told.contains("<code>http://127.0.0.1:1/hook</code>"));
}

#[tokio::test(start_paused = true)]
async fn there_are_fifty_predictions_on_a_page_and_a_link_to_the_next() {
    let rig = Rig::new();
    for _ in 0..51 {
        rig.created(json!({})).await;
    }
    let first = page(&rig, "/?lang=en").await;
    assert_eq!(count(&first, "<li class=\"card prediction\""), 50);
    assert_eq!(count(&first, "<tr id=\"requests-"), 25);
    let older = part(&first, "id=\"older\" href=\"", "\">");
    let older = older.split('"').nth(3).expect("a link").replace("&amp;", "&");
    let second = page(&rig, &older).await;
    assert_eq!(count(&second, "<li class=\"card prediction\""), 1);
    assert!(second.contains("id=\"newer\"") && !second.contains("id=\"older\""));
    for _ in 0..50 {
        rig.get("/replicate/v1/predictions/none").await;
    }
    let requests = page(&rig, "/emulator/requests").await;
    assert_eq!(count(&requests, "<tr id=\"requests-"), 100);
    assert!(requests.contains("href=\"/emulator/requests?before=2\""));
    assert_eq!(count(&page(&rig, "/emulator/requests?before=2").await, "<tr id=\"requests-"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_page_does_not_count_as_a_request_to_the_api() {
    let rig = Rig::new();
    page(&rig, "/").await;
    sent(&rig, "/emulator/page/price", "price=1").await;
    assert_eq!(rig.gateway.requests().len(), 0);
    let stats: Value = seen(&rig, "/emulator/stats", &[]).await.json();
    assert_eq!(stats["requests"], 0);
}

#[tokio::test(start_paused = true)]
async fn outputs_of_every_kind_are_shown_and_ignored_inputs_named() {
    let kinds = [
        ("text", OutputKind::TextStream),
        ("video", OutputKind::Video),
        ("audio", OutputKind::Audio),
        ("json", OutputKind::Json),
    ];
    let models = kinds.map(|(name, kind)| ModelDefinition::new(format!("a/{name}")).output(kind));
    let rig = Rig::with(settings().models(models).strict_inputs(false));
    let definition = ModelDefinition::new("a/fixed").json(json!({"<b>": ["</pre>"]}));
    let fixed = Rig::with(settings().model(definition));
    for (rig, name, shows) in [
        (&rig, "text", "<p class=\"written\"><bdi>No model has written this"),
        (&rig, "video", "<video src=\"/emulator/outputs/"),
        (&rig, "audio", "out-0.wav\" aria-label=\"Sound 1\" controls"),
        (&fixed, "fixed", "&lt;b&gt;"),
    ] {
        let path = format!("/replicate/v1/models/a/{name}/predictions");
        let created = rig.post(&path, &json!({"input": {"prompt": "a"}})).await.json();
        pass(30_000).await;
        let id = created["id"].as_str().unwrap();
        let own = page(rig, &format!("/emulator/predictions/{id}")).await;
        assert!(own.contains(shows), "{name}: {own}");
        assert!(!own.contains("<b>\""), "{own}");
        page(rig, "/").await;
    }
    let input = json!({"prompt": "a", "<i>": 1});
    rig.create(input).await;
    for (language, words) in [("en", "ignored input"), ("zh", "已忽略的输入")] {
        let html = page(&rig, &format!("/?lang={language}")).await;
        assert!(html.contains(&format!("{words} <code>&lt;i&gt;</code>")), "{html}");
    }
}
