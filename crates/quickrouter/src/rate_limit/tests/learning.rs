//! How a 429 affects all requests.

use std::time::Duration;

use tokio::time::sleep;

use super::{
    accepted, all_at_once, at_once, denied_within, free_limiter, opens_in, permit, refused, secs,
};
use crate::policy::rate_limit::Limits;
use crate::rate_limit::denied::Why;
use crate::rate_limit::feedback::Feedback;
use crate::rate_limit::limiter::RateLimiter;
use crate::rate_limit::window;

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_while_the_limiter_is_closed() {
    let limiter = free_limiter();
    at_once(limiter).unwrap().finish(refused(10));
    let clone = limiter.clone();
    sleep(Duration::from_millis(9_990)).await;
    assert!(at_once(&clone).is_none());
    sleep(Duration::from_millis(10)).await;
    assert!(at_once(&clone).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_with_a_shorter_pause_does_not_open_it_sooner() {
    let limiter = free_limiter();
    let (first, second) = (at_once(limiter).unwrap(), at_once(limiter).unwrap());
    first.finish(refused(10));
    second.finish(refused(3));
    assert_eq!(opens_in(limiter).await, secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_with_a_longer_pause_keeps_it_closed_for_longer() {
    let limiter = free_limiter();
    let (first, second) = (at_once(limiter).unwrap(), at_once(limiter).unwrap());
    first.finish(refused(3));
    second.finish(refused(10));
    assert_eq!(opens_in(limiter).await, secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_response_after_a_refusal_does_not_open_it() {
    let limiter = free_limiter();
    let (first, second) = (at_once(limiter).unwrap(), at_once(limiter).unwrap());
    first.finish(refused(10));
    second.finish(accepted());
    assert_eq!(opens_in(limiter).await, secs(10));
    assert_eq!(all_at_once(limiter).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn after_a_refusal_requests_are_sent_one_two_four_at_a_time() {
    let limiter = free_limiter();
    at_once(limiter).unwrap().finish(refused(10));
    sleep(secs(10)).await;
    let mut sizes = Vec::new();
    for _ in 0..7 {
        let permits = all_at_once(limiter);
        sizes.push(permits.len());
        // One request always waits, so that there is demand.
        let (mut next, latest) = (limiter.ticket(), super::far_off());
        let mut next = std::pin::pin!(next.permit(latest));
        assert!(futures_util::FutureExt::now_or_never(next.as_mut()).is_none());
        for permit in permits {
            permit.finish(accepted());
        }
    }
    assert_eq!(sizes, [1, 2, 4, 8, 16, 32, 64]);
}

#[tokio::test(start_paused = true)]
async fn a_missing_response_makes_room_but_does_not_widen_the_window() {
    let limiter = free_limiter();
    at_once(limiter).unwrap().finish(refused(10));
    sleep(secs(10)).await;
    for _ in 0..3 {
        let permits = all_at_once(limiter);
        assert_eq!(permits.len(), 1);
    }
    at_once(limiter).unwrap().finish(Feedback::default());
    assert_eq!(all_at_once(limiter).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn sequential_requests_do_not_widen_the_window_beyond_its_initial_size() {
    let limiter = free_limiter();
    assert_eq!(all_at_once(limiter).len(), window::INITIAL_SIZE);
    at_once(limiter).unwrap().finish(refused(10));
    for _ in 0..100 {
        permit(limiter).await.finish(accepted());
    }
    assert_eq!(all_at_once(limiter).len(), window::INITIAL_SIZE);
}

#[tokio::test(start_paused = true)]
async fn requests_sent_before_a_refusal_do_not_fill_the_window_after_it() {
    let limiter = free_limiter();
    let _unanswered = (at_once(limiter).unwrap(), at_once(limiter).unwrap());
    at_once(limiter).unwrap().finish(refused(10));
    sleep(secs(10)).await;
    let permits = all_at_once(limiter);
    assert_eq!(permits.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_maximum_pause_caps_what_a_response_requests() {
    let limiter = RateLimiter::new(Limits { max_pause: Some(secs(30)), ..Limits::default() });
    at_once(&limiter).unwrap().finish(refused(3600));
    assert_eq!(opens_in(&limiter).await, secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_would_overflow_still_closes_it() {
    let limiter = free_limiter();
    let feedback = Feedback { refused: Some(Duration::MAX), ..accepted() };
    at_once(limiter).unwrap().finish(feedback);
    let denied = denied_within(limiter, 3600);
    assert_eq!(denied.why, Why::TooManyRequests);
    assert!(denied.opens.unwrap() >= secs(365 * 24 * 3600));
}
