//! Receives webhook deliveries on this machine and tells what became of the predictions.
//!
//! ```sh
//! export QUICKROUTER_WEBHOOK_SECRET=whsec_... # or the key, to ask the gateway for the secret
//! cargo run --example webhook -- 8080
//! ```
//!
//! With a prompt after the port it makes a picture of it, and has this machine told of it: that works
//! where the gateway reaches this machine, as the emulator does.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use quickrouter::inputs::SdxlInput;
use quickrouter::webhook::{Delivery, Secret, Verifier};
use quickrouter::{Client, CreateRequest, Prediction};
use tokio::net::TcpListener;

/// Outputs may stand in a delivery as data URIs.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// What is done with a prediction; an error has the delivery sent again.
type Handle = Arc<dyn Fn(&Prediction) -> Result<(), String> + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().unwrap_or_default();
    let port = if port.is_empty() { 0 } else { port.parse()? };
    let secret = match std::env::var("QUICKROUTER_WEBHOOK_SECRET") {
        Ok(secret) => Secret::new(secret)?,
        Err(_) => Client::from_env()?.webhook_secret().await?,
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = format!("http://{}/", listener.local_addr()?);
    say(&format!("deliveries go to {address}"));
    if let Some(prompt) = arguments.next() {
        let input = SdxlInput::builder().prompt(prompt).build();
        Client::from_env()?.create(CreateRequest::new(input).webhook(address)).await?;
    }
    let app = router(Verifier::new(secret), Arc::new(tell));
    axum::serve(listener, app).await?;
    Ok(())
}

/// Takes deliveries at `/`.
pub(crate) fn router(verifier: Verifier, handle: Handle) -> Router {
    Router::new()
        .route("/", post(receive))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(Arc::new((verifier, handle)))
}

/// The body is taken as `Bytes` and not as `Json`: what was signed are its very bytes.
async fn receive(
    State(state): State<Arc<(Verifier, Handle)>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let (verifier, handle) = &*state;
    match verifier.verify(&headers, &body) {
        Ok(Delivery::New { id, prediction }) => match handle(&prediction) {
            Ok(()) => (StatusCode::OK, String::new()),
            Err(error) => {
                verifier.forget(&id);
                (StatusCode::INTERNAL_SERVER_ERROR, error)
            }
        },
        Ok(Delivery::Replayed { .. }) => (StatusCode::OK, "had before".to_owned()),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
    }
}

fn tell(prediction: &Prediction) -> Result<(), String> {
    let id = prediction.id().ok_or("the prediction has no id")?;
    say(&format!("{id}: {}, {} outputs", prediction.status(), prediction.outputs().len()));
    Ok(())
}

#[allow(clippy::print_stdout, reason = "what it tells is all it does")]
fn say(line: &str) {
    println!("{line}");
}
