//! Makes many pictures within limits: so many creates a minute, so many predictions at a time.
//!
//! ```sh
//! cargo run --example rate_limited_batch -- "a red door" "a green door" "a blue door"
//! ```
#![allow(clippy::print_stdout, reason = "an example prints what it does")]

use futures_util::{StreamExt, stream};
use quickrouter::inputs::SdxlInput;
use quickrouter::{Client, ClientBuilder, Error, RateLimitPolicy};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut prompts: Vec<String> = std::env::args().skip(1).collect();
    if prompts.is_empty() {
        prompts = ["red", "green", "blue"].map(|color| format!("a {color} door")).to_vec();
    }
    // All clones of a client keep to these together, and to what the gateway answers: a 429 holds
    // back every create for as long as it asks.
    let limits = RateLimitPolicy::new().max_creates_per_minute(60).max_in_flight(4);
    let client = ClientBuilder::from_env().rate_limit_policy(limits).build()?;

    let total = prompts.len();
    let mut results = stream::iter(prompts)
        .map(|prompt| async { (picture(&client, &prompt).await, prompt) })
        .buffer_unordered(16);
    let mut failed = 0;
    while let Some((result, prompt)) = results.next().await {
        match result {
            Ok(files) => println!("{prompt}: {files}"),
            // One that fails keeps no other from being made.
            Err(error) => {
                failed += 1;
                println!("{prompt}: {error}");
            }
        }
    }
    if failed > 0 { Err(format!("{failed} of {total} failed").into()) } else { Ok(()) }
}

async fn picture(client: &Client, prompt: &str) -> Result<String, Error> {
    let finished = client.run(SdxlInput::builder().prompt(prompt).build()).await?;
    let files = client.save(&finished, "pictures").await?;
    Ok(files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(" "))
}
