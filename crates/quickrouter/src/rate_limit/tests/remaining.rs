//! How `ratelimit-remaining` and `ratelimit-reset` affect all requests.

use std::time::Duration;

use tokio::time::sleep;

use super::{
    accepted, all_at_once, at_once, denied_within, free_limiter, opens_in, permit, reported, secs,
};
use crate::policy::rate_limit::Limits;
use crate::rate_limit::denied::Why;
use crate::rate_limit::feedback::Feedback;
use crate::rate_limit::limiter::Permit;
use crate::rate_limit::limiter::RateLimiter;

/// Sends `N` requests with nothing known but the window.
fn send<const N: usize>(limiter: &RateLimiter) -> [Permit<'_>; N] {
    std::array::from_fn(|_| at_once(limiter).expect("nothing holds it"))
}

/// How many requests can be sent in sequence before the limiter closes.
fn send_until_closed(limiter: &RateLimiter) -> usize {
    let mut sent = 0;
    while let Some(permit) = at_once(limiter) {
        permit.finish(accepted());
        sent += 1;
        assert!(sent < 100);
    }
    sent
}

#[tokio::test(start_paused = true)]
async fn no_more_are_sent_than_remain_until_the_reset() {
    let limiter = free_limiter();
    let [first] = send(limiter);
    first.finish(reported(3, 20));
    assert_eq!(send_until_closed(limiter), 3);
    let denied = denied_within(limiter, 10);
    assert_eq!((denied.why, denied.opens), (Why::UsedUp, Some(secs(20))));
    assert_eq!(opens_in(limiter).await, secs(20));
}

#[tokio::test(start_paused = true)]
async fn those_in_flight_count_among_the_remaining() {
    let limiter = free_limiter();
    let [first, _second, third] = send(limiter);
    first.finish(reported(5, 20));
    assert_eq!(send_until_closed(limiter), 3);
    // The response to one of those in flight: the same two are counted, plus three.
    third.finish(reported(1, 20));
    assert_eq!(send_until_closed(limiter), 0);
}

#[tokio::test(start_paused = true)]
async fn more_in_flight_than_remain_is_none_left() {
    let limiter = free_limiter();
    let [first, _second, _third] = send(limiter);
    first.finish(reported(1, 20));
    assert_eq!(opens_in(limiter).await, secs(20));
}

#[tokio::test(start_paused = true)]
async fn none_remaining_closes_it_until_the_reset_and_then_it_opens_slowly() {
    let limiter = free_limiter();
    let [first] = send(limiter);
    first.finish(reported(0, 20));
    assert_eq!(opens_in(limiter).await, secs(20));
    assert_eq!(all_at_once(limiter).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_also_opens_slowly_after_the_remaining_ones_are_sent() {
    let limiter = free_limiter();
    let [first] = send(limiter);
    first.finish(reported(2, 20));
    assert_eq!(send_until_closed(limiter), 2);
    sleep(secs(20)).await;
    assert_eq!(all_at_once(limiter).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn unused_requests_expire_with_the_reset() {
    let limiter = free_limiter();
    let [first] = send(limiter);
    first.finish(reported(1, 20));
    sleep(secs(20)).await;
    assert!(all_at_once(limiter).len() > 1);
}

#[tokio::test(start_paused = true)]
async fn remaining_without_a_reset_is_ignored() {
    let limiter = free_limiter();
    let [first, second] = send(limiter);
    first.finish(Feedback { reset: None, ..reported(0, 20) });
    assert!(at_once(limiter).is_some());
    second.finish(Feedback { remaining: None, ..reported(0, 20) });
    assert!(at_once(limiter).is_some());
}

#[tokio::test(start_paused = true)]
async fn an_older_response_does_not_raise_the_remaining() {
    let limiter = free_limiter();
    let [older, newer] = send(limiter);
    newer.finish(reported(2, 20));
    older.finish(reported(3, 20));
    // Either may be the older request.
    assert_eq!(send_until_closed(limiter), 1);
}

#[tokio::test(start_paused = true)]
async fn an_older_delayed_response_does_not_raise_the_remaining() {
    let limiter = free_limiter();
    let [older, newer] = send(limiter);
    sleep(secs(8)).await;
    newer.finish(reported(2, 12));
    // It was reported eight seconds ago, so its reset seems to be that much later.
    older.finish(reported(50, 20));
    assert_eq!(send_until_closed(limiter), 1);
    assert_eq!(opens_in(limiter).await, secs(12));
}

#[tokio::test(start_paused = true)]
async fn an_older_response_can_lower_the_remaining() {
    let limiter = free_limiter();
    let [first, second] = send(limiter);
    second.finish(reported(9, 20));
    first.finish(reported(2, 20));
    assert_eq!(send_until_closed(limiter), 2);
}

#[tokio::test(start_paused = true)]
async fn a_response_to_a_later_request_replaces_the_remaining() {
    let limiter = free_limiter();
    let [first] = send(limiter);
    first.finish(reported(1, 20));
    permit(limiter).await.finish(reported(4, 21));
    assert_eq!(send_until_closed(limiter), 4);
    assert_eq!(opens_in(limiter).await, secs(21));
}

#[tokio::test(start_paused = true)]
async fn a_response_from_the_previous_window_does_not_close_the_current_one() {
    let limiter = free_limiter();
    let [before, present] = send(limiter);
    sleep(Duration::from_millis(100)).await;
    present.finish(reported(5, 60));
    before.finish(reported(0, 1));
    assert_eq!(send_until_closed(limiter), 4);
}

#[tokio::test(start_paused = true)]
async fn a_response_from_the_next_window_opens_it() {
    let limiter = free_limiter();
    let [before, next] = send(limiter);
    sleep(Duration::from_millis(100)).await;
    before.finish(reported(0, 1));
    assert!(at_once(limiter).is_none());
    next.finish(reported(5, 60));
    assert_eq!(send_until_closed(limiter), 5);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_and_the_remaining_close_it_until_both_expire() {
    let limiter = free_limiter();
    let [first] = send(limiter);
    first.finish(Feedback { refused: Some(secs(5)), ..reported(0, 20) });
    assert_eq!(denied_within(limiter, 20).opens, Some(secs(20)));
    assert_eq!(opens_in(limiter).await, secs(20));
    permit(limiter).await.finish(Feedback { refused: Some(secs(20)), ..reported(0, 5) });
    assert_eq!(opens_in(limiter).await, secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_maximum_pause_caps_a_reset() {
    let limiter = RateLimiter::new(Limits { max_pause: Some(secs(30)), ..Limits::default() });
    let [first, second] = send(&limiter);
    first.finish(Feedback { reset: Some(Duration::MAX), ..reported(0, 0) });
    second.finish(reported(7, 3600));
    assert_eq!(opens_in(&limiter).await, secs(30));
}
