//! Makes a prediction of {{ model }} like {{ id }}, and saves its files here.
//!
//! It needs the API key in QUICKROUTER_API_KEY. Every run costs money. Cargo.toml:
//!
//! ```toml
//! [dependencies]
//! quickrouter = { path = "crates/quickrouter" } # of a checkout
//! serde_json = "1"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```
#![recursion_limit = "1024"]

use quickrouter::{AnyInput, Client};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    let input = json!({{ input }});
    // Checked, created once, and waited for.
    let finished = client.run(AnyInput::new({{ model_literal }}, input)).await?;
    for file in client.save(&finished, ".").await? {
        println!("{}", file.display());
    }
    Ok(())
}
