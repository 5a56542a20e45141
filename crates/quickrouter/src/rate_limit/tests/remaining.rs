//! What `ratelimit-remaining` and `ratelimit-reset` teach all of them.

use std::time::Duration;

use tokio::time::sleep;

use super::{
    accepted, all_at_once, at_once, denied_within, free_limiter, opens_in, permit, secs, told,
};
use crate::policy::rate_limit::Limits;
use crate::rate_limit::denied::Why;
use crate::rate_limit::feedback::Feedback;
use crate::rate_limit::limiter::Permit;
use crate::rate_limit::limiter::RateLimiter;

/// Lets so many leave, where nothing is known but how many may be unanswered.
fn leave<const N: usize>(limiter: &RateLimiter) -> [Permit<'_>; N] {
    std::array::from_fn(|_| at_once(limiter).expect("nothing holds it"))
}

/// How many leave, one after the other, before the limiter is closed.
fn leave_until_closed(limiter: &RateLimiter) -> usize {
    let mut left = 0;
    while let Some(permit) = at_once(limiter) {
        permit.finish(accepted());
        left += 1;
        assert!(left < 100);
    }
    left
}

#[tokio::test(start_paused = true)]
async fn no_more_leave_than_remain_until_the_reset() {
    let limiter = free_limiter();
    let [first] = leave(limiter);
    first.finish(told(3, 20));
    assert_eq!(leave_until_closed(limiter), 3);
    let denied = denied_within(limiter, 10);
    assert_eq!((denied.why, denied.opens), (Why::UsedUp, Some(secs(20))));
    assert_eq!(opens_in(limiter).await, secs(20));
}

#[tokio::test(start_paused = true)]
async fn those_in_flight_count_among_the_remaining() {
    let limiter = free_limiter();
    let [first, _second, third] = leave(limiter);
    first.finish(told(5, 20));
    assert_eq!(leave_until_closed(limiter), 3);
    // The answer to one of those in flight: the same two are gone, and three.
    third.finish(told(1, 20));
    assert_eq!(leave_until_closed(limiter), 0);
}

#[tokio::test(start_paused = true)]
async fn more_in_flight_than_remain_is_none_left() {
    let limiter = free_limiter();
    let [first, _second, _third] = leave(limiter);
    first.finish(told(1, 20));
    assert_eq!(opens_in(limiter).await, secs(20));
}

#[tokio::test(start_paused = true)]
async fn none_remaining_closes_it_until_the_reset_and_then_it_opens_slowly() {
    let limiter = free_limiter();
    let [first] = leave(limiter);
    first.finish(told(0, 20));
    assert_eq!(opens_in(limiter).await, secs(20));
    assert_eq!(all_at_once(limiter).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_opens_slowly_too_after_all_that_remained_have_left() {
    let limiter = free_limiter();
    let [first] = leave(limiter);
    first.finish(told(2, 20));
    assert_eq!(leave_until_closed(limiter), 2);
    sleep(secs(20)).await;
    assert_eq!(all_at_once(limiter).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_used_up_is_forgotten_with_the_reset() {
    let limiter = free_limiter();
    let [first] = leave(limiter);
    first.finish(told(1, 20));
    sleep(secs(20)).await;
    assert!(all_at_once(limiter).len() > 1);
}

#[tokio::test(start_paused = true)]
async fn remaining_without_a_reset_says_nothing() {
    let limiter = free_limiter();
    let [first, second] = leave(limiter);
    first.finish(Feedback { reset: None, ..told(0, 20) });
    assert!(at_once(limiter).is_some());
    second.finish(Feedback { remaining: None, ..told(0, 20) });
    assert!(at_once(limiter).is_some());
}

#[tokio::test(start_paused = true)]
async fn an_older_answer_does_not_raise_what_is_left() {
    let limiter = free_limiter();
    let [older, newer] = leave(limiter);
    newer.finish(told(2, 20));
    older.finish(told(3, 20));
    // One of the two may be the older request.
    assert_eq!(leave_until_closed(limiter), 1);
}

#[tokio::test(start_paused = true)]
async fn an_older_answer_that_was_long_on_its_way_does_not_raise_what_is_left() {
    let limiter = free_limiter();
    let [older, newer] = leave(limiter);
    sleep(secs(8)).await;
    newer.finish(told(2, 12));
    // It was told eight seconds ago, so its reset seems to be that much later.
    older.finish(told(50, 20));
    assert_eq!(leave_until_closed(limiter), 1);
    assert_eq!(opens_in(limiter).await, secs(12));
}

#[tokio::test(start_paused = true)]
async fn an_older_answer_can_lower_what_is_left() {
    let limiter = free_limiter();
    let [first, second] = leave(limiter);
    second.finish(told(9, 20));
    first.finish(told(2, 20));
    assert_eq!(leave_until_closed(limiter), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_later_request_replaces_what_is_left() {
    let limiter = free_limiter();
    let [first] = leave(limiter);
    first.finish(told(1, 20));
    permit(limiter).await.finish(told(4, 21));
    assert_eq!(leave_until_closed(limiter), 4);
    assert_eq!(opens_in(limiter).await, secs(21));
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_the_window_before_does_not_close_the_present_one() {
    let limiter = free_limiter();
    let [before, present] = leave(limiter);
    sleep(Duration::from_millis(100)).await;
    present.finish(told(5, 60));
    before.finish(told(0, 1));
    assert_eq!(leave_until_closed(limiter), 4);
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_the_next_window_opens_it() {
    let limiter = free_limiter();
    let [before, next] = leave(limiter);
    sleep(Duration::from_millis(100)).await;
    before.finish(told(0, 1));
    assert!(at_once(limiter).is_none());
    next.finish(told(5, 60));
    assert_eq!(leave_until_closed(limiter), 5);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_and_what_remains_close_it_until_both_are_over() {
    let limiter = free_limiter();
    let [first] = leave(limiter);
    first.finish(Feedback { refused: Some(secs(5)), ..told(0, 20) });
    assert_eq!(denied_within(limiter, 20).opens, Some(secs(20)));
    assert_eq!(opens_in(limiter).await, secs(20));
    permit(limiter).await.finish(Feedback { refused: Some(secs(20)), ..told(0, 5) });
    assert_eq!(opens_in(limiter).await, secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_longest_pause_caps_a_reset() {
    let limiter = RateLimiter::new(Limits { longest_pause: Some(secs(30)), ..Limits::default() });
    let [first, second] = leave(&limiter);
    first.finish(Feedback { reset: Some(Duration::MAX), ..told(0, 0) });
    second.finish(told(7, 3600));
    assert_eq!(opens_in(&limiter).await, secs(30));
}
