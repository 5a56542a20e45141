use std::ffi::OsString;

use serde_json::{Value, json};

use super::{Input, STAND_IN, collect, has_scheme, input_object, parse};
use crate::args::command_line::Commands;
use crate::args::parse::parse_alone;
use crate::exit::failure::Failure;
use crate::text::lang::Lang;

/// The input that a command line makes.
async fn input(words: &[&str]) -> Result<Value, Failure> {
    let argv = std::iter::once("quickrouter").chain(words.iter().copied()).map(OsString::from);
    let typed = parse_alone(&argv.collect::<Vec<_>>(), Lang::English).unwrap();
    let Commands::Generate(making) = typed.command else { panic!("{words:?}") };
    let Input { json, uploads, .. } = collect(&making).await?;
    assert_eq!(uploads.len(), json.to_string().matches(STAND_IN).count());
    Ok(json)
}

/// `TYPE TEXT -> JSON`, one a line.
fn table(name: &str, texts: &[&str]) -> String {
    let schema = json!({"type": name});
    let row = |text: &&str| format!("{name} {text:?} -> {}", parse(&schema, text));
    texts.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn text_becomes_json_by_the_type_of_its_input() {
    let rows = [
        table("integer", &["7", "-7", "18446744073709551615", "1e3", "7.5", "", "seven"]),
        table("number", &["7", "7.5", "-0.5", "1e3", "NaN", "inf", "1,5"]),
        table("boolean", &["true", "false", "yes", "1"]),
        table("string", &["7", "true", "", "null", "{\"a\":1}"]),
    ];
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn a_path_is_told_from_an_address() {
    let addresses = ["https://a/b.png", "HTTP://a", "data:image/png;base64,"];
    assert!(addresses.iter().all(|text| has_scheme(text)));
    let paths = ["a.png", "./https:", "C:\\a.png", "s3://a/b", "画.png"];
    assert!(paths.iter().all(|text| !has_scheme(text)));
}

#[test]
fn input_that_is_no_object_is_refused_with_the_reason() {
    let wrong = [
        ("[1]", "is not a JSON object"),
        ("{", "is not JSON: EOF"),
        ("@no/file", "@no/file cannot be read"),
    ];
    for (text, reason) in wrong {
        let failure = input_object(text).unwrap_err();
        assert_eq!(failure.code, 2);
        assert!(failure.text().contains(reason), "{}", failure.text());
    }
}

#[tokio::test]
async fn flags_win_over_input_and_the_prompt_is_a_flag() {
    let json = r#"{"prompt": "a", "width": 8, "seed": 1}"#;
    let made = input(&["generate", "b", "--input", json, "--width", "16"]).await.unwrap();
    assert_eq!(made, json!({"prompt": "b", "width": 16, "seed": 1}));
}

#[tokio::test]
async fn only_what_was_typed_is_sent() {
    assert_eq!(input(&["generate", "a fox"]).await.unwrap(), json!({"prompt": "a fox"}));
    let made = input(&["generate", "--input", "{}", "--apply-watermark"]).await.unwrap();
    assert_eq!(made, json!({"apply_watermark": true}));
}

#[tokio::test]
async fn a_prompt_given_twice_must_be_the_same() {
    assert!(input(&["generate", "a", "--prompt", "a"]).await.is_ok());
    let failure = input(&["generate", "a", "--prompt", "b"]).await.unwrap_err();
    assert_eq!(failure.code, 2);
    assert!(input(&["generate", "-", "--input", "-"]).await.is_err());
}

#[tokio::test]
async fn a_file_becomes_a_data_uri_and_a_missing_one_is_named_with_its_flag() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.png");
    std::fs::write(&file, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    let made = input(&["generate", "a", "--image", file.to_str().unwrap()]).await.unwrap();
    let uri = made["image"].as_str().unwrap();
    assert!(uri.starts_with("data:image/png;base64,"), "{uri}");

    let lost = folder.path().join("none.png");
    let lost = lost.to_str().unwrap();
    let failure = input(&["generate", "a", "--image", lost, "--mask", lost]).await.unwrap_err();
    assert_eq!(failure.code, 2);
    for part in ["--image", "--mask", "none.png"] {
        assert!(failure.text().contains(part), "{}", failure.text());
    }
}

#[tokio::test]
async fn a_file_over_the_limit_is_to_be_uploaded_and_one_that_cannot_be_read_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.png");
    let limit = quickrouter::catalog::limits::INLINE_FILE_BYTES;
    std::fs::File::create(&file).unwrap().set_len(limit + 1).unwrap();
    let large = file.to_str().unwrap();
    let made = input(&["generate", "a", "--image", large]).await.unwrap();
    assert_eq!(made, json!({"prompt": "a", "image": STAND_IN}));
    let empty = folder.path().join("empty.png");
    std::fs::File::create(&empty).unwrap();
    for other in ["missing.png", ".", empty.to_str().unwrap()] {
        let words = ["generate", "a", "--image", large, "--mask", other];
        let failure = input(&words).await.unwrap_err();
        assert!(failure.text().starts_with("--mask: file "), "{}", failure.text());
    }
}
