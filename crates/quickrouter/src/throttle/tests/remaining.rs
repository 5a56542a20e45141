//! What `ratelimit-remaining` and `ratelimit-reset` teach all of them.

use std::time::Duration;

use tokio::time::sleep;

use super::{
    accepted, all_at_once, at_once, free_lane, no_turn_within, opens_in, secs, told, turn,
};
use crate::throttle::{Lane, Limits, Seen, Turn, Why};

/// Lets so many leave, where nothing is known but how many may be unanswered.
fn leave<const N: usize>(lane: &Lane) -> [Turn<'_>; N] {
    std::array::from_fn(|_| at_once(lane).expect("nothing holds it"))
}

/// How many leave, one after the other, before the lane is closed.
fn leave_until_closed(lane: &Lane) -> usize {
    let mut left = 0;
    while let Some(turn) = at_once(lane) {
        turn.finish(accepted());
        left += 1;
        assert!(left < 100);
    }
    left
}

#[tokio::test(start_paused = true)]
async fn no_more_leave_than_remain_until_the_reset() {
    let lane = free_lane();
    let [first] = leave(lane);
    first.finish(told(3, 20));
    assert_eq!(leave_until_closed(lane), 3);
    let no_turn = no_turn_within(lane, 10);
    assert_eq!((no_turn.why, no_turn.opens), (Why::UsedUp, Some(secs(20))));
    assert_eq!(opens_in(lane).await, secs(20));
}

#[tokio::test(start_paused = true)]
async fn those_in_flight_count_among_the_remaining() {
    let lane = free_lane();
    let [first, _second, third] = leave(lane);
    first.finish(told(5, 20));
    assert_eq!(leave_until_closed(lane), 3);
    // The answer to one of those in flight: the same two are gone, and three.
    third.finish(told(1, 20));
    assert_eq!(leave_until_closed(lane), 0);
}

#[tokio::test(start_paused = true)]
async fn more_in_flight_than_remain_is_none_left() {
    let lane = free_lane();
    let [first, _second, _third] = leave(lane);
    first.finish(told(1, 20));
    assert_eq!(opens_in(lane).await, secs(20));
}

#[tokio::test(start_paused = true)]
async fn none_remaining_closes_it_until_the_reset_and_then_it_opens_slowly() {
    let lane = free_lane();
    let [first] = leave(lane);
    first.finish(told(0, 20));
    assert_eq!(opens_in(lane).await, secs(20));
    assert_eq!(all_at_once(lane).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_opens_slowly_too_after_all_that_remained_have_left() {
    let lane = free_lane();
    let [first] = leave(lane);
    first.finish(told(2, 20));
    assert_eq!(leave_until_closed(lane), 2);
    sleep(secs(20)).await;
    assert_eq!(all_at_once(lane).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_used_up_is_forgotten_with_the_reset() {
    let lane = free_lane();
    let [first] = leave(lane);
    first.finish(told(1, 20));
    sleep(secs(20)).await;
    assert!(all_at_once(lane).len() > 1);
}

#[tokio::test(start_paused = true)]
async fn remaining_without_a_reset_says_nothing() {
    let lane = free_lane();
    let [first, second] = leave(lane);
    first.finish(Seen { reset: None, ..told(0, 20) });
    assert!(at_once(lane).is_some());
    second.finish(Seen { remaining: None, ..told(0, 20) });
    assert!(at_once(lane).is_some());
}

#[tokio::test(start_paused = true)]
async fn an_older_answer_does_not_raise_what_is_left() {
    let lane = free_lane();
    let [older, newer] = leave(lane);
    newer.finish(told(2, 20));
    older.finish(told(3, 20));
    // One of the two may be the older request.
    assert_eq!(leave_until_closed(lane), 1);
}

#[tokio::test(start_paused = true)]
async fn an_older_answer_that_was_long_on_its_way_does_not_raise_what_is_left() {
    let lane = free_lane();
    let [older, newer] = leave(lane);
    sleep(secs(8)).await;
    newer.finish(told(2, 12));
    // It was told eight seconds ago, so its reset seems to be that much later.
    older.finish(told(50, 20));
    assert_eq!(leave_until_closed(lane), 1);
    assert_eq!(opens_in(lane).await, secs(12));
}

#[tokio::test(start_paused = true)]
async fn an_older_answer_can_lower_what_is_left() {
    let lane = free_lane();
    let [first, second] = leave(lane);
    second.finish(told(9, 20));
    first.finish(told(2, 20));
    assert_eq!(leave_until_closed(lane), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_later_request_replaces_what_is_left() {
    let lane = free_lane();
    let [first] = leave(lane);
    first.finish(told(1, 20));
    turn(lane).await.finish(told(4, 21));
    assert_eq!(leave_until_closed(lane), 4);
    assert_eq!(opens_in(lane).await, secs(21));
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_the_window_before_does_not_close_the_present_one() {
    let lane = free_lane();
    let [before, present] = leave(lane);
    sleep(Duration::from_millis(100)).await;
    present.finish(told(5, 60));
    before.finish(told(0, 1));
    assert_eq!(leave_until_closed(lane), 4);
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_the_next_window_opens_it() {
    let lane = free_lane();
    let [before, next] = leave(lane);
    sleep(Duration::from_millis(100)).await;
    before.finish(told(0, 1));
    assert!(at_once(lane).is_none());
    next.finish(told(5, 60));
    assert_eq!(leave_until_closed(lane), 5);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_and_what_remains_close_it_until_both_are_over() {
    let lane = free_lane();
    let [first] = leave(lane);
    first.finish(Seen { refused: Some(secs(5)), ..told(0, 20) });
    assert_eq!(no_turn_within(lane, 20).opens, Some(secs(20)));
    assert_eq!(opens_in(lane).await, secs(20));
    turn(lane).await.finish(Seen { refused: Some(secs(20)), ..told(0, 5) });
    assert_eq!(opens_in(lane).await, secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_longest_pause_caps_a_reset() {
    let lane = Lane::new(Limits { longest_pause: Some(secs(30)), ..Limits::default() });
    let [first, second] = leave(&lane);
    first.finish(Seen { reset: Some(Duration::MAX), ..told(0, 0) });
    second.finish(told(7, 3600));
    assert_eq!(opens_in(&lane).await, secs(30));
}
