//! Creates whose inputs have files of this machine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use quickrouter_mcp::McpServerBuilder;
use serde_json::{Value, json};

use crate::harness::{Session, World, content, error};

/// The beginning of a PNG, which suffices to recognize one.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// A folder of files that may be sent, with a picture in it.
fn allowed(world: &World) -> (PathBuf, Value) {
    let folder = world.state_file().with_file_name("allowed");
    std::fs::create_dir_all(&folder).unwrap();
    let picture = folder.join("in.png");
    std::fs::write(&picture, PNG).unwrap();
    let arguments = json!({
        "request_id": "r",
        "prompt": "a red door",
        "image": picture.to_str().unwrap(),
    });
    (folder, arguments)
}

fn allowing(world: &World, folder: &Path) -> McpServerBuilder {
    world.builder().allow_folder(folder).wait(Duration::from_secs(2))
}

/// Calls `generate_image`, and loses what its server noted after arming.
async fn killed(world: &World, folder: &Path, arguments: &Value) {
    let session = Session::new(allowing(world, folder)).await;
    content(&session.call("generate_image", arguments.clone()).await);
    drop(session);
    let noted = std::fs::read_to_string(world.state_file()).unwrap();
    let lines: Vec<_> = noted.lines().take(2).collect();
    std::fs::write(world.state_file(), format!("{}\n", lines.join("\n"))).unwrap();
}

#[tokio::test]
async fn what_a_killed_server_created_with_a_small_file_is_found_again() {
    let world = World::quick().await;
    let (folder, arguments) = allowed(&world);
    killed(&world, &folder, &arguments).await;
    let session = Session::new(allowing(&world, &folder)).await;
    let found = session.call("generate_image", arguments).await;
    assert_eq!(content(&found)["status"], "succeeded");
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn a_file_that_is_gone_or_is_uploaded_leaves_it_unknown_and_is_named() {
    let world = World::quick().await;
    let (folder, arguments) = allowed(&world);
    killed(&world, &folder, &arguments).await;
    let session = Session::new(allowing(&world, &folder)).await;
    let refused = |why: &'static str| {
        let (session, arguments) = (&session, arguments.clone());
        async move {
            let refused = session.call("generate_image", arguments).await;
            assert_eq!(error(&refused)["kind"], "outcome_unknown");
            assert_eq!(error(&refused)["may_be_billed"], true);
            let message = error(&refused)["message"].as_str().unwrap();
            assert!(message.contains("in.png") && message.contains(why), "{message}");
        }
    };
    let picture = folder.join("in.png");
    std::fs::File::options().write(true).open(&picture).unwrap().set_len(2 << 20).unwrap();
    refused("uploaded").await;
    std::fs::remove_file(&picture).unwrap();
    refused("there is no file").await;
    assert_eq!(world.emulator.creates_accepted(), 1);
}
