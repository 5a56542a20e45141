//! Another process's create is searched for in the whole list, and nothing is said that was not read.

use std::slice::from_ref;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use quickrouter::error::DetailCode;
use quickrouter::inputs::SdxlInput;
use quickrouter::transport::{Clock, TransportErrorKind};
use quickrouter::{AnyInput, Client, Error, Recovered, WaitPolicy};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::scripted::{Script, Step, answer, prediction};

/// What `Date` says when the list is answered.
const NOW: &str = "Tue, 24 Nov 2026 12:10:00 GMT";
/// When the create may have been sent: ten minutes before.
const SINCE: &str = "Tue, 24 Nov 2026 12:00:00 GMT";
/// Created since, and before.
const AFTER: &str = "2026-11-24T12:00:00.5Z";
const BEFORE: &str = "2026-11-24T11:59:50Z";

fn time(date: &str) -> SystemTime {
    httpdate::parse_http_date(date).unwrap()
}

fn input() -> SdxlInput {
    SdxlInput::builder().prompt("a red door").width(768).build()
}

fn listed(id: &str, created_at: &str) -> Value {
    let mut listed = prediction("succeeded");
    listed["id"] = json!(id);
    listed["created_at"] = json!(created_at);
    listed["input"] = json!({"prompt": "a red door", "width": 768.0});
    listed
}

fn other_input() -> Value {
    let mut other = listed("other", AFTER);
    other["input"]["width"] = json!(512);
    other
}

fn without_input(id: &str) -> Value {
    let mut listed = listed(id, AFTER);
    listed.as_object_mut().unwrap().remove("input");
    listed
}

fn page(next: &str, results: &[Value]) -> Step {
    let next = if next.is_empty() { Value::Null } else { json!(format!("/?cursor={next}")) };
    answer(200, &json!({"next": next, "previous": null, "results": results})).with("date", NOW)
}

fn client(script: &Arc<Script>) -> Client {
    script.builder().clock(Clock::at(time(NOW))).build().unwrap()
}

async fn search(
    input: impl Into<AnyInput>,
    steps: Vec<Step>,
) -> (Result<Recovered, Error>, Vec<String>) {
    let script = Script::new(steps);
    let recovered = client(&script).recover(input.into(), time(SINCE)).await;
    assert_eq!(script.creates(), 0);
    (recovered, script.sent().iter().map(|sent| sent.url.clone()).collect())
}

async fn recover(steps: Vec<Step>) -> (Recovered, usize) {
    let (recovered, urls) = search(input(), steps).await;
    (recovered.unwrap(), urls.len())
}

fn ids(recovered: &Recovered) -> Vec<&str> {
    recovered.candidates().iter().map(|one| one.id().unwrap().as_str()).collect()
}

#[track_caller]
fn is_one(recovered: &Recovered, id: &str) {
    assert!(matches!(recovered, Recovered::One(_)), "{recovered:?}");
    assert_eq!(ids(recovered), [id]);
}

