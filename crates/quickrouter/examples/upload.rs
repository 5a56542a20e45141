//! Changes a picture of yours, which is uploaded for it and deleted afterwards.
//!
//! ```sh
//! cargo run --example upload -- photo.png "make the door red"
//! ```
#![allow(clippy::print_stdout, reason = "an example prints what it does")]

use quickrouter::Client;
use quickrouter::inputs::FluxKontextProInput;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let photo = arguments.next().ok_or("give the path of a picture")?;
    let prompt = arguments.next().unwrap_or_else(|| "make the door red".to_owned());
    let client = Client::from_env()?;

    // `client.file_uri(photo)` is simpler: it uploads only what does not fit into the input.
    let file = client.upload(&photo).await?;
    println!("uploaded {photo} as {}", file.url());
    let input = FluxKontextProInput::builder().prompt(prompt).input_image(file.url()).build();
    let finished = client.run(input).await;

    // Nobody needs it any more, whatever became of the run.
    client.delete_file(file.id()).await?;
    for file in client.save(&finished?, "pictures").await? {
        println!("saved {}", file.display());
    }
    Ok(())
}
