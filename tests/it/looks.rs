//! When the SDK looks at a prediction, seen by the emulator on a virtual clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use quickrouter::inputs::SdxlInput;
use quickrouter::transport::{Fail, Transport};
use quickrouter::{Client, WaitPolicy};
use quickrouter_api::Clock;
use quickrouter_emulator::{Emulator, InMemoryTransport};
use tokio::time::Instant;

/// The way to the emulator, which keeps when each get left.
struct Wire {
    memory: InMemoryTransport,
    looks: Mutex<Vec<Instant>>,
}

impl Transport for Wire {
    fn send(&self, request: reqwest::Request) -> BoxFuture<'_, Result<reqwest::Response, Fail>> {
        if request.method() == "GET" {
            self.looks.lock().unwrap().push(Instant::now());
        }
        self.memory.send(request)
    }
}

fn pair(queue: Duration, policy: WaitPolicy) -> (Client, Arc<Wire>) {
    let clock = Clock::system();
    let emulator = Emulator::builder().clock(clock.clone()).queue(queue..=queue);
    let gateway = emulator.in_memory().unwrap();
    let wire = Arc::new(Wire { memory: InMemoryTransport::new(&gateway), looks: Mutex::default() });
    let client = Client::builder()
        .api_key(gateway.key())
        .base_url(wire.memory.base_url())
        .transport(wire.clone())
        .clock(clock)
        .wait_policy(policy);
    (client.build().unwrap(), wire)
}

fn picture() -> SdxlInput {
    SdxlInput::builder().prompt("a red door").width(512).height(512).build()
}

/// How many looks a run took.
async fn run(client: &Client, wire: &Wire) -> usize {
    let before = wire.looks.lock().unwrap().len();
    client.run(picture()).await.unwrap();
    wire.looks.lock().unwrap().len() - before
}

#[tokio::test(start_paused = true)]
async fn no_two_looks_are_closer_than_the_floor_or_farther_apart_than_the_ceiling() {
    let (floor, ceiling) = (Duration::from_millis(700), Duration::from_secs(3));
    let policy = WaitPolicy::new().min_interval(floor).max_interval(ceiling);
    let (client, wire) = pair(Duration::from_secs(40), policy);
    let start = Instant::now();
    client.run(picture()).await.unwrap();
    let looks = wire.looks.lock().unwrap().clone();
    let mut before = start;
    for look in looks {
        let pause = look - before;
        assert!(floor <= pause && pause <= ceiling + Duration::from_millis(1), "{pause:?}");
        before = look;
    }
}

#[tokio::test(start_paused = true)]
async fn what_one_clone_has_seen_saves_another_one_looks() {
    let (client, wire) = pair(Duration::from_secs(2), WaitPolicy::new());
    let cold = run(&client, &wire).await;
    for _ in 0..4 {
        run(&client, &wire).await;
    }
    let warm = run(&client.clone(), &wire).await;
    assert!(warm < cold, "{warm} looks after five predictions, {cold} before");
    assert_eq!(warm, 1, "where all take as long, the first look is at the end");
}

#[tokio::test(start_paused = true)]
async fn a_fleet_spreads_out() {
    let (client, wire) = pair(Duration::from_secs(3), WaitPolicy::new());
    let runs = (0..200).map(|_| client.run(picture()));
    for finished in join_all(runs).await {
        finished.unwrap();
    }
    let mut looks = wire.looks.lock().unwrap().clone();
    looks.sort();
    let millisecond = Duration::from_millis(1);
    let most = looks
        .iter()
        .map(|at| looks.iter().filter(|look| **look >= *at && **look < *at + millisecond).count())
        .max()
        .unwrap();
    assert!(most <= 50, "{most} of {} looks within a millisecond", looks.len());
}

#[tokio::test(start_paused = true)]
async fn a_long_wait_for_nothing_looks_less_and_less_often() {
    let (client, wire) = pair(Duration::from_secs(300), WaitPolicy::new());
    let looks = run(&client, &wire).await;
    assert!(looks < 45, "{looks} looks in five minutes");
}
