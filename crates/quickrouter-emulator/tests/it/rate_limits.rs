//! Rate limits, with the documented bodies and headers.

use crate::rig::{Answer, Rig, pass, settings};
use http::StatusCode;
use quickrouter_emulator::{Personality, RateLimits};
use serde_json::json;

fn window(answer: &Answer) -> (&str, &str) {
    (answer.header("ratelimit-remaining"), answer.header("ratelimit-reset"))
}

#[tokio::test(start_paused = true)]
async fn an_account_low_on_credit_creates_six_a_minute() {
    let rig = Rig::with(settings().rate_limits(RateLimits::low_credit()));
    let first = rig.create(json!({})).await;
    assert_eq!(window(&first), ("5", "60"));
    pass(30_500).await;
    for _ in 0..5 {
        rig.created(json!({})).await;
    }
    let refused = rig.create(json!({})).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!((window(&refused), refused.header("retry-after")), (("0", "30"), "30"));
    insta::assert_json_snapshot!("too_many_creates", refused.json());
    assert_eq!(rig.gateway.creates_accepted(), 6);
    pass(29_500).await;
    rig.created(json!({})).await;
}

#[tokio::test(start_paused = true)]
async fn reads_have_a_window_of_their_own() {
    let rig = Rig::with(settings().rate_limits(RateLimits::none().reads(2)));
    let path = "/replicate/v1/predictions";
    assert_eq!(window(&rig.get(path).await).0, "1");
    assert_eq!(rig.get(path).await.status, StatusCode::OK);
    assert_eq!(rig.get(path).await.status, StatusCode::TOO_MANY_REQUESTS);
    let create = rig.create(json!({})).await;
    assert_eq!((create.status, window(&create)), (StatusCode::CREATED, ("", "")));
}

#[tokio::test(start_paused = true)]
async fn a_window_is_a_minute_of_the_gateways_time() {
    let rig = Rig::with(settings().time_scale(10.0).rate_limits(RateLimits::none().creates(1)));
    rig.created(json!({})).await;
    assert_eq!(rig.create(json!({})).await.header("retry-after"), "6");
    pass(6_000).await;
    rig.created(json!({})).await;
}

#[tokio::test(start_paused = true)]
async fn a_relay_refuses_in_its_own_words() {
    let limits = RateLimits::none().creates(1);
    let rig = Rig::with(settings().personality(Personality::Gateway).rate_limits(limits));
    rig.create(json!({})).await;
    let refused = rig.create(json!({})).await;
    let told = refused.json();
    assert!(told["error"]["message"].as_str().unwrap().starts_with("您已达到请求数限制"), "{told}");
    assert_eq!((&told["error"]["code"], refused.header("retry-after")), (&json!(""), "60"));
}

#[tokio::test(start_paused = true)]
async fn requests_without_a_key_use_up_nothing() {
    let rig = Rig::with(settings().key("right").rate_limits(RateLimits::none().creates(1)));
    assert_eq!(rig.create(json!({})).await.status, StatusCode::UNAUTHORIZED);
    assert!(rig.gateway.requests()[0].response_headers.get("ratelimit-remaining").is_none());
}
