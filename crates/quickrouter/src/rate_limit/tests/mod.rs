mod gateway;
mod learning;
mod limits;
mod line;
mod remaining;

use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;

use crate::policy::rate_limit::Limits;
use crate::rate_limit::denied::Denied;
use crate::rate_limit::feedback::Feedback;
use crate::rate_limit::limiter::{Permit, RateLimiter};

/// It is never freed, so that tasks can borrow it.
fn free_limiter() -> &'static RateLimiter {
    Box::leak(Box::new(RateLimiter::new(Limits::default())))
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Later than any of these tests lasts.
fn far_off() -> Instant {
    Instant::now() + secs(24 * 3600)
}

fn accepted() -> Feedback {
    Feedback { answered: true, ..Feedback::default() }
}

fn refused(pause: u64) -> Feedback {
    Feedback { refused: Some(secs(pause)), ..accepted() }
}

fn told(remaining: u64, reset: u64) -> Feedback {
    Feedback { remaining: Some(remaining), reset: Some(secs(reset)), ..accepted() }
}

/// The permit of one that just comes, if it need not wait.
fn at_once(limiter: &RateLimiter) -> Option<Permit<'_>> {
    limiter.ticket().permit(far_off()).now_or_never().map(|permit| permit.expect("it is not late"))
}

/// As many permits as are to be had now.
fn all_at_once(limiter: &RateLimiter) -> Vec<Permit<'_>> {
    std::iter::from_fn(|| at_once(limiter)).take(1000).collect()
}

async fn permit(limiter: &RateLimiter) -> Permit<'_> {
    limiter.ticket().permit(far_off()).await.expect("it is not late")
}

/// Why one that just comes has no permit within so many seconds; it must be known at once.
fn denied_within(limiter: &RateLimiter, seconds: u64) -> Denied {
    let latest = Instant::now() + secs(seconds);
    let permit = limiter.ticket().permit(latest).now_or_never();
    permit.expect("it is known at once").err().expect("it has no permit")
}

/// How long it takes until one that just comes may leave.
async fn opens_in(limiter: &RateLimiter) -> Duration {
    let start = Instant::now();
    drop(permit(limiter).await);
    start.elapsed()
}
