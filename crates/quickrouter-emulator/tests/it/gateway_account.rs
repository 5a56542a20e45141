//! Usage, prices and charges at the gateway's origin, over a real socket.

use crate::rig::{Rig, SDXL, pass, settings, version_of};
use http::StatusCode;
use quickrouter_api::codes;
use quickrouter_api::routes::origin::{self, charges, pricing, usage};
use quickrouter_emulator::{Effect, Emulator, EmulatorBuilder, Error, Fault, Personality};
use serde_json::{Value, json};

const UNITS: u64 = origin::UNITS_PER_MONEY;

/// A gateway whose creates cost 0.01 times a ratio of 1.5: 7,500 units.
fn builder() -> EmulatorBuilder {
    let gateway = Emulator::builder().personality(Personality::Gateway).time_scale(0.0);
    gateway.price(0.01).group_ratio("vip", 1.5).group_ratio("default", 1.0)
}

const COST: u64 = UNITS * 15 / 1000;

struct Caller {
    emulator: Emulator,
    client: reqwest::Client,
}

impl Caller {
    async fn new(builder: EmulatorBuilder) -> Self {
        let emulator = builder.start().await.unwrap();
        Self { emulator, client: quickrouter_api::direct_client().unwrap() }
    }

    async fn get(&self, path: &str, key: Option<&str>) -> (u16, Value) {
        let request = self.client.get(format!("{}{path}", self.emulator.origin()));
        let request = if let Some(key) = key { request.bearer_auth(key) } else { request };
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn with_key(&self, path: &str) -> Value {
        let (status, body) = self.get(path, Some(self.emulator.key())).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Status, request id and body of a create.
    async fn create(&self, input: Value) -> (u16, String, Value) {
        let url = format!("{}/v1/predictions", self.emulator.base_url());
        let body = json!({"version": version_of(SDXL), "input": input});
        let request = self.client.post(url).bearer_auth(self.emulator.key()).json(&body);
        let answer = request.send().await.unwrap();
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        (answer.status().as_u16(), id, answer.json().await.unwrap())
    }
}

fn number(body: &Value, pointer: &str) -> i64 {
    body.pointer(pointer).and_then(Value::as_i64).unwrap_or_else(|| panic!("{pointer}: {body}"))
}

#[tokio::test]
async fn the_three_routes_answer_in_the_familys_shape_and_say_that_they_are_a_fake() {
    let caller = Caller::new(builder().quota(20_000)).await;
    let (status, request_id, _) = caller.create(json!({"num_outputs": 4})).await;
    assert_eq!(status, 200);
    let told = caller.with_key(origin::USAGE.path).await;
    insta::assert_json_snapshot!("usage", told);
    let (status, mut prices) = caller.get(origin::PRICING.path, None).await;
    assert_eq!(status, 200);
    let listed = prices["data"].as_array_mut().unwrap();
    assert_eq!(listed.len(), quickrouter_api::models().len());
    listed.truncate(1);
    insta::assert_json_snapshot!("pricing", prices);
    let mut told = caller.with_key(origin::CHARGES.path).await;
    assert_eq!(told["data"][0]["request_id"], request_id);
    assert!(number(&told["data"][0], charges::CREATED_AT) > 1_600_000_000);
    told["data"][0]["request_id"] = json!("ID");
    told["data"][0]["created_at"] = json!(0);
    insta::assert_json_snapshot!("charges", told);
}

#[tokio::test]
async fn a_create_costs_its_price_times_the_ratio_once_and_a_refused_one_nothing() {
    let caller = Caller::new(builder()).await;
    assert_eq!(caller.create(json!({"num_outputs": 2})).await.0, 200);
    assert_eq!(caller.create(json!({"width": 7})).await.0, 422);
    assert_eq!(caller.create(json!({})).await.0, 200);
    let told = caller.with_key(origin::USAGE.path).await;
    let used = i64::try_from(2 * COST).unwrap();
    assert_eq!(number(&told, usage::USED), used);
    assert_eq!(told.pointer(usage::UNLIMITED), Some(&json!(true)));
    assert_eq!(number(&told, usage::AVAILABLE), -used, "as new-api tells of an unlimited key");
}

#[tokio::test]
async fn a_create_over_the_quota_is_refused_with_the_contracts_code_and_not_billed() {
    let caller = Caller::new(builder().quota(2 * COST + 1)).await;
    for _ in 0..2 {
        assert_eq!(caller.create(json!({})).await.0, 200);
    }
    let (status, _, refused) = caller.create(json!({})).await;
    assert_eq!(status, 403);
    assert_eq!(refused["error"]["code"], codes::PRE_CONSUME_TOKEN_QUOTA_FAILED);
    assert!(refused["error"]["message"].as_str().unwrap().contains("emulator"), "{refused}");
    assert_eq!(caller.emulator.creates_accepted(), 2);
    let told = caller.with_key(origin::USAGE.path).await;
    assert_eq!(number(&told, usage::AVAILABLE), 1);
    let listed = caller.with_key(origin::CHARGES.path).await;
    assert_eq!(listed.pointer(charges::ENTRIES).unwrap().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn creates_at_the_same_time_never_spend_more_than_the_quota() {
    let caller = Caller::new(builder().quota(3 * COST)).await;
    let all = futures_util::future::join_all((0..12).map(|_| caller.create(json!({})))).await;
    assert_eq!(all.iter().filter(|(status, ..)| *status == 200).count(), 3);
    let told = caller.with_key(origin::USAGE.path).await;
    assert_eq!(number(&told, usage::AVAILABLE), 0);
}

#[tokio::test]
async fn a_quota_of_nothing_refuses_what_has_no_price_too() {
    let caller = Caller::new(Emulator::builder().personality(Personality::Gateway).quota(0)).await;
    assert_eq!(caller.create(json!({})).await.0, 403);
    let (_, prices) = caller.get(origin::PRICING.path, None).await;
    assert_eq!(prices.pointer(pricing::ENTRIES), Some(&json!([])), "no price, no entry");
}

#[tokio::test]
async fn without_a_key_and_with_a_wrong_one_nothing_is_told_but_the_prices() {
    let caller = Caller::new(builder().key("right")).await;
    for path in [origin::USAGE.path, origin::CHARGES.path] {
        let (status, body) = caller.get(path, None).await;
        assert_eq!((status, body.pointer(usage::SUCCESS)), (401, Some(&json!(false))), "{body}");
        // As new-api does.
        let (status, body) = caller.get(path, Some("wrong")).await;
        assert_eq!((status, body.pointer(usage::SUCCESS)), (200, Some(&json!(false))), "{body}");
        assert!(body.get("data").is_none());
    }
    assert_eq!(caller.get(origin::PRICING.path, None).await.0, 200);
    let seen: Vec<_> = caller.emulator.requests().iter().map(|one| one.operation).collect();
    assert_eq!(seen.len(), 5);
    assert_eq!((seen[0], seen[4]), (Some("usage"), Some("pricing")));
}

#[tokio::test]
async fn replicate_has_none_of_these_routes() {
    let caller = Caller::new(Emulator::builder().price(0.01).quota(UNITS)).await;
    for route in origin::ALL {
        assert_eq!(caller.get(route.path, Some("k")).await.0, 404, "{}", route.path);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_prediction_is_refunded_when_it_fails_and_listed_as_the_contract_says() {
    let fault = Fault::new(Effect::Fail("E1001".to_owned())).on("create").nth(1);
    let gateway = settings().personality(Personality::Gateway).price(0.01).quota(UNITS);
    let rig = Rig::with(gateway.fault(fault));
    assert_eq!(rig.create(json!({"num_inference_steps": 5})).await.status, StatusCode::OK);
    let left = async || number(&rig.get(origin::USAGE.path).await.json(), usage::AVAILABLE);
    assert_eq!(left().await, 495_000);
    pass(60_000).await;
    assert_eq!(left().await, 500_000);
    let listed = rig.get(origin::CHARGES.path).await.json();
    let types: Vec<_> =
        listed["data"].as_array().unwrap().iter().map(|one| one["type"].as_u64()).collect();
    assert_eq!(types, [Some(charges::TYPE_REFUND), Some(charges::TYPE_CONSUME)], "newest first");
    assert_eq!(listed["data"][0]["request_id"], listed["data"][1]["request_id"]);
}

#[tokio::test(start_paused = true)]
async fn over_its_quota_replicate_answers_402() {
    let rig = Rig::with(settings().price(1.0).quota(1));
    let refused = rig.create(json!({})).await;
    assert_eq!(refused.status, StatusCode::PAYMENT_REQUIRED);
    assert!(refused.json()["detail"].as_str().unwrap().contains("1 are left"));
}

#[tokio::test(start_paused = true)]
async fn a_fault_applies_beside_the_api_only_if_it_names_the_route() {
    let busy = |on: &str| format!(r#"{{"on": {{{on}}}, "do": {{"answer": {{"status": 500}}}}}}"#);
    let gateway = settings().personality(Personality::Gateway);
    let rig = Rig::with(gateway.clone().fault(Fault::from_json(&busy("")).unwrap()));
    assert_eq!(rig.get(origin::USAGE.path).await.status, StatusCode::OK);
    let named = Fault::from_json(&busy(r#""route": "usage""#)).unwrap();
    let rig = Rig::with(gateway.fault(named));
    assert_eq!(rig.get(origin::USAGE.path).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(rig.get(origin::PRICING.path).await.status, StatusCode::OK);
}

#[test]
fn a_group_needs_a_name_and_a_ratio_within_limits() {
    for (name, ratio) in [("", 1.0), (" ", 1.0), ("vip", -0.5), ("vip", 1001.0), ("vip", f64::NAN)]
    {
        let error = Emulator::builder().group_ratio(name, ratio).in_memory().expect_err("a group");
        assert!(matches!(error, Error::Group { .. }), "{error}");
    }
}

#[cfg(feature = "state")]
#[tokio::test(start_paused = true)]
async fn what_was_used_outlives_the_process_and_what_came_back_does_too() {
    let folder = tempfile::tempdir().unwrap();
    let fault = Fault::new(Effect::Fail("E1001".to_owned())).on("create").nth(2);
    let gateway = || {
        let gateway = settings().personality(Personality::Gateway).price(0.01).quota(UNITS);
        gateway.state(folder.path()).fault(fault.clone())
    };
    let rig = Rig::with(gateway());
    for _ in 0..2 {
        assert_eq!(rig.create(json!({})).await.status, StatusCode::OK);
    }
    let used = async |rig: &Rig| number(&rig.get(origin::USAGE.path).await.json(), usage::USED);
    assert_eq!(used(&rig).await, 10_000);
    rig.gateway.close();
    drop(rig);
    assert_eq!(used(&Rig::with(gateway())).await, 5_000);
}
