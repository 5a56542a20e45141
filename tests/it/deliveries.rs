//! The emulator's webhook deliveries, verified by the SDK.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use quickrouter::inputs::SdxlInput;
use quickrouter::webhook::WebhookEvent;
use quickrouter::webhook::{Delivery, Verifier};
use quickrouter::{Client, CreateRequest, Status};
use quickrouter_emulator::{Effect, Emulator, Fault, WebhookFault};

/// What a receiver made of each delivery: `starting`, `replayed`, `refused`.
type Told = Arc<Mutex<Vec<String>>>;

#[derive(Clone)]
struct Receiver {
    verifier: Arc<Verifier>,
    told: Told,
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let (word, answer) = match receiver.verifier.verify(&headers, &body) {
        Ok(Delivery::New { prediction, .. }) => (prediction.status().to_string(), StatusCode::OK),
        Ok(_) => ("replayed".to_owned(), StatusCode::OK),
        // Not 4xx, so that it is not sent again.
        Err(_) => ("refused".to_owned(), StatusCode::ACCEPTED),
    };
    receiver.told.lock().unwrap().push(word);
    answer
}

/// Runs a prediction with a webhook, and answers what its receiver was told.
async fn told(fault: Option<WebhookFault>) -> Vec<String> {
    let mut builder = Emulator::builder().time_scale(50.0);
    if let Some(fault) = fault {
        builder = builder.fault(Fault::new(Effect::Webhooks(fault)).on("create"));
    }
    let emulator = builder.start().await.unwrap();
    let client =
        Client::builder().base_url(emulator.base_url()).api_key(emulator.key()).build().unwrap();
    let verifier = Arc::new(Verifier::new(client.webhook_secret().await.unwrap()));
    let receiver = Receiver { verifier, told: Told::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/hook", listener.local_addr().unwrap());
    let router = Router::new().route("/hook", post(receive)).with_state(receiver.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let input = SdxlInput::builder().prompt("a red door").width(64).height(64).build();
    let finished = client.run(CreateRequest::new(input).webhook(hook)).await.unwrap();
    assert_eq!(finished.status(), &Status::Succeeded);
    for _ in 0..500 {
        let all = emulator.gateway().deliveries();
        let completed = all.iter().any(|one| one.event == WebhookEvent::Completed);
        if completed && all.iter().all(|one| !one.attempts.is_empty()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // What would come too often or too late.
    tokio::time::sleep(Duration::from_millis(300)).await;
    receiver.told.lock().unwrap().clone()
}

#[tokio::test]
async fn what_the_emulator_delivers_is_verified_by_the_sdk() {
    let told = told(None).await;
    assert_eq!(told.last().map(String::as_str), Some("succeeded"), "{told:?}");
    assert!(told.iter().any(|word| word == "processing"), "{told:?}");
    assert!(!told.iter().any(|word| word == "replayed" || word == "refused"), "{told:?}");
}

#[tokio::test]
async fn what_is_delivered_twice_is_new_once() {
    let told = told(Some(WebhookFault::Duplicate)).await;
    let replayed = told.iter().filter(|word| *word == "replayed").count();
    assert_eq!(replayed * 2, told.len(), "{told:?}");
    assert!(replayed > 0, "{told:?}");
}

#[tokio::test]
async fn what_is_forged_is_refused() {
    let told = told(Some(WebhookFault::Forged)).await;
    assert!(!told.is_empty() && told.iter().all(|word| word == "refused"), "{told:?}");
}
