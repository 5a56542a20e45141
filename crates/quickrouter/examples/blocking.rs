//! Makes a picture without async: no runtime, no `await`.
//!
//! ```sh
//! cargo run --features blocking --example blocking -- "a lighthouse at dusk"
//! ```
#![allow(clippy::print_stdout, reason = "an example prints what it does")]

use quickrouter::blocking;
use quickrouter::inputs::SdxlInput;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let prompt = std::env::args().nth(1).unwrap_or_else(|| "a lighthouse at dusk".to_owned());
    let client = blocking::Client::from_env()?;
    let input = SdxlInput::builder().prompt(prompt).width(768).height(768).build();

    // The same as `client.run(input)`, with a line for every update.
    let mut finished = None;
    for update in client.run_updates(input) {
        let update = update?;
        println!("{}", update.status());
        finished = Some(update.prediction);
    }
    let finished = finished.ok_or("a run has at least one update")?;
    for file in client.save(&finished, "pictures")? {
        println!("saved {}", file.display());
    }
    Ok(())
}
