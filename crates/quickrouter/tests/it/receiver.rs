//! The receiver of the webhook example, on a real socket.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use quickrouter::webhook::{Secret, Verifier};
use tokio::net::TcpListener;

use crate::webhooks::{SECRET, signature};

#[path = "../../examples/webhook.rs"]
#[allow(dead_code, reason = "its main is not run here")]
mod example;

const BODY: &str = r#"{"id": "abc123", "status": "succeeded", "output": ["data:,x"]}"#;

/// Sends a delivery with the id and the secret; status and text of the answer.
async fn deliver(to: &str, id: &str, secret: &str, body: &str) -> (u16, String) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
    let signature = signature(secret, id, &now, body.as_bytes());
    let request = http::Request::post(to)
        .header("webhook-id", id)
        .header("webhook-timestamp", &now)
        .header("webhook-signature", signature)
        .body(body.to_owned())
        .unwrap();
    let network =
        quickrouter_api::Network::new(reqwest::Client::builder(), Duration::from_secs(5)).unwrap();
    let request = reqwest::Request::try_from(request).unwrap();
    let answer = quickrouter::transport::Transport::send(&network, request).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn the_example_takes_what_is_signed_once_and_refuses_the_rest() {
    let handled = Arc::new(Mutex::new(Vec::new()));
    let (keep, first) = (handled.clone(), Mutex::new(true));
    let handle = move |prediction: &quickrouter::Prediction| {
        // The disk is full at first, say.
        if std::mem::take(&mut *first.lock().unwrap()) {
            return Err("later".to_owned());
        }
        keep.lock().unwrap().push(format!("{} {}", prediction.id().unwrap(), prediction.status()));
        Ok(())
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let to = format!("http://{}/", listener.local_addr().unwrap());
    let app = example::router(Verifier::new(Secret::new(SECRET).unwrap()), Arc::new(handle));
    let server = tokio::spawn(axum::serve(listener, app).into_future());

    let forged = deliver(&to, "a", "whsec_AAAA", BODY).await;
    assert!(forged.0 == 400 && forged.1.contains("signature does not match"), "{forged:?}");
    assert_eq!(deliver(&to, "a", SECRET, BODY).await, (500, "later".to_owned()));
    assert_eq!(deliver(&to, "a", SECRET, BODY).await, (200, String::new()));
    assert_eq!(deliver(&to, "a", SECRET, BODY).await, (200, "had before".to_owned()));
    let large = format!(r#"{{"id": "big", "status": "x", "logs": "{}"}}"#, "x".repeat(5_000_000));
    assert_eq!(deliver(&to, "b", SECRET, &large).await.0, 200);
    assert_eq!(*handled.lock().unwrap(), ["abc123 succeeded", "big x"]);
    server.abort();
}
