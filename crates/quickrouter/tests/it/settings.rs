//! Settings are checked when the client is built.

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
    ];
    let told: Vec<String> = urls
        .iter()
        .map(|url| Client::builder().key("k").base_url(*url).build().unwrap_err().to_string())
        .collect();
    assert!(!told.join("").contains("secret"), "a password is not repeated");
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn a_slash_at_the_end_of_the_base_url_makes_no_difference() {
    for url in ["https://x.example/p", "https://x.example/p/", "https://x.example/p//"] {
        let script = Script::new([answer(200, &prediction("starting"))]);
        let client = script.builder().base_url(url).build().unwrap();
        client.get(&PredictionId::new(ID).unwrap()).await.unwrap();
        assert_eq!(script.sent()[0].url, "https://x.example/p/v1/predictions/abc123", "{url}");
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
    let builder = ClientBuilder::new().key("k").http_client(move || {
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
