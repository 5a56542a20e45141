//! Shows how far a picture is, and how long it will probably take.
//!
//! ```sh
//! cargo run --example progress -- "a lighthouse at dusk"
//! ```
#![allow(clippy::print_stdout, reason = "an example prints what it does")]

use futures_util::StreamExt;
use quickrouter::inputs::SdxlInput;
use quickrouter::{Client, CreateRequest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let prompt = std::env::args().nth(1).unwrap_or_else(|| "a lighthouse at dusk".to_owned());
    let client = Client::from_env()?;
    let input = SdxlInput::builder().prompt(prompt).build();

    // Who loses interest drops the stream; the prediction is then canceled.
    let mut updates = client.run_updates(CreateRequest::new(input).cancel_on_drop(true));
    let mut finished = None;
    while let Some(update) = updates.next().await {
        let update = update?;
        let percent = update.percent.map(|percent| format!(" {percent:.0} %"));
        let remaining =
            update.remaining.map(|left| format!(", about {:.1} s left", left.as_secs_f64()));
        println!(
            "{}{}{}",
            update.status(),
            percent.unwrap_or_default(),
            remaining.unwrap_or_default()
        );
        finished = Some(update.prediction);
    }
    let finished = finished.ok_or("a run has at least one update")?;
    for file in client.save(&finished, "pictures").await? {
        println!("saved {}", file.display());
    }
    Ok(())
}
