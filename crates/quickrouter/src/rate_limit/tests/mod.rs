mod gateway;
mod learning;
mod limits;
mod queue;
mod remaining;

use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;

use crate::policy::rate_limit::Limits;
use crate::rate_limit::denied::Denied;
use crate::rate_limit::feedback::Feedback;
use crate::rate_limit::limiter::{Permit, RateLimiter};

/// Leaked, so that tasks can borrow it.
fn free_limiter() -> &'static RateLimiter {
    Box::leak(Box::new(RateLimiter::new(Limits::default())))
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Later than the end of any test.
fn far_off() -> Instant {
    Instant::now() + secs(24 * 3600)
}

fn accepted() -> Feedback {
    Feedback { responded: true, ..Feedback::default() }
}

fn refused(pause: u64) -> Feedback {
    Feedback { refused: Some(secs(pause)), ..accepted() }
}

fn reported(remaining: u64, reset: u64) -> Feedback {
    Feedback { remaining: Some(remaining), reset: Some(secs(reset)), ..accepted() }
}

/// A permit, if one is available immediately.
fn at_once(limiter: &RateLimiter) -> Option<Permit<'_>> {
    limiter.ticket().permit(far_off()).now_or_never().map(|permit| permit.expect("it is not late"))
}

/// As many permits as are available now.
fn all_at_once(limiter: &RateLimiter) -> Vec<Permit<'_>> {
    std::iter::from_fn(|| at_once(limiter)).take(1000).collect()
}

async fn permit(limiter: &RateLimiter) -> Permit<'_> {
    limiter.ticket().permit(far_off()).await.expect("it is not late")
}

/// Why a new request gets no permit within this time; must be known immediately.
fn denied_within(limiter: &RateLimiter, seconds: u64) -> Denied {
    let latest = Instant::now() + secs(seconds);
    let permit = limiter.ticket().permit(latest).now_or_never();
    permit.expect("it is known at once").err().expect("it has no permit")
}

/// Time until a new request gets a permit.
async fn opens_in(limiter: &RateLimiter) -> Duration {
    let start = Instant::now();
    drop(permit(limiter).await);
    start.elapsed()
}
