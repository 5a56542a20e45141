//! A create of unknown outcome is searched for once, and recovered only beyond doubt.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{StreamExt, once, pending};
use quickrouter::error::{CancelOutcome, Recovery};
use quickrouter::inputs::SdxlInput;
use quickrouter::transport::TransportErrorKind;
use quickrouter::{Error, RetryPolicy, WaitPolicy};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::scripted::{Script, Step, answer, prediction};

/// What `Date` says when the list is answered.
const NOW: &str = "Tue, 24 Nov 2026 12:00:30 GMT";
/// A moment after the create was sent, by the same clock.
const SINCE: &str = "2026-11-24T12:00:29.123456Z";

fn input() -> SdxlInput {
    SdxlInput::builder().prompt("a red door").width(768).build()
}

fn listed(id: &str, created_at: &str) -> Value {
    let mut listed = prediction("starting");
    listed["id"] = json!(id);
    listed["created_at"] = json!(created_at);
    listed["input"] = json!({"prompt": "a red door", "width": 768.0});
    listed
}

fn page(results: &[Value]) -> Step {
    answer(200, &json!({"next": null, "previous": null, "results": results})).with("date", NOW)
}

/// A create whose connection breaks, and then this list.
async fn lost(list: Step) -> (Result<quickrouter::Prediction, Error>, usize) {
    let script = Script::new([Step::Fails(TransportErrorKind::Interrupted), list]);
    let created = script.client().create(input()).await;
    assert_eq!(script.creates(), 1, "never a second create");
    (created, script.sent().len())
}

fn candidates(created: Result<quickrouter::Prediction, Error>) -> Vec<String> {
    let Err(Error::OutcomeUnknown(unknown)) = created else { panic!("{created:?}") };
    let Recovery::Candidates(ids) = &unknown.recovery else { panic!("{unknown}") };
    for id in ids {
        assert!(unknown.to_string().contains(id.as_str()), "{unknown}");
    }
    ids.iter().map(ToString::to_string).collect()
}

#[tokio::test(start_paused = true)]
async fn the_only_one_that_fits_is_ours() {
    let mut other_input = listed("other-input", SINCE);
    other_input["input"]["width"] = json!(512);
    let mut more_input = listed("more-input", SINCE);
    more_input["input"]["seed"] = json!(1);
    let mut other_model = listed("other-model", SINCE);
    other_model["model"] = json!("black-forest-labs/flux-fill-pro");
    let older = listed("older", "2026-11-24T12:00:20Z");
    let (created, requests) =
        lost(page(&[other_input, more_input, listed("ours", SINCE), other_model, older])).await;
    let created = created.unwrap();
    assert_eq!(created.id().unwrap().as_str(), "ours");
    assert!(created.was_recovered());
    assert_eq!(requests, 2, "one create, one list");
}

