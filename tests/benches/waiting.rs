//! How soon the end of a prediction is noticed, and with how many requests.
//!
//! `cargo bench -p end-to-end --bench waiting` runs the SDK against the emulator in one process on a
//! virtual clock, so the figures are exact and the same on every machine. See README.md beside this.

#![expect(clippy::print_stdout, reason = "a benchmark prints a table")]

#[path = "waiting/any_log.rs"]
mod any_log;
#[path = "waiting/mix.rs"]
mod mix;
#[path = "waiting/numbers.rs"]
mod numbers;
#[path = "waiting/scripted.rs"]
mod scripted;
#[path = "waiting/shapes.rs"]
mod shapes;
#[path = "waiting/summary.rs"]
mod summary;
#[path = "waiting/tqdm.rs"]
mod tqdm;
#[path = "waiting/wire.rs"]
mod wire;

use std::sync::Arc;
use std::time::Duration;

use quickrouter::{Client, CreateRequest, WaitPolicy};
use quickrouter_api::Clock;
use quickrouter_emulator::{Emulator, Gateway};

use crate::mix::{Mix, TAIL};
use crate::summary::{Noticed, Summary, checked, milliseconds};
use crate::wire::Wire;

/// Predictions for each row of the table.
const PREDICTIONS: u64 = 600;
/// How many predictions of a model a warm client has seen.
const WARMED_BY: u64 = 10;

/// What a row is about.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// A create, and a look every so often.
    Fixed(Duration),
    /// The SDK, a new client for every prediction.
    Cold,
    /// The SDK, a client that has seen ten predictions of this model.
    Warm,
    /// The SDK with `Prefer: wait`, at a gateway that heeds it.
    PreferHeeded,
    /// The SDK with `Prefer: wait`, at a gateway that drops it.
    PreferDropped,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let passed = runtime.block_on(async { table().await & any_log::table().await });
    let checked = std::env::args().any(|argument| argument == "--check");
    std::process::exit(i32::from(checked && !passed));
}

async fn table() -> bool {
    println!(
        "{PREDICTIONS} predictions a row: SDXL of 3 to 20 s, queues of 0 to 8 s, tails of 0.8 to 1.5 s"
    );
    println!("virtual time, the same on every machine; the lag counts from over to noticed\n");
    println!(
        "| way of waiting | lag, median | lag, 95 % | requests | of 7 to 9 s: lag | requests |"
    );
    println!("|---|---|---|---|---|---|");
    let half = Duration::from_millis(500);
    row("fixed, every 0.5 s", Way::Fixed(half)).await;
    let cold = row("quickrouter, a new client", Way::Cold).await;
    same_cost(&cold).await;
    let warm = row("quickrouter, ten seen before", Way::Warm).await;
    same_cost(&warm).await;
    let heeded = row("quickrouter, `Prefer: wait` heeded", Way::PreferHeeded).await;
    let dropped = row("quickrouter, `Prefer: wait` dropped", Way::PreferDropped).await;
    let close = Summary::of(cold.iter().filter(|one| one.is_of_eight_seconds()));
    let (warm, heeded) = (Summary::of(&warm), Summary::of(&heeded));
    let targets = [
        ("cold, 8 s: at most 6 requests", close.requests <= 6.0),
        ("cold: a median lag of at most 200 ms", Summary::of(&cold).median <= 0.2),
        ("warm: at most 6 requests", warm.requests <= 6.0),
        ("warm: a median lag of at most 100 ms", warm.median <= 0.1),
        ("Prefer heeded: 1 request", heeded.requests <= 1.0),
        (
            "Prefer dropped: nothing extra",
            Summary::of(&dropped).requests <= Summary::of(&cold).requests,
        ),
    ];
    checked(&targets)
}

async fn row(name: &str, way: Way) -> Vec<Noticed> {
    let noticed = measure(way).await;
    let all = Summary::of(&noticed);
    let close = Summary::of(noticed.iter().filter(|one| one.is_of_eight_seconds()));
    println!(
        "| {name} | {} | {} | {:.1} | {} | {:.1} |",
        milliseconds(all.median),
        milliseconds(all.most),
        all.requests,
        milliseconds(close.median),
        close.requests,
    );
    noticed
}

/// The fixed interval that needs as many requests.
async fn same_cost(noticed: &[Noticed]) {
    let looks = Summary::of(noticed).requests - 1.0;
    let took: f64 = noticed.iter().map(|one| one.took).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let mean = took / noticed.len() as f64;
    // On average the last look is half of an interval late.
    let interval = Duration::from_secs_f64(mean / (looks - 0.5));
    row(
        &format!("fixed, every {:.1} s: as many requests", interval.as_secs_f64()),
        Way::Fixed(interval),
    )
    .await;
}

async fn measure(way: Way) -> Vec<Noticed> {
    let clock = Clock::system();
    let gateway = Emulator::builder()
        .clock(clock.clone())
        .queue(Duration::ZERO..=Duration::from_secs(8))
        .tail(TAIL)
        .honours_prefer(way != Way::PreferDropped)
        .in_memory()
        .expect("a gateway");
    let mut mix = Mix::new();
    let mut noticed = Vec::new();
    let shared = client(&gateway, &clock);
    for number in 0..PREDICTIONS {
        let (client, wire) =
            if way == Way::Warm { shared.clone() } else { client(&gateway, &clock) };
        let one = one(way, &client, &wire, &clock, CreateRequest::new(mix.next())).await;
        if way != Way::Warm || number >= WARMED_BY {
            noticed.push(one);
        }
    }
    noticed
}

fn client(gateway: &Gateway, clock: &Clock) -> (Client, Arc<Wire>) {
    let wire = Arc::new(Wire::to(gateway));
    let client = Client::builder()
        .api_key(gateway.key())
        .base_url(wire.base_url())
        .transport(wire.clone())
        .clock(clock.clone())
        .wait_policy(WaitPolicy::new())
        .build()
        .expect("a client");
    (client, wire)
}

async fn one(
    way: Way,
    client: &Client,
    wire: &Wire,
    clock: &Clock,
    request: CreateRequest,
) -> Noticed {
    let before = wire.requests();
    let finished = match way {
        Way::Fixed(interval) => {
            let created = client.create(request).await.expect("a prediction");
            let id = created.id().expect("an id").clone();
            loop {
                tokio::time::sleep(interval).await;
                let seen = client.get(&id).await.expect("an answer");
                if seen.is_terminal() {
                    break seen;
                }
            }
        }
        Way::Cold | Way::Warm => client.run(request).await.expect("an end"),
        Way::PreferHeeded | Way::PreferDropped => {
            let most = Duration::from_secs(quickrouter::catalog::limits::PREFER_WAIT_MAX_SECONDS);
            client.run(request.prefer_wait(most)).await.expect("an end")
        }
    };
    let moment = |stamp: Option<&str>| {
        humantime::parse_rfc3339(stamp.expect("a time stamp")).expect("RFC 3339")
    };
    let (created, completed) = (moment(finished.created_at()), moment(finished.completed_at()));
    Noticed {
        took: completed.duration_since(created).unwrap_or_default().as_secs_f64(),
        lag: clock.now().duration_since(completed).unwrap_or_default().as_secs_f64(),
        requests: wire.requests() - before,
    }
}
