//! The output files.

use crate::rig::{Rig, pass};
use http::StatusCode;
use serde_json::{Value, json};
use std::io::Cursor;

async fn finished(rig: &Rig, input: Value) -> Value {
    let id = rig.created(input).await;
    pass(600_000).await;
    rig.prediction(&id).await
}

async fn drawn(rig: &Rig, input: Value) -> Vec<u8> {
    let answer = rig.output(&finished(rig, input).await["output"][0]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "image/png");
    answer.body
}

fn size(file: &[u8]) -> (u32, u32) {
    let image = image::load_from_memory(file).expect("a PNG");
    (image.width(), image.height())
}

#[tokio::test(start_paused = true)]
async fn the_same_input_and_seed_draw_the_same_bytes_and_another_prompt_or_seed_others() {
    let rig = Rig::new();
    let input = |prompt: &str, seed: u32| json!({"prompt": prompt, "seed": seed, "width": 256, "height": 256});
    let first = drawn(&rig, input("a cat", 1)).await;
    let again = json!({"height": 256, "width": 256, "seed": 1, "prompt": "a cat"});
    assert_eq!(first, drawn(&rig, again).await);
    assert_eq!(first, drawn(&Rig::new(), input("a cat", 1)).await);
    assert_ne!(first, drawn(&rig, input("a dog", 1)).await);
    assert_ne!(first, drawn(&rig, input("a cat", 2)).await);
}

#[tokio::test(start_paused = true)]
async fn as_many_outputs_are_made_as_were_asked_for_and_they_differ() {
    let rig = Rig::new();
    let input = json!({"num_outputs": 3, "width": 128, "height": 128, "seed": 1});
    let finished = finished(&rig, input).await;
    let urls = finished["output"].as_array().unwrap();
    assert_eq!(urls.len(), 3);
    let mut files = vec![];
    for url in urls {
        files.push(rig.output(url).await.body);
    }
    assert!(files[0] != files[1] && files[1] != files[2] && files[0] != files[2]);
    let beyond = urls[0].as_str().unwrap().replace("out-0", "out-3");
    assert_eq!(rig.output(&json!(beyond)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_picture_has_the_size_that_was_asked_for() {
    let rig = Rig::new();
    for (width, height) in [(8, 8), (8, 1024), (1024, 8), (136, 96), (1024, 1024)] {
        let file = drawn(&rig, json!({"width": width, "height": height})).await;
        assert_eq!(size(&file), (width, height));
    }
    assert_eq!(size(&drawn(&rig, json!({})).await), (1024, 1024));
}

#[tokio::test(start_paused = true)]
async fn an_aspect_ratio_becomes_about_a_megapixel() {
    let rig = Rig::new();
    let path = "/replicate/v1/models/black-forest-labs/flux-kontext-pro/predictions";
    let wanted =
        [("16:9", (1368, 768)), ("1:1", (1024, 1024)), ("match_input_image", (1024, 1024))];
    for (ratio, expected) in wanted {
        let body = json!({"input": {"prompt": "a cat", "aspect_ratio": ratio}});
        let fresh = rig.post(path, &body).await.json();
        pass(60_000).await;
        let finished = rig.prediction(fresh["id"].as_str().unwrap()).await;
        assert_eq!(size(&rig.output(&finished["output"]).await.body), expected, "{ratio}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_picture_says_in_its_text_chunks_what_it_is_and_what_it_was_made_of() {
    let rig = Rig::new();
    let inline = format!("data:image/png;base64,{}", "A".repeat(1000));
    let input =
        json!({"prompt": "一只橘猫", "seed": 7, "width": 128, "height": 128, "image": inline});
    let file = drawn(&rig, input).await;
    let reader = png::Decoder::new(Cursor::new(&file)).read_info().expect("a PNG");
    let info = reader.info();
    let mut chunks: Vec<(String, String)> = vec![];
    for chunk in &info.uncompressed_latin1_text {
        chunks.push((chunk.keyword.clone(), chunk.text.clone()));
    }
    for chunk in &info.utf8_text {
        chunks.push((chunk.keyword.clone(), chunk.get_text().unwrap()));
    }
    insta::assert_json_snapshot!("text_chunks", chunks);
}

#[tokio::test(start_paused = true)]
async fn a_chinese_prompt_is_written_in_glyphs_of_its_own() {
    let rig = Rig::new();
    // The background follows from the input as a whole, so that light pixels on the dark panel are
    // counted: strokes of the one and of the other prompt.
    let mut ink = vec![];
    for prompt in ["一", "鬱鬱鬱鬱", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"] {
        let file =
            drawn(&rig, json!({"prompt": prompt, "seed": 7, "width": 512, "height": 512})).await;
        let image = image::load_from_memory(&file).unwrap().to_rgb8();
        ink.push(image.pixels().filter(|pixel| pixel.0 == [255, 255, 255]).count());
    }
    assert!(ink[0] > 0, "{ink:?}");
    assert!(ink[1] > 4 * ink[0], "{ink:?}");
    assert_ne!(ink[1], ink[2], "not the box for missing characters");
}

#[tokio::test(start_paused = true)]
async fn there_is_no_file_before_the_prediction_has_succeeded_or_after_it_was_canceled() {
    let rig = Rig::new();
    let id = rig.created(json!({})).await;
    let url = json!(format!("http://127.0.0.1:1/emulator/outputs/{id}/out-0.png"));
    assert_eq!(rig.output(&url).await.status, StatusCode::NOT_FOUND);
    pass(3_000).await;
    assert_eq!(rig.output(&url).await.status, StatusCode::NOT_FOUND);
    rig.cancel(&id).await;
    pass(60_000).await;
    assert_eq!(rig.output(&url).await.status, StatusCode::NOT_FOUND);
}
