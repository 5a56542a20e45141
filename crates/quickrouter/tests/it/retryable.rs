//! `is_retryable`, observed from outside: it follows the retry table, and is never true if something
//! may be billed.

use std::time::Duration;

use futures_util::StreamExt;
use quickrouter::inputs::SdxlInput;
use quickrouter::retry::{Decision, RETRY_TABLE};
use quickrouter::{Client, Error, PredictionId, RetryPolicy, WaitPolicy};

use crate::retry_table::happenings_of;
use crate::scripted::{ID, Script, Step, answer, prediction};

fn id() -> PredictionId {
    PredictionId::new(ID).unwrap()
}

/// A client whose every request meets the same, after these steps; each call is sent once or until
/// its deadline.
fn client(first: impl IntoIterator<Item = Step>, then: &Step, deadline: u64) -> Client {
    let steps = first.into_iter().chain(std::iter::repeat_n(then.clone(), 2000));
    let retry = RetryPolicy::new().max_attempts(1).recover_unknown(false);
    let wait = WaitPolicy::new().deadline(Duration::from_secs(deadline));
    let builder = Script::new(steps).builder().retry_policy(retry).wait_policy(wait);
    builder.request_timeout(Duration::from_secs(9)).build().unwrap()
}

fn is_retry(decision: Decision) -> bool {
    matches!(decision, Decision::Retry | Decision::RetryUntilDeadline)
}

/// Everything that makes a request fail, with what follows for a create and for other requests.
fn failures() -> Vec<(Step, Decision, Decision)> {
    let mut failures = Vec::new();
    for rule in RETRY_TABLE {
        let (Some(create), Some(idempotent)) = (rule.create, rule.idempotent) else { continue };
        if create != Decision::Done {
            let steps = happenings_of(rule).into_iter();
            failures.extend(steps.map(|step| (step, create, idempotent)));
        }
    }
    assert!(failures.len() > 40, "the table has more to fail with");
    failures
}

#[tokio::test(start_paused = true)]
async fn a_create_may_be_repeated_exactly_where_the_table_sends_it_again() {
    for (step, create, _) in failures() {
        let error = client([], &step, 20).create(SdxlInput::builder().build()).await.unwrap_err();
        assert_eq!(error.is_retryable(), is_retry(create), "{step:?}: {error}");
        assert_eq!(error.may_be_billed(), create == Decision::Unknown, "{step:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_about_what_exists_may_be_repeated_exactly_where_the_table_sends_it_again() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), b"\x89PNG\r\n\x1a\n").unwrap();
    for (step, _, idempotent) in failures() {
        let errors = [
            client([], &step, 20).get(&id()).await.unwrap_err(),
            client([], &step, 20).cancel(&id()).await.unwrap_err(),
            client([], &step, 20).list().next().await.unwrap().unwrap_err(),
            client([], &step, 20).upload(file.path()).await.unwrap_err(),
            client([], &step, 20).webhook_secret().await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.is_retryable(), is_retry(idempotent), "{step:?}: {error}");
            assert!(!error.may_be_billed(), "{step:?}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_error_of_a_run_or_a_wait_may_be_repeated_once_the_id_is_known() {
    for (step, ..) in failures() {
        let created = || [answer(201, &prediction("starting"))];
        let input = SdxlInput::builder().build();
        let made = client(created(), &step, 200).create(input.clone()).await.unwrap();
        let streamed: Vec<_> = client([], &step, 200).stream(&made).collect().await;
        let errors = [
            client(created(), &step, 200).run(input).await.unwrap_err(),
            client([], &step, 200).wait(&id()).await.unwrap_err(),
            streamed.into_iter().last().unwrap().unwrap_err(),
        ];
        for error in errors {
            assert!(!error.is_retryable(), "{step:?}: {error}");
            assert!(error.may_be_billed(), "{step:?}: {error}");
            assert_eq!(error.prediction_id(), Some(&id()), "{step:?}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_no_turn_may_be_repeated_and_what_was_stopped_may_not() {
    let limits = quickrouter::RateLimitPolicy::new().max_creates_per_minute(1);
    let wait = WaitPolicy::new().deadline(Duration::from_secs(30));
    let script = Script::new([answer(201, &prediction("starting"))]);
    let builder = script.builder().rate_limit_policy(limits).wait_policy(wait);
    let client = builder.build().unwrap();
    client.create(SdxlInput::builder().build()).await.unwrap();
    let throttled = client.create(SdxlInput::builder().build()).await.unwrap_err();
    assert!(matches!(throttled, Error::RateLimited { .. }), "{throttled}");
    assert!(throttled.is_retryable() && !throttled.may_be_billed());

    let stop = quickrouter::CancellationToken::new();
    stop.cancel();
    let request = quickrouter::CreateRequest::new(SdxlInput::builder().build()).stop_on(&stop);
    let stopped = Script::new([]).client().create(request).await.unwrap_err();
    assert!(matches!(stopped, Error::NotSent { .. }), "{stopped}");
    assert!(!stopped.is_retryable() && !stopped.may_be_billed());
}
