//! The limits that a user sets.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{
    accepted, all_at_once, at_once, far_off, free_lane, no_turn_within, refused, secs, turn,
};
use crate::ThrottlePolicy;
use crate::throttle::{Lane, Limits, Place, Why};

fn place_at_once(lane: &Lane) -> Option<Place> {
    lane.place(far_off()).now_or_never().map(|place| place.expect("it is not late"))
}

#[tokio::test(start_paused = true)]
async fn never_more_than_the_limit_leave_in_any_minute() {
    let lane = Lane::new(ThrottlePolicy::new().creates_per_minute(7).creates());
    let left = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for number in 0..100_u64 {
        let (lane, left) = (lane.clone(), Arc::clone(&left));
        tasks.spawn(async move {
            // They come at odd times, some of them get no answer.
            sleep(Duration::from_millis(number * 7919 % 300_000)).await;
            let turn = turn(&lane).await;
            left.lock().unwrap().push(Instant::now());
            sleep(Duration::from_millis(number * 104_729 % 5_000)).await;
            if number % 3 != 0 {
                turn.finish(accepted());
            }
        });
    }
    let start = Instant::now();
    tasks.join_all().await;
    let left = left.lock().unwrap();
    assert_eq!(left.len(), 100);
    for more_than_allowed in left.windows(8) {
        assert!(more_than_allowed[7] - more_than_allowed[0] >= secs(60));
    }
    // 15 times 7, and no time lost but what the timer rounds and the first had to come.
    assert!(start.elapsed() < secs(14 * 60 + 30), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_refused_attempt_counts_as_one_that_left() {
    let lane = Lane::new(ThrottlePolicy::new().creates_per_minute(2).creates());
    at_once(&lane).unwrap().finish(refused(1));
    sleep(secs(1)).await;
    at_once(&lane).unwrap().finish(accepted());
    assert_eq!(no_turn_within(&lane, 10).why, Why::PerMinute(2));
    sleep(secs(59)).await;
    assert_eq!(all_at_once(&lane).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_more_places_are_held_than_the_limit_and_they_go_to_the_first_that_came() {
    let lane = Lane::new(ThrottlePolicy::new().in_flight(2).creates());
    let (first, _second) = (place_at_once(&lane).unwrap(), place_at_once(&lane).unwrap());
    let mut third = std::pin::pin!(lane.place(far_off()));
    let mut fourth = std::pin::pin!(lane.place(far_off()));
    assert!(third.as_mut().now_or_never().is_none());
    assert!(fourth.as_mut().now_or_never().is_none());
    drop(first);
    assert!(place_at_once(&lane).is_none());
    assert!(fourth.as_mut().now_or_never().is_none());
    let third = third.as_mut().now_or_never().unwrap().unwrap();
    assert!(fourth.as_mut().now_or_never().is_none());
    drop(third);
    assert!(fourth.as_mut().now_or_never().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_not_free_in_time_is_refused_when_its_time_is_over() {
    let lane = Lane::new(ThrottlePolicy::new().in_flight(1).creates());
    let _held = place_at_once(&lane).unwrap();
    let start = Instant::now();
    let reason = lane.place(start + secs(5)).await.err().unwrap();
    assert_eq!((reason.why, reason.opens), (Why::Places(1), None));
    assert_eq!(start.elapsed(), secs(5));
    assert_eq!(reason.to_string(), "predictions in flight: 1, the most allowed");
}

#[tokio::test(start_paused = true)]
async fn a_place_is_refused_at_once_where_nothing_would_leave_in_time() {
    let lane = Lane::new(ThrottlePolicy::new().in_flight(1).creates());
    let _held = place_at_once(&lane).unwrap();
    at_once(&lane).unwrap().finish(refused(20));
    let reason = lane.place(Instant::now() + secs(5)).now_or_never().unwrap().err().unwrap();
    assert_eq!((reason.why, reason.opens), (Why::Refused, Some(secs(20))));
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_there_is_a_place_for_everybody() {
    let lane = Lane::new(ThrottlePolicy::new().creates());
    let places: Vec<_> = (0..1000).map_while(|_| place_at_once(&lane)).collect();
    assert_eq!(places.len(), 1000);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_none_at_all_is_one_of_one() {
    let policy = ThrottlePolicy::new().creates_per_minute(0).in_flight(0);
    assert_eq!(policy, ThrottlePolicy::new().creates_per_minute(1).in_flight(1));
    let lane = Lane::new(policy.creates());
    let _place = place_at_once(&lane).unwrap();
    assert!(place_at_once(&lane).is_none());
    assert_eq!(all_at_once(&lane).len(), 1);
    let lane = Lane::new(ThrottlePolicy::new().in_flight(usize::MAX).creates());
    assert!(place_at_once(&lane).is_some());
    let Limits { per_minute, in_flight, longest_pause, unanswered } = ThrottlePolicy::reads();
    assert_eq!((per_minute, in_flight, longest_pause), (None, None, Some(secs(30))));
    assert_eq!(unanswered, Some(64));
}

#[tokio::test(start_paused = true)]
async fn no_more_are_unanswered_than_there_may_be_sockets_however_long_it_takes() {
    let lane = Lane::new(Limits { unanswered: Some(6), ..Limits::default() });
    let mut turns = all_at_once(&lane);
    for _ in 0..10 {
        tokio::time::advance(secs(2)).await;
        turns.extend(all_at_once(&lane));
    }
    assert_eq!(turns.len(), 6);
    drop(turns.pop());
    assert_eq!(all_at_once(&lane).len(), 1, "one that is over makes room for one");
}

#[tokio::test(start_paused = true)]
async fn what_is_unanswered_for_two_seconds_was_let_in_and_keeps_nobody() {
    let lane = free_lane();
    let mut turns = all_at_once(lane);
    let first = turns.len();
    tokio::time::advance(std::time::Duration::from_millis(1999)).await;
    assert!(at_once(lane).is_none());
    tokio::time::advance(std::time::Duration::from_millis(1)).await;
    turns.extend(all_at_once(lane));
    assert_eq!(turns.len(), 3 * first, "twice as many as before");
}