#[tokio::test(start_paused = true)]
async fn a_hidden_or_absent_model_may_be_ours() {
    for model in [json!("hidden"), Value::Null] {
        let mut one = listed("ours", "2026-11-24T12:00:29.5+00:00");
        one["model"] = model;
        assert_eq!(lost(page(&[one])).await.0.unwrap().id().unwrap().as_str(), "ours");
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_that_fit_neither_is_taken_and_both_are_named() {
    let (created, _) = lost(page(&[listed("a", SINCE), listed("b", SINCE)])).await;
    assert_eq!(candidates(created), ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn none_that_fits_leaves_it_unknown() {
    let (created, _) = lost(page(&[listed("older", "2026-11-24T12:00:28Z")])).await;
    assert!(candidates(created).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_list_of_null_holds_no_candidates() {
    let empty = answer(200, &json!({"next": "", "results": null})).with("date", NOW);
    assert!(candidates(lost(empty).await.0).is_empty());
    let (created, _) = lost(answer(200, &json!({"next": ""}))).await;
    let Err(Error::OutcomeUnknown(unknown)) = created else { panic!("{created:?}") };
    assert!(matches!(unknown.recovery, Recovery::Failed(_)), "{unknown}");
}

#[tokio::test(start_paused = true)]
async fn without_the_gateways_date_none_is_taken() {
    let page = answer(200, &json!({"results": [listed("maybe", SINCE)]}));
    assert_eq!(candidates(lost(page).await.0), ["maybe"]);
}

#[tokio::test(start_paused = true)]
async fn time_that_passed_since_the_create_counts() {
    let script = Script::new([Step::Silence, page(&[listed("ours", "2026-11-24T12:00:05Z")])]);
    let client = script.builder().request_timeout(Duration::from_secs(26)).build().unwrap();
    assert_eq!(client.create(input()).await.unwrap().id().unwrap().as_str(), "ours");
}

#[tokio::test(start_paused = true)]
async fn one_that_this_client_knows_is_not_taken_again() {
    let script = Script::new([
        answer(201, &listed("known", SINCE)),
        Step::Fails(TransportErrorKind::Interrupted),
        page(&[listed("known", SINCE)]),
        Step::Fails(TransportErrorKind::Interrupted),
        page(&[listed("known", "2026-11-24T12:00:15Z"), listed("new", SINCE)]),
        Step::Fails(TransportErrorKind::Interrupted),
        page(&[listed("known", "2026-11-24T12:00:15Z"), listed("new", SINCE)]),
    ]);
    let client = script.client();
    client.create(input()).await.unwrap();
    assert!(candidates(client.create(input()).await).is_empty());
    // Until then it could be the one before it, of which nothing is known either.
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(client.create(input()).await.unwrap().id().unwrap().as_str(), "new");
    assert!(candidates(client.create(input()).await).is_empty(), "it has been taken");
}

#[tokio::test(start_paused = true)]
async fn none_is_taken_that_may_be_one_of_which_nothing_is_known_either() {
    let script = Script::new([
        Step::Fails(TransportErrorKind::Interrupted),
        page(&[]),
        Step::Fails(TransportErrorKind::Interrupted),
        page(&[listed("whose", SINCE)]),
    ]);
    let client = script.client();
    assert!(candidates(client.create(input()).await).is_empty());
    assert_eq!(candidates(client.create(input()).await), ["whose"]);
}

#[tokio::test(start_paused = true)]
async fn numbers_are_compared_to_their_last_digit() {
    let version = "0123456789abcdef".repeat(4);
    let asked = json!({"seed": 9_007_199_254_740_993_i64, "list": [1, {"a": 2}]});
    let mut other = listed("other", SINCE);
    other["input"] = json!({"seed": 9_007_199_254_740_992_i64, "list": [1, {"a": 2}]});
    let mut ours = listed("ours", SINCE);
    ours["input"] = json!({"seed": 9_007_199_254_740_993_i64, "list": [1.0, {"a": 2.0}]});
    let mut other_version = ours.clone();
    other_version["id"] = json!("other-version");
    other_version["version"] = json!("f".repeat(64));
    let script = Script::new([
        Step::Fails(TransportErrorKind::Interrupted),
        page(&[other, ours, other_version]),
    ]);
    let input = quickrouter::AnyInput::new(version, asked);
    let created = script.client().create(input).await.unwrap();
    assert_eq!(created.id().unwrap().as_str(), "ours");
}

#[tokio::test(start_paused = true)]
async fn an_id_that_is_plainly_somebody_elses_is_not_taken() {
    let cut = || Step::Cut { body: r#"{"id": "abc123", "status": "star"# };
    let mut other = prediction("processing");
    other["input"] = json!({"prompt": "a blue door"});
    let script = Script::new([cut(), answer(200, &other)]);
    assert_eq!(candidates(script.client().create(input()).await), ["abc123"]);
}

#[tokio::test(start_paused = true)]
async fn none_is_taken_while_another_create_like_it_is_under_way() {
    let script = Script::new([Step::Silence, Step::Silence, page(&[listed("whose", SINCE)])]);
    let client = script.builder().request_timeout(Duration::from_secs(5)).build().unwrap();
    // The list is asked for while the second create has no answer yet.
    let second = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.create(input()).await
    };
    let (first, second) = tokio::join!(client.create(input()), second);
    assert_eq!(candidates(first), ["whose"]);
    let Err(Error::OutcomeUnknown(second)) = second else { panic!("{second:?}") };
    assert_eq!(second.recovery, Recovery::NotRelayed, "{second}");
}

#[tokio::test(start_paused = true)]
async fn an_id_in_a_broken_answer_is_asked_for() {
    let cut = r#"{"id": "abc123", "status": "star"#;
    let script = Script::new([Step::Cut { body: cut }, answer(200, &prediction("processing"))]);
    let created = script.client().create(input()).await.unwrap();
    assert_eq!(created.id().unwrap().as_str(), "abc123");
    assert!(created.was_recovered());
    assert_eq!(script.calls()[1], "GET /v1/predictions/abc123");
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_has_no_list_is_told_apart_from_a_search_that_failed() {
    for status in [404, 405] {
        let list = answer(status, &json!({"error": {"message": "Invalid URL"}}));
        let (created, requests) = lost(list).await;
        let Err(Error::OutcomeUnknown(unknown)) = created else { panic!("{created:?}") };
        assert_eq!((&unknown.recovery, requests), (&Recovery::NotRelayed, 2), "{unknown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_search_that_fails_is_made_once_and_says_why() {
    for list in [
        answer(500, &json!({})),
        Step::Fails(TransportErrorKind::Interrupted),
        Step::Silence,
        answer(200, &json!({"no": "results"})),
    ] {
        let start = tokio::time::Instant::now();
        let (created, requests) = lost(list).await;
        let Err(Error::OutcomeUnknown(unknown)) = created else { panic!("{created:?}") };
        assert!(matches!(unknown.recovery, Recovery::Failed(_)), "{unknown}");
        assert_eq!(requests, 2);
        assert!(start.elapsed() <= Duration::from_secs(5));
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_not_looked_for_where_that_is_not_wanted() {
    let script = Script::new([Step::Fails(TransportErrorKind::Interrupted)]);
    let retry = RetryPolicy::new().recover_unknown(false);
    let client = script.builder().retry_policy(retry).build().unwrap();
    let error = client.create(input()).await.unwrap_err();
    let Error::OutcomeUnknown(unknown) = error else { panic!("{error}") };
    assert_eq!(unknown.recovery, Recovery::NotAttempted);
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_id_of_something_inside_a_broken_answer_is_not_asked_for() {
    for inside in
        [r#"{"input": {"id": "abc123"}, "sta"#, r#"[{"id": "abc123", "#, r#"x"id": "abc123""#]
    {
        let script = Script::new([Step::Cut { body: inside }]);
        let error = script.client().create(input()).await.unwrap_err();
        assert_eq!(error.prediction_id(), None, "{inside}");
        assert_eq!(script.calls()[1], "GET /v1/predictions", "{inside}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_was_named_in_an_error_is_not_taken_for_another() {
    let cut = Step::Cut { body: r#"{"id": "named", "status": "star"# };
    let script = Script::new([
        cut,
        answer(500, &json!({})),
        Step::Fails(TransportErrorKind::Interrupted),
        page(&[listed("named", SINCE)]),
    ]);
    let client = script.client();
    let error = client.create(input()).await.unwrap_err();
    assert_eq!(error.prediction_id().unwrap().as_str(), "named");
    assert!(candidates(client.create(input()).await).is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_search_and_the_cancel_share_one_grace_after_the_deadline() {
    let stalls = Step::Doing(Arc::new(|| {
        let begun = once(ready(Ok::<_, Error>(r#"{"id": "abc123", "status": "star"#)));
        reqwest::Body::wrap_stream(begun.chain(pending()))
    }));
    let is_slow = Step::Doing(Arc::new(|| {
        reqwest::Body::wrap_stream(once(async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            Ok::<_, Error>(prediction("processing").to_string())
        }))
    }));
    let script = Script::new([stalls, is_slow, Step::Silence]);
    let wait = WaitPolicy::new().deadline(Duration::from_secs(10));
    let client = script.builder().wait_policy(wait).build().unwrap();
    let start = Instant::now();
    let run = client.run(input()).await;
    let Err(Error::Deadline(passed)) = run else { panic!("{run:?}") };
    assert!(script.calls()[2].ends_with("/abc123/cancel"), "{:?}", script.calls());
    assert!(matches!(passed.cancel, CancelOutcome::Unconfirmed(_)), "{passed}");
    assert_eq!(start.elapsed().as_secs(), 15, "the deadline and 5 s");
}
