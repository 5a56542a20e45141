//! What a key has left.

use std::time::{Duration, UNIX_EPOCH};

use httpmock::MockServer;
use quickrouter_account::{Account, AccountError, Amount, Profile, Taken, UnclearReason, Usage};
use serde_json::{Value, json};

use crate::gateway::{account, client, profile, says, serves};

const PATH: &str = "/api/usage/token/";

async fn usage_of(body: Value) -> Result<Usage, AccountError> {
    let server = MockServer::start_async().await;
    serves(&server, PATH, &body);
    account(&server).usage().await
}

async fn unreadable(body: Value) -> String {
    let error = usage_of(body).await.unwrap_err();
    assert_eq!(error.code(), "response-unreadable", "{error}");
    error.to_string()
}

fn amount(text: &str) -> Option<Amount> {
    text.parse().ok()
}

#[tokio::test]
async fn quota_is_counted_in_units_of_the_gateways_money() {
    let data =
        json!({"total_granted": 1_000_000, "total_used": 20_001, "total_available": 979_999});
    let usage = usage_of(json!({"code": true, "message": "ok", "data": data})).await.unwrap();
    assert_eq!((usage.granted, usage.used), (amount("2"), amount("0.040002")));
    assert_eq!((usage.available, usage.unlimited), (amount("1.959998"), false));
}

#[tokio::test]
async fn numbers_may_be_strings_floats_and_exponents_and_what_is_left_negative() {
    let data = json!({"total_granted": "1e6", "total_used": 1.5e6, "total_available": -500_000});
    let usage = usage_of(json!({"data": data})).await.unwrap();
    assert_eq!((usage.granted, usage.used), (amount("2"), amount("3")));
    assert_eq!(usage.available, amount("-1"));
}

#[tokio::test]
async fn what_is_left_is_rounded_down_and_what_was_used_up() {
    let server = MockServer::start_async().await;
    serves(&server, "/left", &json!({"left": 10, "used": 10}));
    let mut profile = profile(&server);
    profile.usage.path = "/left".to_owned();
    profile.usage.available = Some("/left".to_owned());
    profile.usage.used = Some("/used".to_owned());
    profile.usage.divisor = 3_000_000;
    let usage = Account::new(client(&server), profile).usage().await.unwrap();
    assert_eq!((usage.available, usage.used), (amount("0.000003"), amount("0.000004")));
}

#[tokio::test]
async fn a_key_without_a_limit_has_no_numbers_of_what_is_left() {
    let data = json!({"unlimited_quota": true, "total_available": 1e300, "total_used": 500_000});
    let usage = usage_of(json!({"data": data})).await.unwrap();
    assert_eq!((usage.available, usage.unlimited, usage.used), (None, true, amount("1")));
}

#[tokio::test]
async fn values_that_are_no_numbers_are_named_and_not_guessed() {
    for value in [json!("NaN"), json!("1,000"), json!([1]), json!({}), json!(true), json!(1e300)] {
        let message = unreadable(json!({"data": {"total_available": value}})).await;
        assert!(message.contains("/data/total_available is "), "{message}");
    }
    let message = unreadable(json!({"data": {"total_used": -1}})).await;
    assert!(message.ends_with("/data/total_used is negative"), "{message}");
    for body in [json!({}), json!([]), json!("ok"), json!({"data": {"total_used": null}})] {
        let message = unreadable(body).await;
        assert!(message.contains("none of the values"), "{message}");
    }
}

#[tokio::test]
async fn a_message_in_place_of_the_values_is_a_refusal_and_one_of_success_is_not() {
    let server = MockServer::start_async().await;
    let body = json!({"code": 0, "msg": "令牌已过期", "data": null});
    serves(&server, "/api/usage/token/", &body);
    match account(&server).usage().await {
        Err(AccountError::Refused { status: 200, message, .. }) => {
            assert_eq!(message, "令牌已过期");
        }
        other => panic!("{other:?}"),
    }
    let message = unreadable(json!({"code": true, "message": "ok", "data": {}})).await;
    assert!(message.contains("none of the values"), "{message}");
}

