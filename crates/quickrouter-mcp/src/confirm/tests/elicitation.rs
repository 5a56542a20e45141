//! Questions while the call runs: protocol versions with `initialize`.

use rmcp::model::{CallToolRequest, ClientRequest, ElicitationAction, ProtocolVersion};
use rmcp::service::PeerRequestOptions;
use serde_json::{Value, json};

use super::{Connected, Reaction, Seen, accept, call, form, reply, yes};

async fn connect(capabilities: Value, reaction: Reaction) -> Connected {
    Connected::new(ProtocolVersion::V_2025_11_25, capabilities, reaction).await
}

#[tokio::test]
async fn a_yes_confirms_in_every_version_that_can_ask() {
    for version in [ProtocolVersion::V_2025_06_18, ProtocolVersion::V_2025_11_25] {
        let mut connected = Connected::new(version, json!({"elicitation": {}}), yes()).await;
        assert_eq!(connected.call().await, "confirmed");
        assert_eq!(connected.call().await, "confirmed");
        assert_eq!(connected.times_asked(), 2, "each call asks");
    }
}

#[tokio::test]
async fn every_other_reaction_is_a_no_that_says_why() {
    let reactions = [
        accept(json!({"confirm": false})),
        accept(json!({})),
        accept(json!({"confirm": "certainly"})),
        reply(ElicitationAction::Accept),
        reply(ElicitationAction::Decline),
        reply(ElicitationAction::Cancel),
        Reaction::Error,
    ];
    let mut answers = Vec::new();
    for reaction in reactions {
        answers.push(connect(form(), reaction).await.call().await);
    }
    insta::assert_snapshot!(answers.join("\n"));
}

#[tokio::test]
async fn a_client_is_asked_only_if_it_says_that_it_shows_forms() {
    let both = json!({"elicitation": {"form": {}, "url": {}}});
    for (capabilities, answer) in [
        (json!({}), "cannot ask"),
        (json!({"roots": {}}), "cannot ask"),
        (json!({"elicitation": {"url": {}}}), "cannot ask"),
        (json!({"elicitation": {}}), "confirmed"),
        (form(), "confirmed"),
        (both, "confirmed"),
    ] {
        let mut connected = connect(capabilities.clone(), yes()).await;
        assert_eq!(connected.call().await, answer, "{capabilities}");
        assert_eq!(connected.times_asked(), usize::from(answer == "confirmed"), "{capabilities}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_that_nobody_answers_is_withdrawn_and_is_a_no() {
    let mut connected = connect(form(), Reaction::Silence).await;
    assert_eq!(connected.call().await, "Nobody answered the question within 10 minutes.");
    assert_eq!(connected.seen.recv().await, Some(Seen::Asked));
    assert_eq!(connected.seen.recv().await, Some(Seen::Withdrawn));
}

#[tokio::test]
async fn a_call_that_is_canceled_withdraws_its_question_and_is_a_no() {
    let mut connected = connect(form(), Reaction::Silence).await;
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(call()));
    let options = PeerRequestOptions::no_options();
    let handle = connected.client.send_cancellable_request(request, options).await.unwrap();
    assert_eq!(connected.seen.recv().await, Some(Seen::Asked));
    handle.cancel(Some("too slow".to_owned())).await.unwrap();
    assert_eq!(connected.seen.recv().await, Some(Seen::Withdrawn));
    let answer = connected.answers.recv().await.unwrap();
    assert_eq!(answer, "The call was canceled before a person answered the question.");
}

#[tokio::test]
async fn a_client_that_leaves_while_it_is_asked_said_no() {
    let mut connected = connect(form(), Reaction::Silence).await;
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(call()));
    let options = PeerRequestOptions::no_options();
    let _call = connected.client.send_cancellable_request(request, options).await.unwrap();
    assert_eq!(connected.seen.recv().await, Some(Seen::Asked));
    connected.client.cancel().await.unwrap();
    // The server may also end the call without an answer.
    assert_ne!(connected.answers.recv().await.as_deref(), Some("confirmed"));
}

#[tokio::test]
async fn an_answer_that_came_with_the_call_does_not_count_where_the_server_asks() {
    let decline = reply(ElicitationAction::Decline);
    let mut connected = connect(form(), decline).await;
    let responses =
        [("confirm".to_owned(), json!({"action": "accept", "content": {"confirm": true}}))];
    let call = call().with_input_responses(responses.into()).with_request_state("rs1.AAAA.AAAA");
    let result = connected.client.call_tool(call).await.unwrap();
    assert!(super::text(&result).starts_with("A person declined"), "{result:?}");
    assert_eq!(connected.times_asked(), 1);
}
