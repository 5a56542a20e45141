//! A hundred tasks against a gateway that accepts a few requests in each minute of its clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{Feedback, RateLimiter, accepted, far_off, free_limiter, reported, secs};
use crate::policy::rate_limit::Limits;

struct Gateway {
    start: Instant,
    a_minute: u64,
    reports_remaining: bool,
    /// Requests accepted in this minute, the number of the minute, and requests rejected in total.
    counts: Mutex<(u64, u64, usize)>,
}

impl Gateway {
    fn new(a_minute: u64, reports_remaining: bool) -> Arc<Self> {
        let (start, counts) = (Instant::now(), Mutex::default());
        Arc::new(Self { start, a_minute, reports_remaining, counts })
    }

    async fn request(&self) -> Feedback {
        sleep(Duration::from_millis(50)).await;
        let feedback = self.respond();
        sleep(Duration::from_millis(50)).await;
        feedback
    }

    fn respond(&self) -> Feedback {
        let elapsed = self.start.elapsed();
        let minute = elapsed.as_secs() / 60;
        let until_reset = secs(60 * (minute + 1)).saturating_sub(elapsed);
        let reset = secs(until_reset.as_millis().div_ceil(1000).try_into().unwrap());
        let mut counts = self.counts.lock().unwrap();
        if counts.1 != minute {
            (counts.0, counts.1) = (0, minute);
        }
        let is_refused = counts.0 >= self.a_minute;
        if is_refused {
            counts.2 += 1;
        } else {
            counts.0 += 1;
        }
        let feedback = if self.reports_remaining {
            reported(self.a_minute - counts.0, reset.as_secs())
        } else {
            accepted()
        };
        Feedback { refused: is_refused.then_some(reset), ..feedback }
    }

    fn refusals(&self) -> usize {
        self.counts.lock().unwrap().2
    }
}

/// Sends until it is accepted.
async fn task(limiter: RateLimiter, gateway: Arc<Gateway>) {
    let mut ticket = limiter.ticket();
    loop {
        let permit = ticket.permit(far_off()).await.expect("it is not late");
        let feedback = gateway.request().await;
        permit.finish(feedback);
        if feedback.refused.is_none() {
            return;
        }
    }
}

async fn hundred_tasks(limiter: &RateLimiter, gateway: &Arc<Gateway>) -> Duration {
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        tasks.spawn(task(limiter.clone(), Arc::clone(gateway)));
    }
    tasks.join_all().await;
    gateway.start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_hundred_tasks_meet_a_handful_of_refusals() {
    let gateway = Gateway::new(6, false);
    let took = hundred_tasks(free_limiter(), &gateway).await;
    // A gateway that only reports 429 has to do so once in each of the first 16 minutes, and at
    // first nothing is known.
    assert!(gateway.refusals() <= 16 + 6, "{} refusals", gateway.refusals());
    assert!(took < secs(16 * 60 + 5), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_tasks_meet_no_refusal_if_the_gateway_reports_the_remaining() {
    let gateway = Gateway::new(6, true);
    let took = hundred_tasks(free_limiter(), &gateway).await;
    assert_eq!(gateway.refusals(), 0);
    assert!(took < secs(16 * 60 + 5), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_tasks_meet_no_refusal_if_the_user_sets_the_limit() {
    let gateway = Gateway::new(6, false);
    let limiter = RateLimiter::new(Limits { per_minute: Some(6), ..Limits::default() });
    let took = hundred_tasks(&limiter, &gateway).await;
    assert_eq!(gateway.refusals(), 0);
    assert!(took < secs(16 * 60 + 5), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_tasks_finish_in_a_second_without_a_limit() {
    let gateway = Gateway::new(1000, false);
    let took = hundred_tasks(free_limiter(), &gateway).await;
    // 4, 8, 16, 32 and the rest, a tenth of a second each.
    assert_eq!(took.as_millis() / 100, 5, "{took:?}");
}
