//! What to do when the answer to a create is lost: it may have been accepted, and cost money.
//!
//! The emulator loses one on request:
//!
//! ```sh
//! quickrouter serve --fault '{"on": {"route": "create", "nth": 1}, "do": "reset_after"}'
//! cargo run --example recover_unknown
//! ```
#![allow(clippy::print_stdout, reason = "an example prints what it does")]

use quickrouter::inputs::SdxlInput;
use quickrouter::{Client, Error};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    // A seed of its own tells this create from others with the same prompt.
    let input = SdxlInput::builder().prompt("a red door").seed(20_260).build();

    let prediction = match client.create(input).await {
        // The client has looked for it in the list of predictions, and this one can be no other.
        Ok(prediction) if prediction.was_recovered() => {
            println!("the answer was lost, and the prediction was recovered");
            prediction
        }
        Ok(prediction) => prediction,
        Err(Error::OutcomeUnknown(unknown)) => {
            // Whether it was looked for, and what may be it, is in `unknown.recovery`.
            println!("it may have been accepted: {unknown}");
            // To create it again may be to pay twice, so that is for a person to decide.
            return Err(Error::OutcomeUnknown(unknown).into());
        }
        // All other errors of a create say that nothing was accepted.
        Err(error) => return Err(error.into()),
    };
    let id = prediction.id().ok_or("the gateway gave no id to wait for")?;
    println!("{id} {}", client.wait(id).await?.status());
    Ok(())
}
