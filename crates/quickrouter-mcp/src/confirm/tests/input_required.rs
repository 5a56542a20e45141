//! Questions as the result of a call: protocol versions without `initialize`.

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ElicitationAction, InputRequiredResult,
    ProtocolVersion,
};
use serde_json::{Value, json};

use super::{Connected, Reaction, accept, call, call_about, form, reply, text, yes};
use crate::confirm::PATIENCE;

async fn connect(capabilities: Value, reaction: Reaction) -> Connected {
    Connected::new(ProtocolVersion::V_2026_07_28, capabilities, reaction).await
}

impl Connected {
    async fn call_once(&self, call: CallToolRequestParams) -> CallToolResponse {
        self.client.call_tool_once(call).await.unwrap()
    }

    /// Makes a call that has to be answered with a question, and returns its state.
    async fn asks(&self, call: CallToolRequestParams) -> String {
        let about = format!("{call:?}");
        match self.call_once(call).await {
            CallToolResponse::InputRequired(InputRequiredResult {
                input_requests: Some(requests),
                request_state: Some(state),
                ..
            }) if requests.contains_key("confirm") => state,
            other => panic!("{about} is answered by {other:?}"),
        }
    }

    /// Makes a call that has to be answered without a question.
    async fn ends(&self, call: CallToolRequestParams) -> String {
        match self.call_once(call).await {
            CallToolResponse::Complete(result) => text(&result),
            other => panic!("{other:?}"),
        }
    }
}

fn answered(call: CallToolRequestParams, reply: Value, state: &str) -> CallToolRequestParams {
    let responses = [("confirm".to_owned(), reply)];
    call.with_input_responses(responses.into()).with_request_state(state)
}

fn accepted() -> Value {
    json!({"action": "accept", "content": {"confirm": true}})
}

#[tokio::test]
async fn a_client_that_asks_and_calls_again_confirms() {
    let mut connected = connect(form(), yes()).await;
    assert_eq!(connected.call().await, "confirmed");
    assert_eq!(connected.times_asked(), 1);
}

#[tokio::test]
async fn a_no_ends_the_call() {
    let decline = reply(ElicitationAction::Decline);
    for reaction in [decline, accept(json!({"confirm": false})), accept(json!({}))] {
        let mut connected = connect(form(), reaction).await;
        assert_ne!(connected.call().await, "confirmed");
        assert_eq!(connected.times_asked(), 1, "it is not asked again by itself");
    }
}

#[tokio::test]
async fn a_client_is_asked_only_if_it_says_that_it_shows_forms() {
    for capabilities in [json!({}), json!({"elicitation": {"url": {}}})] {
        let connected = connect(capabilities, yes()).await;
        assert_eq!(connected.ends(call()).await, "cannot ask");
        assert_eq!(connected.ends(answered(call(), accepted(), "state")).await, "cannot ask");
    }
    connect(json!({"elicitation": {}}), yes()).await.asks(call()).await;
}

#[tokio::test]
async fn a_state_counts_once_whatever_its_answer_is() {
    let connected = connect(form(), yes()).await;
    let state = connected.asks(call()).await;
    assert_eq!(connected.ends(answered(call(), accepted(), &state)).await, "confirmed");
    let next = connected.asks(answered(call(), accepted(), &state)).await;
    let declined = answered(call(), json!({"action": "decline"}), &next);
    assert!(connected.ends(declined).await.starts_with("A person declined"));
    connected.asks(answered(call(), accepted(), &next)).await;
}

#[tokio::test]
async fn a_state_counts_for_one_of_two_calls_at_once() {
    let connected = connect(form(), yes()).await;
    let state = connected.asks(call()).await;
    let again = || connected.call_once(answered(call(), accepted(), &state));
    let (one, two) = tokio::join!(again(), again());
    let completed = [one, two]
        .iter()
        .filter(|response| matches!(response, CallToolResponse::Complete(_)))
        .count();
    assert_eq!(completed, 1);
}

#[tokio::test]
async fn an_answer_to_nothing_that_was_asked_is_asked() {
    let connected = connect(form(), yes()).await;
    let state = connected.asks(call()).await;
    let mut forged = state.clone();
    forged.pop();
    forged.push(if state.ends_with('A') { 'Q' } else { 'A' });
    let responses = || [("confirm".to_owned(), accepted())].into();
    let mut other_tool = call();
    other_tool.name = "run_model".into();
    for call in [
        call().with_input_responses(responses()),
        call().with_request_state(&state),
        answered(call(), accepted(), ""),
        answered(call(), accepted(), "confirmed"),
        answered(call(), accepted(), &forged),
        answered(call(), accepted(), &state.repeat(1000)),
        answered(call_about("a dog"), accepted(), &state),
        answered(other_tool, accepted(), &state),
        call()
            .with_input_responses([("other".to_owned(), accepted())].into())
            .with_request_state(&state),
    ] {
        connected.asks(call).await;
    }
    let answer = connected.ends(answered(call(), accepted(), &state)).await;
    assert_eq!(answer, "confirmed", "what was tried with other calls does not use it up");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_too_late_is_asked_again() {
    let connected = connect(form(), yes()).await;
    let state = connected.asks(call()).await;
    tokio::time::advance(PATIENCE).await;
    connected.asks(answered(call(), accepted(), &state)).await;
}
