//! How long a prediction queues and how long it is silent at its end, as the builder was told.

use crate::rig::{Rig, pass, settings};
use quickrouter_api::limits;
use quickrouter_emulator::Error;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// The milliseconds that finished predictions have queued, and how long they ran.
async fn times(rig: &Rig, count: usize) -> Vec<(u128, u128)> {
    let mut ids = vec![];
    for _ in 0..count {
        ids.push(rig.created(json!({"width": 64, "height": 64, "num_inference_steps": 1})).await);
    }
    pass(600_000).await;
    let mut times = vec![];
    for id in ids {
        let prediction = rig.prediction(&id).await;
        let [total, ran] = ["total_time", "predict_time"]
            .map(|key| Duration::from_secs_f64(prediction["metrics"][key].as_f64().unwrap()));
        // The metrics are rounded to the microsecond.
        let queued = (total + Duration::from_micros(500)).saturating_sub(ran);
        times.push((queued.as_millis(), ran.as_millis()));
    }
    times
}

#[tokio::test(start_paused = true)]
async fn a_queue_and_a_tail_of_one_length_are_that_long_for_all() {
    let plain = times(&Rig::with(settings().tail(ms(0)..=ms(0))), 1).await[0].1;
    let rig = Rig::with(settings().queue(ms(7_000)..=ms(7_000)).tail(ms(2_500)..=ms(2_500)));
    assert_eq!(times(&rig, 3).await, [(7_000, plain + 2_500); 3]);
    let none = Rig::with(settings().queue(ms(0)..=ms(0)).tail(ms(0)..=ms(0)));
    assert_eq!(times(&none, 1).await, [(0, plain)]);
}

#[tokio::test(start_paused = true)]
async fn each_prediction_draws_its_own_times_within_the_ranges() {
    let plain = times(&Rig::with(settings().tail(ms(0)..=ms(0))), 1).await[0].1;
    let rig = Rig::with(settings().queue(ms(10)..=ms(13)).tail(ms(20)..=ms(22)));
    let times = times(&rig, 60).await;
    let queues: BTreeSet<u128> = times.iter().map(|(queue, _)| *queue).collect();
    let tails: BTreeSet<u128> = times.iter().map(|(_, ran)| ran - plain).collect();
    assert_eq!(queues, BTreeSet::from([10, 11, 12, 13]), "both ends are in");
    assert_eq!(tails, BTreeSet::from([20, 21, 22]));
}

#[tokio::test(start_paused = true)]
async fn unless_set_a_queue_is_of_a_third_to_four_fifths_of_a_second() {
    let times = times(&Rig::new(), 60).await;
    assert!(times.iter().all(|(queue, _)| (300..800).contains(queue)), "{times:?}");
    assert!(times.iter().all(|(_, ran)| *ran == times[0].1), "and the tail is always the same");
}

#[tokio::test(start_paused = true)]
async fn the_time_scale_divides_queue_and_tail() {
    let slow = settings().queue(ms(8_000)..=ms(8_000)).tail(ms(4_000)..=ms(4_000));
    let mut took = vec![];
    for scale in [1.0, 4.0] {
        took.push(times(&Rig::with(slow.clone().time_scale(scale)), 1).await[0]);
    }
    assert_eq!((took[0].0, took[1].0), (8_000, 2_000));
    assert_eq!(took[0].1 / 4, took[1].1);
}

#[tokio::test(start_paused = true)]
async fn a_range_that_is_backwards_or_beyond_the_hard_stop_is_refused() {
    let longest = Duration::from_secs(limits::PREDICTION_HARD_STOP_SECONDS);
    settings().queue(ms(0)..=longest).tail(longest..=longest).in_memory().expect("just in order");
    let backwards = ms(900)..=ms(300);
    let endless = ms(0)..=longest + ms(1);
    let told = [
        settings().queue(backwards.clone()).in_memory(),
        settings().tail(backwards).in_memory(),
        settings().queue(endless.clone()).in_memory(),
        settings().tail(endless).in_memory(),
    ]
    .map(|refused| {
        let error = refused.expect_err("off the limits");
        assert!(matches!(error, Error::Range { .. }), "{error}");
        Value::from(error.to_string())
    });
    insta::assert_json_snapshot!("off_the_limits", told);
}