#[track_caller]
fn is_incomplete(recovered: &Recovered, code: DetailCode, expected: &[&str]) {
    let Recovered::Incomplete { reason, .. } = recovered else { panic!("{recovered:?}") };
    assert_eq!((reason.code(), ids(recovered)), (code, expected.to_vec()), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn the_only_one_that_fits_is_found_on_any_page_back_to_the_time() {
    let (recovered, urls) = search(
        input(),
        vec![
            page("a", &[other_input()]),
            page("b", &[]),
            page("c", &[listed("ours", AFTER), listed("before", BEFORE)]),
        ],
    )
    .await;
    let recovered = recovered.unwrap();
    is_one(&recovered, "ours");
    assert!(recovered.candidates()[0].was_recovered());
    insta::assert_snapshot!(urls.join("\n"), @r"
    https://api.quickrouter.ai/replicate/v1/predictions
    https://api.quickrouter.ai/replicate/v1/predictions?cursor=a
    https://api.quickrouter.ai/replicate/v1/predictions?cursor=b
    ");
}

#[tokio::test(start_paused = true)]
async fn none_is_said_once_the_list_was_read_to_its_end_or_to_the_time() {
    for (steps, requests) in [
        (vec![page("", &[])], 1),
        (vec![page("a", &[listed("before", BEFORE)])], 1),
        (vec![page("a", &[]), page("", &[])], 2),
    ] {
        assert_eq!(recover(steps).await, (Recovered::None, requests));
    }
}

#[tokio::test(start_paused = true)]
async fn several_are_all_named_each_once() {
    let (recovered, _) = recover(vec![
        page("a", &[listed("2", AFTER), listed("1", AFTER)]),
        page("", &[listed("1", AFTER), listed("0", AFTER)]),
    ])
    .await;
    assert!(matches!(recovered, Recovered::Several(_)), "{recovered:?}");
    assert_eq!(ids(&recovered), ["2", "1", "0"]);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_without_the_list_and_a_wrong_input_are_errors() {
    let unknown = json!({"error": {"message": "Invalid URL", "code": ""}});
    let (recovered, _) = search(input(), vec![answer(404, &unknown)]).await;
    let error = recovered.unwrap_err();
    assert_eq!((error.kind().as_str(), error.code()), ("api", "not_relayed"), "{error}");
    let (recovered, _) = search(input(), vec![answer(401, &unknown)]).await;
    assert_eq!(recovered.unwrap_err().code(), "check_key");
    let wrong = AnyInput::new("stability-ai/sdxl", json!({"width": 7}));
    let (recovered, urls) = search(wrong, vec![]).await;
    assert!(matches!(recovered, Err(Error::InvalidInput { .. })), "{recovered:?}");
    assert!(urls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_found_is_kept_if_a_later_page_cannot_be_read() {
    let refused = || answer(400, &json!({"detail": "bad cursor"}));
    let no_results = || answer(200, &json!({"next": null}));
    for (step, code) in [
        (refused(), DetailCode::OperationRefused),
        (no_results(), DetailCode::OperationUnexpected),
        (page("a", &[]), DetailCode::OperationUnexpected),
    ] {
        let mut steps = vec![page("a", &[listed("maybe", AFTER)]), step.clone()];
        steps.extend(vec![step; 5]);
        is_incomplete(&recover(steps).await.0, code, &["maybe"]);
    }
    let (recovered, _) = recover(vec![page("a", &[]), refused()]).await;
    is_incomplete(&recovered, DetailCode::OperationRefused, &[]);
}

#[tokio::test(start_paused = true)]
async fn an_equal_seed_proves_more_than_the_rest_of_the_list() {
    let with_seed = |id: &str| {
        let mut listed = listed(id, AFTER);
        listed["input"]["seed"] = json!(20_260);
        listed
    };
    let request = || SdxlInput::builder().prompt("a red door").width(768).seed(20_260).build();
    let refused = answer(400, &json!({"detail": "bad cursor"}));
    let hidden = answer(404, &json!({"detail": "not found"}));
    let first = page("a", &[with_seed("ours"), without_input("hidden"), listed("other", AFTER)]);
    let (recovered, _) = search(request(), vec![first, hidden.clone(), refused.clone()]).await;
    is_one(&recovered.unwrap(), "ours");
    let first = page("a", &[with_seed("1"), with_seed("0")]);
    let (recovered, _) = search(request(), vec![first, refused]).await;
    is_incomplete(&recovered.unwrap(), DetailCode::OperationRefused, &["1", "0"]);
    // It may be the result of an earlier create with the same seed.
    let undated = answer(200, &json!({"results": [with_seed("maybe")]}));
    let (recovered, _) = search(request(), vec![undated]).await;
    is_incomplete(&recovered.unwrap(), DetailCode::NoDate, &["maybe"]);
}

#[tokio::test(start_paused = true)]
async fn an_entry_without_its_input_is_requested_by_itself() {
    let hidden = || {
        let [mut empty, mut null] = [without_input("ours"), without_input("ours")];
        (empty["input"], null["input"]) = (json!({}), Value::Null);
        [without_input("ours"), empty, null]
    };
    for entry in hidden() {
        let whole = answer(200, &listed("ours", AFTER));
        let (recovered, requests) = recover(vec![page("", from_ref(&entry)), whole]).await;
        is_one(&recovered, "ours");
        assert_eq!(requests, 2);
        let mut other = listed("ours", AFTER);
        other["input"]["prompt"] = json!("a blue door");
        let (recovered, _) = recover(vec![page("", from_ref(&entry)), answer(200, &other)]).await;
        assert_eq!(recovered, Recovered::None);
        for unclear in [answer(200, &entry), answer(404, &json!({"detail": "gone"}))] {
            let (recovered, _) = recover(vec![page("", from_ref(&entry)), unclear]).await;
            is_incomplete(&recovered, DetailCode::InputNotShown, &["ours"]);
        }
    }
    let mut removed = without_input("removed");
    removed["data_removed"] = json!(true);
    let (recovered, requests) = recover(vec![page("", &[removed])]).await;
    is_incomplete(&recovered, DetailCode::InputNotShown, &["removed"]);
    assert_eq!(requests, 1, "what was deleted is not requested");
    let mut other_model = without_input("other-model");
    other_model["model"] = json!("black-forest-labs/flux-fill-pro");
    let (recovered, requests) = recover(vec![page("", &[other_model])]).await;
    assert_eq!((recovered, requests), (Recovered::None, 1));
}

#[tokio::test(start_paused = true)]
async fn an_entry_without_its_time_is_requested_by_itself() {
    let entry = listed("ours", "");
    for (created_at, found) in [(AFTER, true), (BEFORE, false)] {
        let whole = answer(200, &listed("ours", created_at));
        let (recovered, _) = recover(vec![page("", from_ref(&entry)), whole]).await;
        assert_eq!(matches!(recovered, Recovered::One(_)), found, "{recovered:?}");
    }
    let (recovered, _) = recover(vec![page("", from_ref(&entry)), answer(200, &entry)]).await;
    is_incomplete(&recovered, DetailCode::TimeNotShown, &["ours"]);
}

#[tokio::test(start_paused = true)]
async fn a_search_that_cannot_look_closer_ends_and_keeps_what_it_has() {
    let two = page("", &[listed("1", AFTER), without_input("0")]);
    let refused = answer(401, &json!({"detail": "no"}));
    let (recovered, _) = recover(vec![two, refused]).await;
    is_incomplete(&recovered, DetailCode::OperationRefused, &["1", "0"]);
}

#[tokio::test(start_paused = true)]
async fn without_the_gateways_date_nothing_is_proven() {
    let results = json!({"results": [listed("maybe", AFTER), listed("before", BEFORE)]});
    for list in [
        answer(200, &results),
        answer(200, &results).with("date", NOW).with("age", "30"),
        answer(200, &results).with("date", "today"),
    ] {
        is_incomplete(&recover(vec![list]).await.0, DetailCode::NoDate, &["maybe"]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_gateways_clock_counts_where_it_is_behind() {
    let script = Script::new([page("", &[listed("ours", AFTER), listed("before", BEFORE)])]);
    let hour = Duration::from_secs(3600);
    let ahead = Clock::at(time(NOW) + hour);
    let client = script.builder().clock(ahead).build().unwrap();
    let recovered = client.recover(input(), time(SINCE) + hour).await.unwrap();
    is_one(&recovered, "ours");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_stood_still_while_the_machine_slept_hides_nothing() {
    let script = Script::new([page("", &[listed("ours", AFTER)])]);
    let asleep = Clock::at(time(SINCE) + Duration::from_secs(20));
    let client = script.builder().clock(asleep).build().unwrap();
    is_one(&client.recover(input(), time(SINCE)).await.unwrap(), "ours");
}

#[tokio::test(start_paused = true)]
async fn a_time_in_the_future_proves_nothing() {
    let script = Script::new([page("", &[listed("ours", AFTER)])]);
    let later = time(NOW) + Duration::from_secs(60);
    let recovered = client(&script).recover(input(), later).await.unwrap();
    is_incomplete(&recovered, DetailCode::SinceInFuture, &[]);
    let Recovered::Incomplete { reason, .. } = recovered else { unreachable!() };
    assert!(reason.to_string().contains("60s in the future: check the clock"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn a_create_of_a_moment_ago_may_not_be_listed_yet() {
    let just_now = time(NOW) - Duration::from_secs(9);
    let script = Script::new([page("", &[]), page("", &[])]);
    let client = client(&script);
    let recovered = client.recover(input(), just_now).await.unwrap();
    is_incomplete(&recovered, DetailCode::TooRecent, &[]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(client.recover(input(), just_now).await.unwrap(), Recovered::None);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_not_newest_first_is_read_to_its_end() {
    let oldest_first = vec![
        page("a", &[listed("1", BEFORE), listed("2", AFTER)]),
        page("", &[listed("3", AFTER)]),
    ];
    let (recovered, requests) = recover(oldest_first).await;
    assert_eq!((ids(&recovered), requests), (vec!["2", "3"], 2));
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_cannot_be_read_may_be_it() {
    let odd = json!({"nothing": 1});
    let (recovered, _) = recover(vec![page("", &[odd.clone(), listed("1", AFTER)])]).await;
    is_incomplete(&recovered, DetailCode::OperationUnexpected, &["1"]);
    let after = [listed("1", AFTER), listed("0", BEFORE), odd];
    is_one(&recover(vec![page("", &after)]).await.0, "1");
}

#[tokio::test(start_paused = true)]
async fn a_list_without_an_end_ends_the_search() {
    let endless = (0..1001).map(|number| page(&number.to_string(), &[other_input()]));
    let (recovered, requests) = recover(endless.collect()).await;
    is_incomplete(&recovered, DetailCode::SearchTooLong, &[]);
    assert_eq!(requests, 1000);
    let fitting: Vec<_> = (0..200).map(|id| listed(&id.to_string(), AFTER)).collect();
    let (recovered, requests) = recover(vec![page("a", &fitting)]).await;
    let Recovered::Incomplete { candidates, reason } = recovered else { panic!("{recovered:?}") };
    assert_eq!((candidates.len(), requests), (100, 1));
    assert_eq!(reason.code(), DetailCode::TooManyCandidates);
}

#[tokio::test(start_paused = true)]
async fn a_search_ends_at_the_deadline() {
    let policy = WaitPolicy::new().deadline(Duration::from_secs(20));
    let ours = || listed("ours", AFTER);
    for steps in [
        vec![Step::Silence],
        vec![page("a", &[ours()]), Step::Silence],
        vec![page("a", &[without_input("ours")]), Step::Silence],
        [vec![page("a", &[ours()])], vec![Step::Fails(TransportErrorKind::Interrupted); 20]]
            .concat(),
    ] {
        let script = Script::new(steps.clone());
        let builder = script.builder().clock(Clock::at(time(NOW))).wait_policy(policy.clone());
        let start = Instant::now();
        let recovered = builder.build().unwrap().recover(input(), time(SINCE)).await;
        assert!(start.elapsed() <= Duration::from_secs(20), "{steps:?}: {:?}", start.elapsed());
        match recovered {
            Ok(recovered) => is_incomplete(&recovered, DetailCode::OperationNoResponse, &["ours"]),
            Err(error) => assert_eq!(error.kind().as_str(), "interrupted", "{error}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_was_recovered_is_not_taken_for_a_create_of_this_client() {
    let list = || page("", &[listed("ours", "2026-11-24T12:09:59.5Z")]);
    let script = Script::new([list(), Step::Fails(TransportErrorKind::Interrupted), list()]);
    let client = client(&script);
    is_one(&client.recover(input(), time(SINCE)).await.unwrap(), "ours");
    let created = client.create(input()).await;
    assert!(matches!(created, Err(Error::OutcomeUnknown(_))), "{created:?}");
}
