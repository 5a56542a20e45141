//! The limits that a user sets.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{
    accepted, all_at_once, at_once, denied_within, far_off, free_limiter, permit, refused, secs,
};
use crate::RateLimitPolicy;
use crate::policy::rate_limit::Limits;
use crate::rate_limit::denied::Why;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::limiter::Slot;

fn slot_at_once(limiter: &RateLimiter) -> Option<Slot> {
    limiter.slot(far_off()).now_or_never().map(|slot| slot.expect("it is not late"))
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_limit_are_sent_in_any_minute() {
    let limiter = RateLimiter::new(RateLimitPolicy::new().max_creates_per_minute(7).creates());
    let sent_at = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for number in 0..100_u64 {
        let (limiter, sent_at) = (limiter.clone(), Arc::clone(&sent_at));
        tasks.spawn(async move {
            // Requests arrive irregularly, and some get no response.
            sleep(Duration::from_millis(number * 7919 % 300_000)).await;
            let permit = permit(&limiter).await;
            sent_at.lock().unwrap().push(Instant::now());
            sleep(Duration::from_millis(number * 104_729 % 5_000)).await;
            if number % 3 != 0 {
                permit.finish(accepted());
            }
        });
    }
    let start = Instant::now();
    tasks.join_all().await;
    let sent_at = sent_at.lock().unwrap();
    assert_eq!(sent_at.len(), 100);
    for more_than_allowed in sent_at.windows(8) {
        assert!(more_than_allowed[7] - more_than_allowed[0] >= secs(60));
    }
    // 15 times 7, with no time lost except to timer rounding and the first arrivals.
    assert!(start.elapsed() < secs(14 * 60 + 30), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_refused_attempt_counts_as_sent() {
    let limiter = RateLimiter::new(RateLimitPolicy::new().max_creates_per_minute(2).creates());
    at_once(&limiter).unwrap().finish(refused(1));
    sleep(secs(1)).await;
    at_once(&limiter).unwrap().finish(accepted());
    assert_eq!(denied_within(&limiter, 10).why, Why::PerMinute(2));
    sleep(secs(59)).await;
    assert_eq!(all_at_once(&limiter).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_more_slots_are_held_than_the_limit_and_they_are_granted_in_order() {
    let limiter = RateLimiter::new(RateLimitPolicy::new().max_in_flight(2).creates());
    let (first, _second) = (slot_at_once(&limiter).unwrap(), slot_at_once(&limiter).unwrap());
    let mut third = std::pin::pin!(limiter.slot(far_off()));
    let mut fourth = std::pin::pin!(limiter.slot(far_off()));
    assert!(third.as_mut().now_or_never().is_none());
    assert!(fourth.as_mut().now_or_never().is_none());
    drop(first);
    assert!(slot_at_once(&limiter).is_none());
    assert!(fourth.as_mut().now_or_never().is_none());
    let third = third.as_mut().now_or_never().unwrap().unwrap();
    assert!(fourth.as_mut().now_or_never().is_none());
    drop(third);
    assert!(fourth.as_mut().now_or_never().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_slot_that_is_not_free_in_time_is_denied_at_its_deadline() {
    let limiter = RateLimiter::new(RateLimitPolicy::new().max_in_flight(1).creates());
    let _held = slot_at_once(&limiter).unwrap();
    let start = Instant::now();
    let reason = limiter.slot(start + secs(5)).await.err().unwrap();
    assert_eq!((reason.why, reason.opens), (Why::Slots(1), None));
    assert_eq!(start.elapsed(), secs(5));
    assert_eq!(reason.to_string(), "predictions in flight: 1, the maximum");
}

#[tokio::test(start_paused = true)]
async fn a_slot_is_denied_at_once_if_nothing_could_be_sent_in_time() {
    let limiter = RateLimiter::new(RateLimitPolicy::new().max_in_flight(1).creates());
    let _held = slot_at_once(&limiter).unwrap();
    at_once(&limiter).unwrap().finish(refused(20));
    let reason = limiter.slot(Instant::now() + secs(5)).now_or_never().unwrap().err().unwrap();
    assert_eq!((reason.why, reason.opens), (Why::TooManyRequests, Some(secs(20))));
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_there_is_always_a_slot() {
    let limiter = RateLimiter::new(RateLimitPolicy::new().creates());
    let slots: Vec<_> = (0..1000).map_while(|_| slot_at_once(&limiter)).collect();
    assert_eq!(slots.len(), 1000);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_zero_means_one() {
    let policy = RateLimitPolicy::new().max_creates_per_minute(0).max_in_flight(0);
    assert_eq!(policy, RateLimitPolicy::new().max_creates_per_minute(1).max_in_flight(1));
    let limiter = RateLimiter::new(policy.creates());
    let _slot = slot_at_once(&limiter).unwrap();
    assert!(slot_at_once(&limiter).is_none());
    assert_eq!(all_at_once(&limiter).len(), 1);
    let limiter = RateLimiter::new(RateLimitPolicy::new().max_in_flight(usize::MAX).creates());
    assert!(slot_at_once(&limiter).is_some());
    let Limits { per_minute, in_flight, max_pause, max_pending } = RateLimitPolicy::reads();
    assert_eq!((per_minute, in_flight, max_pause), (None, None, Some(secs(30))));
    assert_eq!(max_pending, Some(64));
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_pending_than_sockets_allowed_however_long_it_takes() {
    let limiter = RateLimiter::new(Limits { max_pending: Some(6), ..Limits::default() });
    let mut permits = all_at_once(&limiter);
    for _ in 0..10 {
        tokio::time::advance(secs(2)).await;
        permits.extend(all_at_once(&limiter));
    }
    assert_eq!(permits.len(), 6);
    drop(permits.pop());
    assert_eq!(all_at_once(&limiter).len(), 1, "one that is over makes room for one");
}

#[tokio::test(start_paused = true)]
async fn a_request_pending_for_two_seconds_counts_as_accepted() {
    let limiter = free_limiter();
    let mut permits = all_at_once(limiter);
    let first = permits.len();
    tokio::time::advance(std::time::Duration::from_millis(1999)).await;
    assert!(at_once(limiter).is_none());
    tokio::time::advance(std::time::Duration::from_millis(1)).await;
    permits.extend(all_at_once(limiter));
    assert_eq!(permits.len(), 3 * first, "twice as many as before");
}
