//! Prints what a language model writes, while it writes it.
//!
//! ```sh
//! cargo run --example stream_text -- meta/meta-llama-3-8b-instruct "Tell me of a red door."
//! ```
//!
//! Of a model that makes files the outputs are their URLs, and the log comes line by line.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints what it does")]

use std::io::Write;

use futures_util::StreamExt;
use quickrouter::{AnyInput, Client, StreamEvent};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().unwrap_or_else(|| "meta/meta-llama-3-8b-instruct".to_owned());
    let prompt = arguments.next().unwrap_or_else(|| "Tell me of a red door.".to_owned());
    let client = Client::from_env()?;
    let created = client.create(AnyInput::new(model, json!({"prompt": prompt}))).await?;

    let mut events = client.stream(&created);
    while let Some(event) = events.next().await {
        match event? {
            StreamEvent::Output(piece) => {
                print!("{piece}");
                std::io::stdout().flush()?;
            }
            StreamEvent::Logs(lines) => eprint!("{lines}"),
            StreamEvent::Error(message) => return Err(message.into()),
            StreamEvent::Done(reason) => println!("\n{reason:?}"),
            // An event of another name is no reason to stop.
            _ => {}
        }
    }
    Ok(())
}
