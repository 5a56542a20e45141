mod gateway;
mod learning;
mod limits;
mod line;
mod remaining;

use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;

use super::{Lane, Limits, NoTurn, Seen, Turn};

/// It is never freed, so that tasks can borrow it.
fn free_lane() -> &'static Lane {
    Box::leak(Box::new(Lane::new(Limits::default())))
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Later than any of these tests lasts.
fn far_off() -> Instant {
    Instant::now() + secs(24 * 3600)
}

fn accepted() -> Seen {
    Seen { answered: true, ..Seen::default() }
}

fn refused(pause: u64) -> Seen {
    Seen { refused: Some(secs(pause)), ..accepted() }
}

fn told(remaining: u64, reset: u64) -> Seen {
    Seen { remaining: Some(remaining), reset: Some(secs(reset)), ..accepted() }
}

/// The turn of one that just comes, if it need not wait.
fn at_once(lane: &Lane) -> Option<Turn<'_>> {
    lane.ticket().turn(far_off()).now_or_never().map(|turn| turn.expect("it is not late"))
}

/// As many turns as are to be had now.
fn all_at_once(lane: &Lane) -> Vec<Turn<'_>> {
    std::iter::from_fn(|| at_once(lane)).take(1000).collect()
}

async fn turn(lane: &Lane) -> Turn<'_> {
    lane.ticket().turn(far_off()).await.expect("it is not late")
}

/// Why one that just comes has no turn within so many seconds; it must be known at once.
fn no_turn_within(lane: &Lane, seconds: u64) -> NoTurn {
    let latest = Instant::now() + secs(seconds);
    let turn = lane.ticket().turn(latest).now_or_never();
    turn.expect("it is known at once").err().expect("it has no turn")
}

/// How long it takes until one that just comes may leave.
async fn opens_in(lane: &Lane) -> Duration {
    let start = Instant::now();
    drop(turn(lane).await);
    start.elapsed()
}
