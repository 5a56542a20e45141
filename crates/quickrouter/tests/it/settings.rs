//! Settings are validated when the client is built.

use quickrouter::{Client, ClientBuilder, PredictionId};

use crate::scripted::{ID, Script, answer, prediction};

#[test]
fn what_is_wrong_with_a_base_url_is_told() {
    let urls = [
        "",
        "api.quickrouter.ai",
        "ftp://x/y",
        "https://",
        "https://user:secret@x/y",
        "https://x/y?a=b",
        "https://x/y#z",
        "https://api.replicate.com/v1",
        "https://x/replicate/v1/",
        "https://x/replicate/V1/",
        "https://x/replicate/v1/predictions",
        "https://x/replicate/v1/predictions/",
        "https://x/replicate/v1/Predictions/abc",
        "https://x/replicate//v1/predictions/abc/cancel",
        "https://x:8443/v1/models/stability-ai/sdxl/predictions",
        "https://x/v1/models",
        "https://x/v1/files",
        "\"https://x/replicate\"",
        "'https://x/replicate",
        "“https://x/replicate”",
        "QUICKROUTER_BASE_URL=https://user:secret@x/replicate",
        "export QUICKROUTER_BASE_URL='https://x/replicate'",
        "https://x/rep licate",
        "https://x/rep\nlicate",
        "https://x/rep\u{200b}licate",
    ];
    let told: Vec<String> = urls
        .iter()
        .map(|url| Client::builder().api_key("k").base_url(*url).build().unwrap_err().to_string())
        .collect();
    assert!(!told.join("").contains("secret"), "a password is not repeated");
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn what_stands_around_a_base_url_makes_no_difference() {
    let spellings = [
        "https://x.example/p",
        "https://x.example/p/",
        "https://x.example/p//",
        " https://x.example/p \r\n",
        "\u{feff}https://x.example/p/\u{a0}",
    ];
    for url in spellings {
        let script = Script::new([answer(200, &prediction("starting"))]);
        let client = script.builder().base_url(url).build().unwrap();
        client.get(&PredictionId::new(ID).unwrap()).await.unwrap();
        assert_eq!(script.sent()[0].url, "https://x.example/p/v1/predictions/abc123", "{url}");
    }
}

#[test]
fn a_base_url_that_only_looks_like_a_route_is_taken() {
    for url in
        ["https://x/v1/gateway", "https://x/predictions", "https://x/v1beta", "https://x/a=b"]
    {
        assert!(Client::builder().api_key("k").base_url(url).build().is_ok(), "{url}");
    }
}

#[test]
fn a_missing_key_says_where_to_get_one_and_where_to_put_it() {
    insta::assert_snapshot!(Client::builder().build().unwrap_err());
}

#[test]
fn a_reqwest_builder_of_ones_own_is_used() {
    let used = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counted = used.clone();
    let builder = ClientBuilder::new().api_key("k").http_client(move || {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        reqwest::Client::builder().no_proxy()
    });
    builder.build().unwrap();
    assert_eq!(
        used.load(std::sync::atomic::Ordering::Relaxed),
        2,
        "one for the API, one for downloads"
    );
}
