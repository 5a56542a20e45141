//! What a 429 teaches all of them.

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
async fn nothing_leaves_while_the_lane_is_closed() {
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
async fn an_answer_that_comes_after_a_refusal_does_not_open_it() {
    let limiter = free_limiter();
    let (first, second) = (at_once(limiter).unwrap(), at_once(limiter).unwrap());
    first.finish(refused(10));
    second.finish(accepted());
    assert_eq!(opens_in(limiter).await, secs(10));
    assert_eq!(all_at_once(limiter).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn after_a_refusal_they_leave_one_two_four_at_a_time() {
    let limiter = free_limiter();
    at_once(limiter).unwrap().finish(refused(10));
    sleep(secs(10)).await;
    let mut sizes = Vec::new();
    for _ in 0..7 {
        let permits = all_at_once(limiter);
        sizes.push(permits.len());
        // One always waits, so that there is need for more.
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
async fn an_answer_that_does_not_come_makes_room_but_the_window_no_larger() {
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
async fn one_after_the_other_opens_it_no_wider_than_it_was_at_first() {
    let limiter = free_limiter();
    assert_eq!(all_at_once(limiter).len(), window::FIRST);
    at_once(limiter).unwrap().finish(refused(10));
    for _ in 0..100 {
        permit(limiter).await.finish(accepted());
    }
    assert_eq!(all_at_once(limiter).len(), window::FIRST);
}

#[tokio::test(start_paused = true)]
async fn those_that_left_before_a_refusal_do_not_fill_the_window_after_it() {
    let limiter = free_limiter();
    let _unanswered = (at_once(limiter).unwrap(), at_once(limiter).unwrap());
    at_once(limiter).unwrap().finish(refused(10));
    sleep(secs(10)).await;
    let permits = all_at_once(limiter);
    assert_eq!(permits.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_longest_pause_caps_what_an_answer_asks() {
    let limiter = RateLimiter::new(Limits { longest_pause: Some(secs(30)), ..Limits::default() });
    at_once(&limiter).unwrap().finish(refused(3600));
    assert_eq!(opens_in(&limiter).await, secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_pause_too_long_to_be_counted_closes_it_all_the_same() {
    let limiter = free_limiter();
    let feedback = Feedback { refused: Some(Duration::MAX), ..accepted() };
    at_once(limiter).unwrap().finish(feedback);
    let denied = denied_within(limiter, 3600);
    assert_eq!(denied.why, Why::Refused);
    assert!(denied.opens.unwrap() >= secs(365 * 24 * 3600));
}
