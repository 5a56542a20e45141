//! Tests a function of your own against an emulator in the same process: no key, no network, no bill.
//!
//! ```sh
//! cargo run --example testing_with_the_emulator
//! ```
//!
//! In a project of yours `main` is a `#[tokio::test]`, and `quickrouter-emulator` a dev-dependency.
#![allow(clippy::print_stdout, reason = "an example prints what it does")]

use std::path::{Path, PathBuf};

use quickrouter::inputs::SdxlInput;
use quickrouter::{Client, Error};
use quickrouter_emulator::{CannedResponse, Effect, Emulator, Fault};

/// The function that is tested.
async fn postcard(client: &Client, place: &str, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let input = SdxlInput::builder().prompt(format!("a postcard of {place}")).build();
    client.save(&client.run(input).await?, folder).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Predictions take no time, the first create is answered 503, and the answer to the second is
    // lost on its way.
    let emulator = Emulator::builder()
        .time_scale(0.0)
        .fault(Fault::new(Effect::Answer(CannedResponse::status(503))).on("create").nth(1))
        .fault(Fault::new(Effect::ResetAfter).on("create").nth(2))
        .start()
        .await?;
    let client = Client::builder().api_key(emulator.key()).base_url(emulator.base_url()).build()?;

    let folder = tempfile::tempdir()?;
    let files = postcard(&client, "Heligoland", folder.path()).await?;

    assert!(std::fs::read(&files[0])?.starts_with(b"\x89PNG"));
    assert_eq!(emulator.creates_accepted(), 1, "paid for once: {:?}", emulator.requests());
    println!("{} file, {} create was accepted", files.len(), emulator.creates_accepted());
    for request in emulator.requests() {
        let status = request.status.map_or("no answer".to_owned(), |status| status.to_string());
        println!("{} {}: {status}", request.method, request.path);
    }
    emulator.stop().await?;
    Ok(())
}
