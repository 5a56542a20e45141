//! Clones of a client share the rate limits a gateway reports.

use std::time::Duration;

use futures_util::future::join_all;
use quickrouter::inputs::SdxlInput;
use quickrouter::{CancellationToken, CreateRequest, Error, RateLimitPolicy, WaitPolicy};
use serde_json::json;
use tokio::time::Instant;

use crate::scripted::{Script, Step, answer, prediction};

fn request() -> CreateRequest {
    CreateRequest::new(SdxlInput::builder().prompt("a red door").build())
}

fn accepted() -> Step {
    answer(201, &prediction("starting"))
}

#[tokio::test(start_paused = true)]
async fn a_refusal_holds_back_every_clone() {
    let busy = answer(429, &json!({})).with("retry-after", "7");
    let script = Script::new([busy, accepted(), accepted()]);
    let (client, start) = (script.client(), Instant::now());
    let first = client.create(request());
    let later = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.clone().create(request()).await.unwrap();
        start.elapsed()
    };
    let (first, later) = tokio::join!(first, later);
    first.unwrap();
    assert!(later >= Duration::from_secs(7), "{later:?}");
    assert_eq!(script.creates(), 3);
}

#[tokio::test(start_paused = true)]
async fn no_more_leave_than_the_gateway_says_remain() {
    let told =
        |left: &str| accepted().with("ratelimit-remaining", left).with("ratelimit-reset", "9");
    let script = Script::new([told("1"), told("0"), accepted()]);
    let (client, start) = (script.client(), Instant::now());
    for _ in 0..3 {
        client.create(request()).await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::from_secs(9));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_reads_does_not_hold_back_creates() {
    let busy = answer(429, &json!({})).with("retry-after", "20");
    let script = Script::new([accepted(), busy, accepted(), answer(200, &prediction("starting"))]);
    let client = script.client();
    let created = client.create(request()).await.unwrap();
    let start = Instant::now();
    let create = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.create(request()).await.unwrap();
        start.elapsed()
    };
    let (read, create) = tokio::join!(client.get(created.id().unwrap()), create);
    read.unwrap();
    assert_eq!(create, Duration::from_secs(1));
    assert_eq!(start.elapsed(), Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn creates_a_minute_are_counted_over_all_clones() {
    let script = Script::new(vec![accepted(); 5]);
    let policy = RateLimitPolicy::new().max_creates_per_minute(2);
    let client = script.builder().rate_limit_policy(policy).build().unwrap();
    let start = Instant::now();
    let creates = (0..5).map(|_| client.clone()).map(|client| async move {
        client.create(request()).await.unwrap();
        start.elapsed().as_secs()
    });
    assert_eq!(join_all(creates).await, [0, 0, 60, 60, 120]);
}

#[tokio::test(start_paused = true)]
async fn a_run_is_in_flight_until_it_is_over() {
    let over = || answer(200, &crate::scripted::succeeded(&[]));
    let script = Script::new([accepted(), over(), accepted(), over()]);
    let policy = RateLimitPolicy::new().max_in_flight(1);
    let client = script.builder().rate_limit_policy(policy).build().unwrap();
    let (first, second) = tokio::join!(client.run(request()), client.run(request()));
    first.unwrap();
    second.unwrap();
    let methods: Vec<_> = script.sent().into_iter().map(|sent| sent.method).collect();
    assert_eq!(methods, ["POST", "GET", "POST", "GET"]);
}

#[tokio::test(start_paused = true)]
async fn one_whose_turn_cannot_come_in_time_says_so_and_sends_nothing() {
    let script = Script::new([accepted()]);
    let throttle = RateLimitPolicy::new().max_creates_per_minute(1);
    let wait = WaitPolicy::new().deadline(Duration::from_secs(30));
    let client = script.builder().rate_limit_policy(throttle).wait_policy(wait).build().unwrap();
    client.create(request()).await.unwrap();
    let start = Instant::now();
    let error = client.create(request()).await.unwrap_err();
    assert!(matches!(error, Error::RateLimited { .. }), "{error}");
    assert_eq!(start.elapsed(), Duration::ZERO, "it is known at once");
    insta::assert_snapshot!(error);
    assert_eq!(script.creates(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_that_waits_for_its_turn_can_be_stopped() {
    let script = Script::new([accepted()]);
    let throttle = RateLimitPolicy::new().max_creates_per_minute(1);
    let client = script.builder().rate_limit_policy(throttle).build().unwrap();
    client.create(request()).await.unwrap();
    let (stop, start) = (CancellationToken::new(), Instant::now());
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.cancel();
    };
    let (error, ()) = tokio::join!(client.create(request().stop_on(&stop)), stopping);
    assert!(matches!(error, Err(Error::NotSent { .. })), "{error:?}");
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}
