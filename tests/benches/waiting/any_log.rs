//! The second table: logs of many shapes, at a gateway that is not the emulator.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use quickrouter::inputs::SdxlInput;
use quickrouter::transport::Clock;
use quickrouter::{Client, WaitPolicy};

use crate::numbers::Numbers;
use crate::scripted::Scripted;
use crate::shapes::{Kind, SHAPES, Shape};
use crate::summary::{Noticed, Summary, checked, milliseconds};

/// Predictions for each row of the table.
const PREDICTIONS: u64 = 200;
/// How many predictions of a model a warm client has seen.
const WARMED_BY: u64 = 10;

/// What is measured of a row.
struct Row {
    shape: Shape,
    cold: Summary,
    warm: Summary,
    /// Of the cold ones, the longest lag as a part of what the prediction took.
    part: f64,
}

pub(crate) async fn table() -> bool {
    let seed = std::env::var("WAITING_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("\n{PREDICTIONS} predictions a row of 7.3 to 8.7 s, or as the row says; seed {seed}");
    println!("a scripted gateway; cold: a new client for each; warm: a client that has seen ten\n");
    println!(
        "| log | cold: lag, median | lag, 95 % | requests | seen before: lag, median | requests |"
    );
    println!("|---|---|---|---|---|---|");
    let mut rows = Vec::new();
    for (index, shape) in SHAPES.into_iter().enumerate() {
        rows.push(row(index, shape, seed).await);
    }
    let all = |kind: Option<Kind>, reached: fn(&Row) -> bool| {
        rows.iter().filter(|row| kind.is_none_or(|kind| row.shape.kind == kind)).all(reached)
    };
    let (bars, blind) = (Some(Kind::Bars), Some(Kind::Blind));
    let is_short = |row: &Row| row.shape.total.1 < 10.0;
    checked(&[
        ("bars, cold: a median lag of at most 250 ms", all(bars, |row| row.cold.median <= 0.25)),
        ("bars, cold: at most 8 requests", all(bars, |row| row.cold.requests <= 8.0)),
        (
            "blind, cold: a median lag of at most 500 ms at 8 s",
            all(blind, |row| row.cold.median <= 0.5 || row.shape.total.1 > 10.0),
        ),
        (
            "blind, cold: at most 14 requests for 8 s",
            rows.iter().filter(|row| is_short(row)).all(|row| row.cold.requests <= 14.0),
        ),
        (
            "blind, cold, longer: every lag under 6 % of the time",
            rows.iter().filter(|row| !is_short(row)).all(|row| row.part < 0.06),
        ),
        (
            "seen before, 8 s: a median lag of at most 150 ms",
            rows.iter().filter(|row| is_short(row)).all(|row| row.warm.median <= 0.15),
        ),
        (
            "seen before, 8 s: at most 7 requests",
            rows.iter().filter(|row| is_short(row)).all(|row| row.warm.requests <= 7.0),
        ),
    ])
}

async fn row(index: usize, shape: Shape, seed: u64) -> Row {
    let (cold, warm) =
        (measure(index, shape, seed, 0).await, measure(index, shape, seed, WARMED_BY).await);
    let part = cold.iter().map(|one| one.lag / one.took).fold(0.0, f64::max);
    let row = Row { shape, cold: Summary::of(&cold), warm: Summary::of(&warm), part };
    println!(
        "| {} | {} | {} | {:.1} | {} | {:.1} |",
        shape.name,
        milliseconds(row.cold.median),
        milliseconds(row.cold.most),
        row.cold.requests,
        milliseconds(row.warm.median),
        row.warm.requests,
    );
    row
}

/// Waits for the predictions of a row, all with one client where that is to have seen some before.
async fn measure(index: usize, shape: Shape, seed: u64, known: u64) -> Vec<Noticed> {
    // Not the system's time: a table must not depend on the second in which it begins.
    let clock = Clock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    let gateway = Arc::new(Scripted::new(&clock));
    let shared = client(&gateway, &clock);
    let mut noticed = Vec::new();
    for number in 0..PREDICTIONS + known {
        let client = if known > 0 { shared.clone() } else { client(&gateway, &clock) };
        let life = shape.draw(&mut Numbers::of(seed, index, number));
        let (total, before, created) = (life.total, gateway.requests(), clock.now());
        gateway.will_run(life);
        let input = SdxlInput::builder().prompt(format!("picture {number}")).build();
        client.run(input).await.expect("an end");
        let passed = clock.now().duration_since(created).unwrap_or_default().as_secs_f64();
        if number >= known {
            let requests = gateway.requests() - before;
            noticed.push(Noticed { took: total, lag: passed - total, requests });
        }
    }
    noticed
}

fn client(gateway: &Arc<Scripted>, clock: &Clock) -> Client {
    Client::builder()
        .api_key("qr-bench-0123456789")
        .transport(gateway.clone())
        .clock(clock.clone())
        .wait_policy(WaitPolicy::new())
        .build()
        .expect("a client")
}
