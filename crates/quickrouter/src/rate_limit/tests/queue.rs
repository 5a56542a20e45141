//! The queue: its order, requests that give up, and wake-ups.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use futures_util::FutureExt;
use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, sleep, timeout};

use super::{
    accepted, all_at_once, at_once, denied_within, far_off, free_limiter, permit, refused, secs,
};
use crate::rate_limit::denied::Why;
use crate::rate_limit::feedback::Feedback;
use crate::rate_limit::limiter::RateLimiter;

/// A limiter that allows one request at a time.
async fn narrow_limiter() -> &'static RateLimiter {
    let limiter = free_limiter();
    at_once(limiter).unwrap().finish(refused(1));
    sleep(secs(1)).await;
    limiter
}

#[tokio::test(start_paused = true)]
async fn requests_are_sent_in_order() {
    let limiter = free_limiter();
    at_once(limiter).unwrap().finish(refused(10));
    let sent = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let (mut ticket, sent) = (limiter.ticket(), Arc::clone(&sent));
        tasks.spawn(async move {
            // The order is that of the tickets, not of the first polls.
            sleep(secs(9 - number % 10)).await;
            let permit = ticket.permit(far_off()).await.unwrap();
            sent.lock().unwrap().push(number);
            sleep(secs(1 + number % 3)).await;
            permit.finish(accepted());
        });
    }
    tasks.join_all().await;
    assert_eq!(*sent.lock().unwrap(), (0..100).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_refused_request_stays_ahead_of_later_ones() {
    let limiter = free_limiter();
    let mut first = limiter.ticket();
    let attempt = first.permit(far_off()).await.unwrap();
    let mut second = limiter.ticket();
    attempt.finish(refused(10));
    let mut second = pin!(second.permit(far_off()));
    assert!(second.as_mut().now_or_never().is_none());
    let mut first = pin!(first.permit(far_off()));
    assert!(first.as_mut().now_or_never().is_none());
    sleep(secs(10)).await;
    assert!(second.as_mut().now_or_never().is_none());
    let again = first.as_mut().now_or_never().unwrap().unwrap();
    assert!(second.as_mut().now_or_never().is_none());
    again.finish(accepted());
    assert!(second.as_mut().now_or_never().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_new_request_does_not_overtake_waiting_ones() {
    let limiter = narrow_limiter().await;
    let held = at_once(limiter).unwrap();
    let mut ticket = limiter.ticket();
    let mut waiting = pin!(ticket.permit(far_off()));
    assert!(waiting.as_mut().now_or_never().is_none());
    held.finish(accepted());
    assert!(at_once(limiter).is_none());
    assert!(waiting.as_mut().now_or_never().is_some());
}

/// Polls a future up to `polls` times and then drops it; whether it completed.
async fn dropped_after(polls: usize, future: impl Future) -> bool {
    let (mut future, mut polls_left) = (Box::pin(future), polls);
    poll_fn(|context| {
        if polls_left == 0 {
            return Poll::Ready(false);
        }
        polls_left -= 1;
        let polled = future.as_mut().poll(context).map(|_| true);
        if polls_left == 0 && polled.is_pending() {
            return Poll::Ready(false);
        }
        polled
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_dropped_request_lets_the_next_one_go() {
    let mut polls = 0;
    loop {
        let limiter = narrow_limiter().await;
        let request = async || {
            let permit = permit(limiter).await;
            sleep(secs(1)).await;
            permit.finish(accepted());
        };
        let held = async {
            let held = at_once(limiter).unwrap();
            sleep(secs(1)).await;
            drop(held);
        };
        let all = async { tokio::join!(held, dropped_after(polls, request()), request()) };
        let ((), is_complete, ()) =
            timeout(secs(10), all).await.unwrap_or_else(|_| panic!("dropped after {polls} polls"));
        assert_eq!(all_at_once(limiter).len(), if is_complete { 3 } else { 2 });
        if is_complete {
            break;
        }
        polls += 1;
    }
    assert!(polls >= 3, "it waited, was woken, and was in flight");
}

#[tokio::test(start_paused = true)]
async fn a_request_dropped_when_woken_lets_the_next_one_go() {
    let limiter = narrow_limiter().await;
    let held = at_once(limiter).unwrap();
    let (mut second, mut third) = (limiter.ticket(), limiter.ticket());
    let mut second = Box::pin(second.permit(far_off()));
    assert!(second.as_mut().now_or_never().is_none());
    let third = tokio::spawn(async move { third.permit(far_off()).await.map(drop) });
    yield_now().await;
    held.finish(accepted());
    drop(second);
    timeout(secs(1), third).await.expect("it was woken").unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_late_request_lets_the_next_one_go() {
    let limiter = narrow_limiter().await;
    let start = Instant::now();
    let held = at_once(limiter).unwrap();
    let mut second = limiter.ticket();
    let second =
        tokio::spawn(async move { second.permit(start + secs(1)).await.err().unwrap().why });
    yield_now().await;
    let next = tokio::spawn({
        let limiter = limiter.clone();
        async move { permit(&limiter).await.finish(accepted()) }
    });
    assert_eq!(second.await.unwrap(), Why::Pending);
    assert_eq!(start.elapsed(), secs(1));
    held.finish(accepted());
    timeout(secs(1), next).await.expect("it was woken").unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_cannot_come_in_time_is_denied_at_once() {
    let limiter = free_limiter();
    at_once(limiter).unwrap().finish(refused(10));
    let reason = denied_within(limiter, 10);
    assert_eq!((reason.why, reason.opens), (Why::TooManyRequests, Some(secs(10))));
    let expected = "the gateway returned 429 and requested a pause; the next may be sent in 10.0s";
    assert_eq!(reason.to_string(), expected);
    assert!(limiter.ticket().permit(Instant::now() + secs(11)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn waiting_requests_are_denied_as_soon_as_they_cannot_be_sent_in_time() {
    let limiter = narrow_limiter().await;
    let (held, start) = (at_once(limiter).unwrap(), Instant::now());
    let mut tasks = JoinSet::new();
    for _ in 0..10 {
        let mut ticket = limiter.ticket();
        tasks.spawn(async move { ticket.permit(start + secs(5)).await.err().unwrap().why });
    }
    sleep(secs(1)).await;
    held.finish(refused(60));
    assert!(tasks.join_all().await.into_iter().all(|why| why == Why::TooManyRequests));
    assert_eq!(start.elapsed(), secs(1));
}

#[tokio::test(start_paused = true)]
async fn an_open_limiter_grants_a_permit_even_after_the_deadline() {
    let limiter = free_limiter();
    assert!(limiter.ticket().permit(Instant::now()).await.is_ok());
    let limiter = narrow_limiter().await;
    let _held = at_once(limiter).unwrap();
    let permit = limiter.ticket().permit(Instant::now()).now_or_never().expect("it is late");
    assert_eq!(permit.err().unwrap().why, Why::Pending);
}

#[tokio::test(start_paused = true)]
async fn a_request_woken_too_late_is_not_sent() {
    let limiter = narrow_limiter().await;
    let (held, start) = (at_once(limiter).unwrap(), Instant::now());
    let mut ticket = limiter.ticket();
    let mut waiting = pin!(ticket.permit(start + secs(2)));
    assert!(waiting.as_mut().now_or_never().is_none());
    sleep(secs(3)).await;
    held.finish(accepted());
    let reason = waiting.now_or_never().unwrap().err().unwrap();
    assert_eq!((reason.why, reason.opens), (Why::Queue, None));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_wait_without_waking_each_other() {
    const WAITING: usize = 10_000;
    let limiter = free_limiter();
    at_once(limiter).unwrap().finish(refused(10));
    let polls = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..WAITING {
        let (mut ticket, polls) = (limiter.ticket(), Arc::clone(&polls));
        tasks.spawn(async move {
            let mut waiting = Box::pin(ticket.permit(far_off()));
            let permit = poll_fn(|context| {
                polls.fetch_add(1, Ordering::Relaxed);
                waiting.as_mut().poll(context)
            });
            let permit = permit.await.unwrap();
            sleep(secs(1)).await;
            permit.finish(accepted());
        });
    }
    tasks.join_all().await;
    // Each on arrival, as the head, and when a request in flight completes.
    let polls = polls.load(Ordering::Relaxed);
    assert!(polls <= 3 * WAITING, "{polls} polls");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_several_threads_no_wake_up_is_lost() {
    let limiter = free_limiter();
    let mut tasks = JoinSet::new();
    for number in 0..3_000_usize {
        let mut ticket = limiter.ticket();
        let task = async move {
            for attempt in 0..3 {
                let permit = ticket.permit(far_off()).await.unwrap();
                for _ in 0..(number + attempt) % 5 {
                    yield_now().await;
                }
                match (number + attempt) % 7 {
                    0 => permit.finish(refused(0)),
                    1 => permit.finish(Feedback::default()),
                    2 => drop(permit),
                    _ => permit.finish(accepted()),
                }
            }
        };
        let aborted = tasks.spawn(task);
        if number % 4 == 0 {
            tokio::spawn(async move {
                yield_now().await;
                aborted.abort();
            });
        }
    }
    let all = async { while tasks.join_next().await.is_some() {} };
    timeout(secs(60), all).await.expect("none of them waits forever");
}
