//! Makes a picture and saves it.
//!
//! ```sh
//! export QUICKROUTER_API_KEY=...
//! cargo run --example quickstart -- "a lighthouse at dusk"
//! ```
#![allow(clippy::print_stdout, reason = "an example prints what it does")]

use quickrouter::Client;
use quickrouter::inputs::SdxlInput;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let prompt = std::env::args().nth(1).unwrap_or_else(|| "a lighthouse at dusk".to_owned());
    let client = Client::from_env()?;
    let input = SdxlInput::builder().prompt(prompt).width(768).height(768).build();

    // Checked, created, waited for: within one deadline, and never paid for twice.
    let finished = client.run(input).await?;
    println!("{} {}", finished.id().map_or("-", |id| id.as_str()), finished.status());
    for file in client.save(&finished, "pictures").await? {
        println!("saved {}", file.display());
    }
    Ok(())
}
