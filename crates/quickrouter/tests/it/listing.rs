//! Listing: pages as one stream, by cursor only.

use std::time::Duration;

use futures_util::StreamExt;
use quickrouter::{Error, WaitPolicy};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::scripted::{Script, Step, answer};

fn page(next: Value, ids: &[&str]) -> Step {
    let results: Vec<Value> =
        ids.iter().map(|id| json!({"id": id, "status": "succeeded"})).collect();
    answer(200, &json!({"next": next, "previous": null, "results": results}))
}

async fn listed(steps: Vec<Step>) -> (Vec<String>, Vec<String>) {
    let script = Script::new(steps);
    let all: Vec<_> = script.client().list().collect().await;
    let shown = all.into_iter().map(|one| match one {
        Ok(prediction) => prediction.id().unwrap().to_string(),
        Err(error) => format!("error: {error}"),
    });
    (shown.collect(), script.sent().into_iter().map(|sent| sent.url).collect())
}

#[tokio::test(start_paused = true)]
async fn pages_follow_each_other_by_cursor() {
    let (ids, urls) = listed(vec![
        page(json!("https://api.replicate.com/v1/predictions?cursor=a%2Bb%3D%3D"), &["1", "2"]),
        page(json!("/v1/predictions?cursor=c"), &[]),
        page(json!(null), &["3"]),
    ])
    .await;
    assert_eq!(ids, ["1", "2", "3"]);
    insta::assert_snapshot!(urls.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn pages_that_go_round_end_the_stream_and_lose_nothing() {
    let next = || json!("https://x/?cursor=a");
    let (ids, _) = listed(vec![page(next(), &["1"]), page(next(), &["2"])]).await;
    assert_eq!(ids[..2], ["1", "2"]);
    assert!(ids[2].contains("go in a circle"), "{ids:?}");
    assert_eq!(ids.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_no_prediction_does_not_take_the_others_with_it() {
    let odd = json!({"next": null, "results": [{"id": "1", "status": "failed"}, {"nothing": 1}, {"id": "3", "status": "x"}]});
    let (ids, _) = listed(vec![answer(200, &odd)]).await;
    assert_eq!((ids[0].as_str(), ids[2].as_str()), ("1", "3"));
    assert!(ids[1].starts_with("error:"), "{ids:?}");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_does_not_relay_the_list_is_named_as_such() {
    let unknown = json!({"error": {"message": "Invalid URL (GET /replicate/v1/predictions)", "type": "invalid_request_error", "code": ""}});
    for step in [answer(404, &unknown), answer(405, &json!({"detail": "Method Not Allowed"}))] {
        let script = Script::new([step]);
        let all: Vec<_> = script.client().list().collect().await;
        let [Err(Error::Api(refusal))] = &all[..] else { panic!("{all:?}") };
        assert!(
            refusal.to_string().contains("this gateway does not relay list_predictions"),
            "{refusal}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn pages_without_an_entry_do_not_put_off_the_deadline() {
    let empty = || page(json!("/v1/predictions?cursor=a"), &[]);
    // Each page comes after a pause of three seconds.
    let busy = || answer(503, &json!({"detail": "busy"})).with("retry-after", "3");
    let script = Script::new([busy(), empty(), busy(), Step::Silence]);
    let policy = WaitPolicy::new().deadline(Duration::from_secs(5));
    let client = script.builder().wait_policy(policy).build().unwrap();
    let start = Instant::now();
    let all: Vec<_> = client.list().collect().await;
    assert!(matches!(&all[..], [Err(_)]), "{all:?}");
    assert!(start.elapsed() <= Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(script.sent().len(), 3, "the pause after the second page is too long");
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_is_written_in_several_ways() {
    for last in [json!(null), json!(""), json!(" "), json!("/v1/predictions?cursor=")] {
        let empty = answer(200, &json!({"results": null, "next": last.clone()}));
        let (ids, urls) = listed(vec![empty]).await;
        assert_eq!((ids.len(), urls.len()), (0, 1), "{last}: {ids:?}");
        let (ids, urls) = listed(vec![page(last, &["1"])]).await;
        assert_eq!((ids, urls.len()), (vec!["1".to_owned()], 1));
    }
    let (ids, _) = listed(vec![answer(200, &json!({"next": null}))]).await;
    assert!(ids[0].contains("it has no results"), "{ids:?}");
    let next = json!("/v1/predictions?cursor=a");
    let empty = answer(200, &json!({"results": null, "next": next}));
    let (ids, _) = listed(vec![empty, page(json!(null), &["2"])]).await;
    assert_eq!(ids, ["2"], "an empty page may have another one after it");
}

#[tokio::test(start_paused = true)]
async fn a_listing_has_a_name_and_is_read_without_being_pinned() {
    struct Held {
        listing: quickrouter::Predictions,
    }

    let last = page(json!(null), &["1", "2"]);
    let script = Script::new([last]);
    let mut held = Held { listing: script.client().list() };
    assert_eq!(format!("{:?}", held.listing), "Predictions { .. }");
    assert!(script.sent().is_empty(), "nothing is sent before it is read");
    let mut ids = Vec::new();
    while let Some(one) = held.listing.next().await {
        ids.push(one.unwrap().id().unwrap().to_string());
    }
    assert_eq!(ids, ["1", "2"]);
}
