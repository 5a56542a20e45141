//! `generate` and `run`: what is on stdout, what is on disk, what was asked of the gateway.

use quickrouter::catalog::models;
use serde_json::Value;

use crate::command::{Ran, Stage, files, outside, quickrouter};

const PROMPT: &str = "An astronaut riding a rainbow unicorn, cinematic, dramatic";

#[tokio::test]
async fn generate_with_the_emulator_needs_no_key_and_prints_the_path_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = quickrouter(folder.path());
    command.args(["generate", PROMPT, "--emulator"]);
    let ran = Ran::of(command).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let [path] = ran.lines()[..] else { panic!("{ran:?}") };
    let picture = image::open(folder.path().join(path)).unwrap();
    assert_eq!((picture.width(), picture.height()), (1024, 1024));
    assert_eq!(files(folder.path()).len(), 1, "nothing is left beside the picture");
    assert!(ran.stderr.contains("emulator"), "a fake is called a fake: {}", ran.stderr);
}

#[tokio::test]
async fn a_chinese_prompt_makes_a_picture_of_its_own() {
    let stage = Stage::new().await;
    for prompt in ["骑着彩虹独角兽的宇航员", "骑着白马的武士"] {
        let ran = stage.run(&["generate", prompt, "--seed", "1"]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    let [one, two] = &stage.files()[..] else { panic!() };
    let read = |name| std::fs::read(stage.folder.path().join(name)).unwrap();
    assert_ne!(read(one), read(two));
}

#[tokio::test]
async fn the_same_input_and_seed_give_the_same_bytes() {
    let stage = Stage::new().await;
    for _ in 0..2 {
        let size = ["--width", "128", "--height", "64", "--seed", "5"];
        let ran = stage.run(&[&["generate", PROMPT][..], &size].concat()).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    let [one, two] = &stage.files()[..] else { panic!() };
    let read = |name| std::fs::read(stage.folder.path().join(name)).unwrap();
    assert_eq!(read(one), read(two));
}

#[tokio::test]
async fn json_is_one_document_with_prediction_and_files() {
    let stage = Stage::new().await;
    let ran = stage
        .run(&["generate", "a", "--width=64", "--height=64", "--num-outputs", "2", "--json"])
        .await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["prediction"]["status"], "succeeded");
    assert_eq!(document["prediction"]["input"]["width"], 64);
    assert_eq!(document["files"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn every_input_of_generate_reaches_the_gateway_as_its_type() {
    let stage = Stage::new().await;
    let ran = stage
        .run(&[
            "generate",
            "a",
            "--negative-prompt",
            "",
            "--width",
            "64",
            "--height",
            "64",
            "--seed",
            "-3",
            "--guidance-scale",
            "7.5",
            "--apply-watermark=false",
            "--disable-safety-checker",
            "--refine",
            "base_image_refiner",
            "--refine-steps",
            "3",
            "--scheduler",
            "DDIM",
            "--json",
        ])
        .await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    insta::assert_json_snapshot!(document["prediction"]["input"]);
}

#[tokio::test]
async fn run_works_for_every_model_by_its_full_and_its_short_name() {
    let stage = Stage::new().await;
    for model in models() {
        let mut arguments =
            vec!["run".to_owned(), model.short_name().to_owned(), "--json".to_owned()];
        for field in model.required() {
            let (_, schema) = model.inputs().find(|(name, _)| *name == field).unwrap();
            let value =
                if schema.get("format").is_some() { "https://example.com/a.png" } else { "text" };
            arguments.extend([format!("--{}", field.replace('_', "-")), value.to_owned()]);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = stage.run(&arguments).await;
        assert_eq!(ran.code, Some(0), "{}: {ran:?}", model.name);
        let document: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(document["prediction"]["model"], model.name);
    }
    let ran = stage
        .run(&[
            "run",
            "stability-ai/sdxl",
            "--input",
            r#"{"prompt": "a", "width": 64}"#,
            "--width",
            "128",
            "--json",
        ])
        .await;
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["prediction"]["input"]["width"], 128, "flags win");
}

#[tokio::test]
async fn input_comes_from_a_file_or_from_stdin_too() {
    use std::io::Write;
    let stage = Stage::new().await;
    std::fs::write(
        stage.folder.path().join("in.json"),
        r#"{"prompt": "from a file", "width": 64, "height": 64}"#,
    )
    .unwrap();
    let ran = stage.run(&["run", "sdxl", "--input", "@in.json", "--json"]).await;
    assert!(ran.stdout.contains("from a file"), "{ran:?}");
    let mut command = stage.command(&["run", "sdxl", "--input", "-", "--json"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(br#"{"prompt": "from stdin", "width": 64, "height": 64}"#)
        .unwrap();
    let output =
        tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    assert!(Ran::from(output).stdout.contains("from stdin"));
}

#[tokio::test]
async fn an_image_file_becomes_a_data_uri_and_a_missing_one_is_refused() {
    let stage = Stage::new().await;
    let small = stage.folder.path().join("small.png");
    std::fs::write(small, b"\x89PNG\r\n\x1a\nsmall").unwrap();
    let ran = stage.run(&["generate", "a", "--image", "small.png", "--json"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let image = document["prediction"]["input"]["image"].as_str().unwrap();
    assert!(image.starts_with("data:image/png;base64,"), "{image}");
    let ran = stage.run(&["generate", "a", "--image", "missing.png"]).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("missing.png"), "{}", ran.stderr);
    assert_eq!(stage.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn bad_input_is_refused_with_field_value_and_limit_and_no_request() {
    let stage = Stage::new().await;
    let wrong: [&[&str]; 6] = [
        &["generate", "a", "--num-outputs", "5"],
        &["generate", "a", "--width", "1001"],
        &["generate", "a", "--width", "wide"],
        &["generate", "a", "--scheduler", "EULER"],
        &["run", "sdxl", "--input", r#"{"promt": "a"}"#],
        &["generate", "a", "--num-outputs", "5", "--width", "1001", "--scheduler", "EULER"],
    ];
    let mut told = Vec::new();
    for arguments in wrong {
        let ran = stage.run(arguments).await;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        told.push(ran.stderr);
    }
    insta::assert_snapshot!(told.join("\n"));
    assert_eq!(stage.emulator.creates_accepted(), 0);
    let stats =
        format!("{}/emulator/stats", stage.emulator.base_url().trim_end_matches("/replicate"));
    let stats: Value = outside().get(stats).send().await.unwrap().json().await.unwrap();
    assert_eq!(stats["creates_accepted"], 0);
}

#[tokio::test]
async fn an_existing_file_is_kept_unless_overwriting_is_asked_for() {
    let stage = Stage::new().await;
    let ran = stage.run(&["generate", "a", "--width", "64", "--height", "64"]).await;
    let name = stage.files().remove(0);
    let id = name.rsplit_once('-').unwrap().0.to_owned();
    let file = stage.folder.path().join(&name);
    std::fs::write(&file, "mine").unwrap();
    assert_eq!(ran.code, Some(0));
    let ran = stage.run(&["predictions", "save", &id]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains(&format!("quickrouter predictions save {id}")), "{}", ran.stderr);
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    let ran = stage.run(&["predictions", "save", &id, "--overwrite"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(image::open(&file).is_ok());
}

#[tokio::test]
async fn warnings_and_progress_go_to_stderr_and_quiet_silences_progress() {
    let stage = Stage::new().await;
    let small = ["--width", "64", "--height", "64", "--lora-scale", "0.5"];
    let ran = stage.run(&[&["generate", "a"][..], &small].concat()).await;
    assert!(ran.stderr.contains("lora_scale is ignored"), "{}", ran.stderr);
    assert_eq!(ran.lines().len(), 1);
    let ran = stage.run(&["generate", "a", "-q", "--width", "64", "--height", "64"]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
}

#[tokio::test]
async fn the_key_is_in_nothing_that_is_printed() {
    let stage = Stage::new().await;
    for arguments in [
        &["generate", "a", "-vv", "--width", "64", "--height", "64"][..],
        &["predictions", "get", "nothing", "-vv"],
    ] {
        let mut command = stage.command(arguments);
        command.env("QUICKROUTER_API_KEY", "a-key-that-nobody-may-see");
        let ran = Ran::of(command).await;
        assert!(ran.stderr.contains("/v1/predictions"), "requests are shown: {}", ran.stderr);
        assert!(!format!("{ran:?}").contains("a-key-that-nobody-may-see"));
    }
}
