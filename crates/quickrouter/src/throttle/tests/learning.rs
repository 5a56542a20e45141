//! What a 429 teaches all of them.

use std::time::Duration;

use tokio::time::sleep;

use super::{
    accepted, all_at_once, at_once, free_lane, no_turn_within, opens_in, refused, secs, turn,
};
use crate::throttle::{Lane, Limits, Seen, Why, window};

#[tokio::test(start_paused = true)]
async fn nothing_leaves_while_the_lane_is_closed() {
    let lane = free_lane();
    at_once(lane).unwrap().finish(refused(10));
    let clone = lane.clone();
    sleep(Duration::from_millis(9_990)).await;
    assert!(at_once(&clone).is_none());
    sleep(Duration::from_millis(10)).await;
    assert!(at_once(&clone).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_with_a_shorter_pause_does_not_open_it_sooner() {
    let lane = free_lane();
    let (first, second) = (at_once(lane).unwrap(), at_once(lane).unwrap());
    first.finish(refused(10));
    second.finish(refused(3));
    assert_eq!(opens_in(lane).await, secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_with_a_longer_pause_keeps_it_closed_for_longer() {
    let lane = free_lane();
    let (first, second) = (at_once(lane).unwrap(), at_once(lane).unwrap());
    first.finish(refused(3));
    second.finish(refused(10));
    assert_eq!(opens_in(lane).await, secs(10));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_after_a_refusal_does_not_open_it() {
    let lane = free_lane();
    let (first, second) = (at_once(lane).unwrap(), at_once(lane).unwrap());
    first.finish(refused(10));
    second.finish(accepted());
    assert_eq!(opens_in(lane).await, secs(10));
    assert_eq!(all_at_once(lane).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn after_a_refusal_they_leave_one_two_four_at_a_time() {
    let lane = free_lane();
    at_once(lane).unwrap().finish(refused(10));
    sleep(secs(10)).await;
    let mut sizes = Vec::new();
    for _ in 0..7 {
        let turns = all_at_once(lane);
        sizes.push(turns.len());
        // One always waits, so that there is need for more.
        let (mut next, latest) = (lane.ticket(), super::far_off());
        let mut next = std::pin::pin!(next.turn(latest));
        assert!(futures_util::FutureExt::now_or_never(next.as_mut()).is_none());
        for turn in turns {
            turn.finish(accepted());
        }
    }
    assert_eq!(sizes, [1, 2, 4, 8, 16, 32, 64]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_makes_room_but_the_window_no_larger() {
    let lane = free_lane();
    at_once(lane).unwrap().finish(refused(10));
    sleep(secs(10)).await;
    for _ in 0..3 {
        let turns = all_at_once(lane);
        assert_eq!(turns.len(), 1);
    }
    at_once(lane).unwrap().finish(Seen::default());
    assert_eq!(all_at_once(lane).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_after_the_other_opens_it_no_wider_than_it_was_at_first() {
    let lane = free_lane();
    assert_eq!(all_at_once(lane).len(), window::FIRST);
    at_once(lane).unwrap().finish(refused(10));
    for _ in 0..100 {
        turn(lane).await.finish(accepted());
    }
    assert_eq!(all_at_once(lane).len(), window::FIRST);
}

#[tokio::test(start_paused = true)]
async fn those_that_left_before_a_refusal_do_not_fill_the_window_after_it() {
    let lane = free_lane();
    let _unanswered = (at_once(lane).unwrap(), at_once(lane).unwrap());
    at_once(lane).unwrap().finish(refused(10));
    sleep(secs(10)).await;
    let turns = all_at_once(lane);
    assert_eq!(turns.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_longest_pause_caps_what_an_answer_asks() {
    let lane = Lane::new(Limits { longest_pause: Some(secs(30)), ..Limits::default() });
    at_once(&lane).unwrap().finish(refused(3600));
    assert_eq!(opens_in(&lane).await, secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_pause_too_long_to_be_counted_closes_it_all_the_same() {
    let lane = free_lane();
    let seen = Seen { refused: Some(Duration::MAX), ..accepted() };
    at_once(lane).unwrap().finish(seen);
    let no_turn = no_turn_within(lane, 3600);
    assert_eq!(no_turn.why, Why::Refused);
    assert!(no_turn.opens.unwrap() >= secs(365 * 24 * 3600));
}
