//! A server of the same framework that answers the same routes with the same bytes every time: what
//! the emulator's throughput is compared with (`tests/benches/load/run`).

use axum::Router;
use axum::routing::{get, post};
use http::{StatusCode, header};

/// About as long as a fresh prediction of the emulator's.
const ANSWER: &str = concat!(
    r#"{"id":"hatq54fi9cbk1p3hvomqp7gevl","model":"stability-ai/sdxl","version":""#,
    r#"7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc","input":{"prompt":"a red "#,
    r#"door","width":64,"height":64,"num_inference_steps":1},"logs":"","error":null,"status":""#,
    r#"starting","created_at":"2023-11-14T22:13:20.000000Z","data_removed":false,"urls":{"get":""#,
    r#"http://127.0.0.1:1/replicate/v1/predictions/hatq54fi9cbk1p3hvomqp7gevl","cancel":"http://"#,
    r#"127.0.0.1:1/replicate/v1/predictions/hatq54fi9cbk1p3hvomqp7gevl/cancel","stream":"http://"#,
    r#"127.0.0.1:1/replicate/v1/streams/ddpe0hnxm61mpqs3o1nscz9tpy5f6efa126mq3s3"}}"#,
);

const JSON: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let router = Router::new()
        .route(
            "/replicate/v1/predictions",
            // The body is read, as any server has to.
            post(async |_: bytes::Bytes| (StatusCode::CREATED, JSON, ANSWER)),
        )
        .route("/replicate/v1/predictions/{id}", get(async || (JSON, ANSWER)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    #[allow(clippy::print_stdout, reason = "an example")]
    {
        println!("export QUICKROUTER_BASE_URL=http://{}/replicate", listener.local_addr()?);
        println!("export QUICKROUTER_API_KEY=any");
    }
    axum::serve(listener, router).await
}
