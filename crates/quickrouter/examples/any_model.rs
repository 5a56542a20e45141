//! Runs a model that has no typed input, or any other: by its name, with an input from JSON.
//!
//! ```sh
//! cargo run --example any_model -- black-forest-labs/flux-kontext-pro '{"prompt": "a red door"}'
//! ```
#![allow(clippy::print_stdout, reason = "an example prints what it does")]

use quickrouter::{AnyInput, Client, CreateRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().unwrap_or_else(|| "black-forest-labs/flux-kontext-pro".to_owned());
    let input = arguments.next().unwrap_or_else(|| r#"{"prompt": "a red door"}"#.to_owned());
    let client = Client::from_env()?;
    let request = CreateRequest::new(AnyInput::new(model, serde_json::from_str(&input)?));

    // Inputs of models that the contract knows are checked before anything is sent.
    for warning in client.check(request.clone())? {
        println!("warning: {warning}");
    }
    let created = client.create(request).await?;
    let id = created.id().ok_or("the gateway gave no id to wait for")?;
    println!("created {id}");
    let finished = client.wait(id).await?;
    for output in finished.outputs() {
        println!("{output:?}");
    }
    Ok(())
}
