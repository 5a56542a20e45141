//! Sidecars: what stands in them, and that pictures come first.

use serde_json::{Value, json};

use crate::served::{self, Served, id_of};

#[test]
fn a_sidecar_says_what_a_picture_was_made_of_but_no_file_and_no_key() {
    let served = Served::new(&[]);
    std::fs::write(served.path("fox.png"), b"\x89PNG\r\n\x1a\nfox").unwrap();
    let ran = served.run(&[
        "generate",
        "a fox",
        "--image",
        "fox.png",
        "--mask",
        "https://example.com/m.png",
        "--num-outputs",
        "2",
        "--sidecar",
    ]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stdout.lines().count(), 2, "stdout has the pictures alone: {ran:?}");
    for (index, file) in ran.stdout.lines().enumerate() {
        let text = std::fs::read_to_string(served.path(&format!("{file}.json"))).unwrap();
        for secret in ["base64", "QUICKROUTER", "\"k\"", "fox.png"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        let mut sidecar: Value = serde_json::from_str(&text).unwrap();
        let picture = std::fs::metadata(served.path(file)).unwrap().len();
        assert_eq!(sidecar["picture"]["bytes"], picture);
        assert_eq!(sidecar["picture"]["index"], index);
        assert_eq!(sidecar["prediction_id"], id_of(file));
        assert!(sidecar["seed"].is_u64(), "drawn by the model, and read from its log: {text}");
        assert!(sidecar["metrics"]["predict_time"].is_number(), "{text}");
        assert_eq!(
            sidecar["input"],
            json!({
                "prompt": "a fox",
                "image": {"omitted_file": {
                    "media_type": "image/png",
                    "bytes": 11,
                    "sha256": "28a202865853c1bb07f7b70b0cfbaa228c1aac5d4aa02825a2d555089c8fc254",
                }},
                "mask": "https://example.com/m.png",
                "num_outputs": 2,
            })
        );
        let keys: Vec<_> = sidecar.as_object_mut().unwrap().keys().cloned().collect();
        assert_eq!(
            keys,
            [
                "quickrouter_sidecar",
                "prediction_id",
                "model",
                "version",
                "input",
                "seed",
                "metrics",
                "created_at",
                "completed_at",
                "gateway",
                "price",
                "picture"
            ]
        );
    }
}

#[test]
fn what_was_saved_before_gets_sidecars_from_what_the_gateway_repeats() {
    let served = Served::new(&[]);
    let id = served.line(&["generate", "a fox", "--seed", "7", "--detach"]);
    let file = served.line(&["predictions", "save", "--sidecar", &id]);
    let sidecar = served::json(served.path(&format!("{file}.json")));
    assert_eq!(sidecar["model"], "stability-ai/sdxl");
    assert_eq!(sidecar["input"], json!({"prompt": "a fox", "seed": 7}));
    assert_eq!(sidecar["seed"], 7);
}

#[test]
fn a_sidecar_that_cannot_be_written_is_a_warning_beside_the_picture() {
    let served = Served::new(&[]);
    let id = served.line(&["generate", "a fox", "--detach"]);
    std::fs::create_dir(served.path(&format!("{id}-0.png.json"))).unwrap();
    let ran = served.run(&["predictions", "save", "--sidecar", &id]);
    assert_eq!((ran.code, ran.stdout), (Some(0), format!("./{id}-0.png\n")), "{}", ran.stderr);
    assert!(ran.stderr.contains("there is one already"), "{}", ran.stderr);
    std::fs::remove_dir(served.path(&format!("{id}-0.png.json"))).unwrap();
    std::fs::write(served.path(&format!("{id}-0.png.json")), "mine").unwrap();
    std::fs::remove_file(served.path(&format!("{id}-0.png"))).unwrap();
    let ran = served.run(&["predictions", "save", "--sidecar", &id]);
    assert!(ran.code == Some(0) && ran.stderr.contains("there is one already"), "{}", ran.stderr);
    assert_eq!(std::fs::read(served.path(&format!("{id}-0.png.json"))).unwrap(), b"mine");
    served.line(&["predictions", "save", "--sidecar", "--overwrite", &id]);
    assert_eq!(served::json(served.path(&format!("{id}-0.png.json")))["prediction_id"], *id);
}