#[tokio::test]
async fn a_failure_with_status_200_is_a_refusal_with_the_gateways_words() {
    let failures = [
        json!({"success": false, "message": "无效的令牌"}),
        json!({"code": false, "message": "无效的令牌"}),
        json!({"error": {"message": "无效的令牌", "type": "new_api_error"}}),
    ];
    for body in failures {
        match usage_of(body).await.unwrap_err() {
            AccountError::Refused { status: 200, message, .. } => assert_eq!(message, "无效的令牌"),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn pages_empty_bodies_and_missing_routes_are_told_apart() {
    let cases = [
        (200, "<!doctype html><p>hello", "response-unreadable", "a page (HTML)"),
        (200, "", "response-unreadable", "the body is empty"),
        (200, "{\"data\": NaN}", "response-unreadable", "damaged JSON"),
        (200, "ok", "response-unreadable", "is not JSON"),
        (404, "{}", "not-served", "does not serve /api/usage/token/"),
        (401, "{\"message\": \"bad\\u001b[2J key\"}", "gateway-refused", "bad\u{fffd}[2J key"),
        (302, "", "gateway-refused", "HTTP 302"),
    ];
    for (status, body, code, words) in cases {
        let server = MockServer::start_async().await;
        says(&server, PATH, status, body);
        let error = account(&server).usage().await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn nothing_is_sent_to_an_origin_that_the_profile_does_not_name_as_of_the_family() {
    let server = MockServer::start_async().await;
    let mock = says(&server, PATH, 200, "{}");
    let mut stranger = profile(&server);
    stranger.family = false;
    let mut elsewhere = Profile::new("elsewhere", "https://gateway.example/replicate");
    elsewhere.family = true;
    for profile in [stranger, elsewhere] {
        let error = Account::new(client(&server), profile).usage().await.unwrap_err();
        assert_eq!(error.code(), "not-of-the-family");
    }
    let replicate = "https://api.replicate.com";
    let client =
        quickrouter::Client::builder().base_url(replicate).api_key("r8-1").build().unwrap();
    let mut profile = Profile::new("replicate", replicate);
    profile.family = true;
    let error = Account::new(client, profile).usage().await.unwrap_err();
    assert_eq!(error.code(), "not-of-the-family");
    mock.assert_calls(0);
}

#[test]
fn an_account_can_be_shared_between_threads_and_its_debug_output_has_no_key() {
    fn is_shared<T: Send + Sync + Clone>(_: &T) {}
    let server = MockServer::start();
    let account = account(&server);
    is_shared(&account);
    assert!(!format!("{account:?}").contains(crate::gateway::KEY));
}

#[tokio::test]
async fn what_a_run_took_is_the_difference_of_two_snapshots() {
    let server = MockServer::start_async().await;
    let account = account(&server);
    let used = |used: u64| json!({"data": {"total_used": used}});
    let mut mock = serves(&server, PATH, &used(500_000));
    let before = account.before().await.unwrap();
    assert_eq!(account.after(&before).await.unwrap(), Taken::Used(Amount::ZERO));
    mock.delete();
    mock = serves(&server, PATH, &used(520_000));
    assert_eq!(account.after(&before).await.unwrap(), Taken::Used(Amount::from_micros(40_000)));
    mock.delete();
    serves(&server, PATH, &used(0));
    let fell = account.after(&before).await.unwrap();
    assert_eq!(fell, Taken::Unclear(UnclearReason::UseFell));
}

#[tokio::test]
async fn a_key_expires_when_the_gateway_says_and_never_without_a_time() {
    let at = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    for (value, expires) in [
        (json!(1_700_000_000), Some(at)),
        (json!("1700000000"), Some(at)),
        (json!(0), None),
        (json!(-1), None),
        (json!("soon"), None),
        (json!(null), None),
    ] {
        let data = json!({"total_available": 1, "expires_at": value});
        let usage = usage_of(json!({"data": data})).await.unwrap();
        assert_eq!(usage.expires_at, expires, "{value}");
        assert_eq!(usage.is_expired(at), expires.is_some());
        assert!(!usage.is_expired(at - Duration::from_secs(1)));
    }
}

#[tokio::test]
async fn an_account_that_asks_once_does_not_retry() {
    let server = MockServer::start_async().await;
    let busy = server.mock_async(|when, then| {
        when.path(PATH);
        then.status(503);
    });
    let busy = busy.await;
    let account = account(&server).asking_once(Duration::from_secs(5));
    assert_eq!(account.usage().await.unwrap_err().code(), "gateway-refused");
    assert_eq!(busy.calls_async().await, 1);
}
