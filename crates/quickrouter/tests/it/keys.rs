//! The key never leaks.

use std::fmt::Write;
use std::sync::Arc;

use futures_util::StreamExt;
use quickrouter::inputs::SdxlInput;
use quickrouter::{Client, Error, PredictionId};
use serde_json::json;

use crate::scripted::{ID, KEY, Script, answer, prediction, raw, succeeded};

#[tokio::test(start_paused = true)]
async fn the_key_is_on_requests_to_the_base_url() {
    let script = Script::new([answer(200, &prediction("starting"))]);
    script.client().get(&PredictionId::new(ID).unwrap()).await.unwrap();
    assert_eq!(script.sent()[0].key.as_deref(), Some(format!("Bearer {KEY}").as_str()));
}

#[tokio::test(start_paused = true)]
async fn urls_next_and_outputs_of_another_origin_never_see_the_key() {
    let elsewhere = "https://api.replicate.com/v1/predictions";
    let mut created = prediction("starting");
    created["urls"] =
        json!({"get": format!("{elsewhere}/{ID}"), "cancel": format!("{elsewhere}/{ID}/cancel")});
    let mut done = succeeded(&[
        "https://replicate.delivery/out-0.png",
        "https://api.quickrouter.ai/replicate/out-1.png",
    ]);
    done["urls"] = created["urls"].clone();
    let page = json!({"next": format!("{elsewhere}?cursor=c2"), "results": [done]});
    let last = json!({"next": null, "results": []});
    let script = Script::new([
        answer(201, &created),
        answer(200, &done),
        raw(200, "image/png", &b"\x89PNG\r\n\x1a\n"[..]),
        raw(302, "", "").with("location", "https://elsewhere.example/out-1.png"),
        raw(200, "image/png", &b"\x89PNG\r\n\x1a\n"[..]),
        answer(200, &page),
        answer(200, &last),
    ]);
    let client = script.client();
    let finished = client.run(SdxlInput::builder().build()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = quickrouter::SaveOptions::new().concurrency(1);
    client.save_with(&finished, folder.path(), &options).await.unwrap();
    let _: Vec<_> = client.list().collect().await;
    let sent = script.sent();
    let with_key: Vec<&str> =
        sent.iter().filter(|sent| sent.key.is_some()).map(|sent| sent.url.as_str()).collect();
    insta::assert_snapshot!(with_key.join("\n"));
    assert_eq!(sent.len(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_of_the_api_is_not_followed() {
    let script =
        Script::new(
            [raw(307, "", "").with("location", "https://elsewhere.example/v1/predictions")],
        );
    let error = script.client().create(SdxlInput::builder().build()).await.unwrap_err();
    assert_eq!(error.http_status(), Some(307));
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_repeats_the_key_does_not_get_it_into_an_error() {
    let told = json!({"error": {"message": format!("Incorrect API key: {KEY}"), "code": ""}});
    // Some write a letter as `\u0071`, and PHP a slash as `\/`.
    let escaped = told.to_string().replace(KEY, &KEY.replace('-', "\\u002d"));
    let named = format!(r#"{{"detail": {{"{}": 1}}}}"#, KEY.replace('-', "\\u002d"));
    let marked = format!("\u{feff}{escaped}");
    let answers = [
        answer(401, &told),
        raw(401, "application/json", marked.clone()),
        raw(200, "application/json", marked),
        raw(401, "application/json", escaped),
        raw(422, "application/json", named),
        raw(200, "text/html", format!("<html>{KEY}")),
        answer(200, &told),
    ];
    for step in answers {
        let script = Script::new([step]);
        let error = script.client().create(SdxlInput::builder().build()).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(KEY), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_repeated_in_a_header_or_in_a_failed_prediction_is_not_shown_either() {
    let header = answer(400, &json!({})).with("x-request-id", &format!("Bearer {KEY}"));
    let mut failed = prediction("failed");
    failed["error"] = json!(format!("bad key {KEY}"));
    let redirect = raw(302, "", "").with("location", &format!("https://x.example/?key={KEY}"));
    for step in [header, answer(201, &failed), redirect] {
        let error =
            Script::new([step]).client().run(SdxlInput::builder().build()).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(KEY), "{error}");
    }
}

#[test]
fn the_key_is_in_no_debug_output() {
    let builder = Client::builder().api_key(KEY);
    assert!(!format!("{builder:?}").contains(KEY));
    let client = builder.build().unwrap();
    assert!(!format!("{client:?}").contains(KEY));
}

#[test]
fn plain_http_is_refused_but_to_this_machine() {
    let build = |url: &str| Client::builder().api_key(KEY).base_url(url).build();
    for url in [
        "http://127.0.0.1:8080/replicate",
        "http://localhost/x",
        "http://[::1]:1",
        "http://127.8.8.8",
    ] {
        assert!(build(url).is_ok(), "{url}");
    }
    for url in [
        "http://192.168.1.7/replicate",
        "http://api.quickrouter.ai/replicate",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
    ] {
        let error = build(url).unwrap_err();
        assert!(matches!(error, Error::Configuration(_)), "{url}");
        assert!(
            Client::builder().api_key(KEY).base_url(url).allow_http(true).build().is_ok(),
            "{url}"
        );
    }
}

#[test]
fn a_key_that_cannot_be_one_is_refused_without_being_shown() {
    for key in ["", "  \n", "two words", "schlüssel", "a\u{0}b"] {
        let error = Client::builder().api_key(key).build().unwrap_err();
        assert!(matches!(error, Error::Configuration(_)), "{error}");
        assert!(key.trim().is_empty() || !error.to_string().contains(key.trim()), "{error}");
    }
    for around in [" {}\n", "\u{feff}{}\r\n", "\u{200b}{}\u{a0}", "{}\u{feff}"] {
        let key = around.replace("{}", KEY);
        assert!(Client::builder().api_key(&key).build().is_ok(), "as read from a file: {key:?}");
    }
    let _: Arc<Script> = Script::new([]);
}

#[test]
fn a_key_in_another_form_is_refused_with_what_is_wrong_and_never_shown() {
    let forms = [
        "'{}'",
        "\"{}\"",
        "`{}`",
        "“{}”",
        "‘{}’",
        "「{}」",
        "\"{}",
        "\\\"{}\\\"",
        "QUICKROUTER_API_KEY={}",
        "export QUICKROUTER_API_KEY='{}'",
        "$env:KEY = \"{}\"",
        "set K={}",
        "Bearer {}",
        "bearer  {}",
        "Authorization: Bearer {}",
        "authorization:Bearer {}",
        "Token {}",
        "api_key: {}",
        "Bearer",
        "Bearer:{}",
        "$QUICKROUTER_API_KEY",
        "${KEY}",
        "<your key>",
        "QUICKROUTER_API_KEY",
        "# mine\n{}",
        "A=1\nB={}\n",
        "{}\u{200b}{}",
        "{} {}",
        "{\"key\": \"{}\"}",
    ];
    let mut told = String::new();
    for form in forms {
        let text = form.replace("{}", KEY);
        let error = Client::builder().api_key(text).build().unwrap_err();
        assert!(matches!(error, Error::Configuration(_)), "{form:?}: {error}");
        assert!(!format!("{error} {error:?}").contains(KEY), "{error}");
        writeln!(told, "{form:?}\n  {error}").unwrap();
    }
    insta::assert_snapshot!(told);
    for key in
        ["QUJDRA==", "id:secret", "r8_abc", "sk-a.b_c~d+e/f", "bearer-x", "token:secret", "basic+x"]
    {
        assert!(Client::builder().api_key(key).build().is_ok(), "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_401_names_where_the_key_came_from() {
    let denied = || Script::new([answer(401, &json!({"detail": "Unauthenticated"}))]);
    let id = PredictionId::new(ID).unwrap();
    let error = denied().client().get(&id).await.unwrap_err();
    assert!(
        error.to_string().ends_with("check the key passed to ClientBuilder::api_key"),
        "{error}"
    );
    let named = denied().builder().api_key_source("in --key-file k.txt").build().unwrap();
    let error = named.get(&id).await.unwrap_err();
    assert!(error.to_string().ends_with("check the key in --key-file k.txt"), "{error}");
    let reset =
        denied().builder().api_key_source("in --key-file k.txt").api_key(KEY).build().unwrap();
    let error = reset.create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(
        error.to_string().ends_with("check the key passed to ClientBuilder::api_key"),
        "{error}"
    );
}

#[test]
fn a_refused_key_is_named_by_where_it_came_from() {
    let error =
        Client::builder().api_key("'k'").api_key_source("in --key-file k.txt").build().unwrap_err();
    assert!(
        error.to_string().starts_with("the API key in --key-file k.txt is in quotes"),
        "{error}"
    );
}
