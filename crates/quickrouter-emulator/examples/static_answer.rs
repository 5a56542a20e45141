//! A server of the same framework that answers the same routes with the same bytes every time: what
//! the emulator's throughput is compared with (`tests/benches/load/run`).

use axum::Router;
use axum::routing::{get, post};
use http::{StatusCode, header};

/// As the emulator answers, asked in the same way.
const ANSWER: &str = concat!(
    r#"{"id":"nrjbricfnl4tqsby2jwnthi2zu","model":"stability-ai/sdxl","version":""#,
    r#"7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc","input":{"prompt":"a red "#,
    r#"door","width":64,"height":64,"num_inference_steps":1},"logs":"Using seed: 23614\nPrompt: a "#,
    r#"red door\ntxt2img mode\n  0%|          | 0/1 [00:00<?, ?it/s]\n100%|██████████| 1/1 "#,
    r#"[00:00<?, ?it/s]\n","output":["http://127.0.0.1:36641/emulator/outputs/"#,
    r#"nrjbricfnl4tqsby2jwnthi2zu/out-0.png"],"error":null,"status":"succeeded","created_at":""#,
    r#"2023-11-14T22:13:20.393588Z","started_at":"2023-11-14T22:13:20.393588Z","completed_at":""#,
    r#"2023-11-14T22:13:20.393588Z","metrics":{"predict_time":0.0,"total_time":0.0},"data_removed":"#,
    r#"false,"urls":{"get":"http://127.0.0.1:36641/replicate/v1/predictions/"#,
    r#"nrjbricfnl4tqsby2jwnthi2zu","cancel":"http://127.0.0.1:36641/replicate/v1/predictions/"#,
    r#"nrjbricfnl4tqsby2jwnthi2zu/cancel","stream":"http://127.0.0.1:36641/replicate/v1/streams/"#,
    r#"5v019ks2a430h2lqj26ukafnfv8b6qlo6w5oa5ra","web":"http://127.0.0.1:36641/emulator/"#,
    r#"predictions/nrjbricfnl4tqsby2jwnthi2zu"}}"#,
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
