use std::fs;
use std::path::{Path, PathBuf};

use quickrouter::Client;
use quickrouter_emulator::Emulator;
use rmcp::model::JsonObject;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{AllowedFolders, InputFiles};
use crate::error::ToolError;

const KNOWN: &str = "stability-ai/sdxl";
const OTHER: &str = "acme/any";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// A folder that is allowed, one beside it, and a picture in both.
struct Place {
    place: TempDir,
    allowed: AllowedFolders,
}

impl Place {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        for folder in ["in", "out"] {
            fs::create_dir(place.path().join(folder)).unwrap();
            fs::write(place.path().join(folder).join("a.png"), PNG).unwrap();
        }
        let allowed = AllowedFolders::new(vec![place.path().join("in")]);
        Self { place, allowed }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn uri(&self, name: &str) -> String {
        url::Url::from_file_path(self.path(name)).unwrap().into()
    }

    fn find(&self, model: &str, input: Value) -> Result<InputFiles, ToolError> {
        self.allowed.find(model, &object(input))
    }

    /// The paths that an input of one value names.
    fn found(&self, model: &str, name: &str, value: &str) -> Vec<PathBuf> {
        let files = self.find(model, json!({name: value})).unwrap();
        files.files.into_iter().map(|file| file.path).collect()
    }

    fn refusal(&self, model: &str, name: &str, value: &str) -> String {
        self.find(model, json!({name: value})).unwrap_err().to_string()
    }
}

fn object(value: Value) -> JsonObject {
    serde_json::from_value(value).unwrap()
}

fn resolved(path: &Path) -> Vec<PathBuf> {
    vec![path.canonicalize().unwrap()]
}

#[test]
fn a_uri_input_takes_a_path_of_every_kind_below_an_allowed_folder() {
    let place = Place::new();
    let file = resolved(&place.path("in/a.png"));
    for value in [place.text("in/a.png"), "a.png".to_owned(), place.uri("in/a.png")] {
        assert_eq!(place.found(KNOWN, "image", &value), file, "{value}");
    }
    for value in ["https://a.example/a.png", "data:image/png;base64,iVBORw0KGgo=", ""] {
        assert!(place.find(KNOWN, json!({"image": value})).unwrap().files.is_empty(), "{value}");
    }
}

#[test]
fn any_other_text_is_never_taken_for_a_path() {
    let place = Place::new();
    let path = place.text("in/a.png");
    let prompt = json!({"prompt": place.uri("in/a.png"), "negative_prompt": path});
    assert!(place.find(KNOWN, prompt).unwrap().files.is_empty());
    for value in [path.as_str(), "a.png", "@/etc/passwd", "/etc/passwd"] {
        assert!(place.find(OTHER, json!({"image": value})).unwrap().files.is_empty(), "{value}");
        assert!(place.find(OTHER, json!({"images": [value]})).unwrap().files.is_empty(), "{value}");
    }
    let nested = json!({"a": {"b": place.uri("in/a.png")}});
    assert!(place.find(OTHER, nested).unwrap().files.is_empty());
}

#[test]
fn a_file_uri_names_a_file_in_any_input_of_an_unknown_model_and_in_its_arrays() {
    let place = Place::new();
    let (uri, file) = (place.uri("in/a.png"), resolved(&place.path("in/a.png")));
    assert_eq!(place.found(OTHER, "whatever", &uri), file);
    let files = place.find(OTHER, json!({"images": ["https://a.example", uri, 7]})).unwrap();
    let sent = files.stand_in(object(json!({"images": ["https://a.example", "x", 7]})));
    assert_eq!(Value::from(sent), json!({"images": ["https://a.example", "upload:to-come", 7]}));
    assert!(place.refusal(OTHER, "whatever", &place.uri("out/a.png")).contains("--allow-dir"));
}

#[test]
fn a_file_outside_and_one_that_does_not_exist_are_refused_in_the_same_words() {
    let place = Place::new();
    let said = |value: &str| place.refusal(KNOWN, "image", value).replace(value, "PATH");
    let outside = said(&place.text("out/a.png"));
    assert_eq!(said(&place.text("out/none.png")), outside);
    assert_eq!(said(&place.text("in/none.png")), outside);
    assert_eq!(said("none.png"), outside);
    assert_eq!(said(&place.text("inner.png")), outside, "a name that begins like the folder's");
    let folder = place.text("in");
    for part in ["`image`: ", "--allow-dir", folder.as_str(), "Nothing was created."] {
        assert!(outside.contains(part), "{part}: {outside}");
    }
}

#[test]
fn without_an_allowed_folder_no_file_is_sent() {
    let place = Place::new();
    let none = AllowedFolders::new(Vec::new());
    let input = object(json!({"image": place.text("in/a.png")}));
    let error = none.find(KNOWN, &input).unwrap_err().to_string();
    assert!(error.contains("no folder is allowed") && error.contains("--allow-dir"), "{error}");
    let missing = AllowedFolders::new(vec![place.path("missing")]);
    assert!(missing.find(KNOWN, &input).is_err());
}

#[test]
fn a_folder_is_no_file_and_a_path_with_dots_is_none_either() {
    let place = Place::new();
    fs::create_dir(place.path("in/inner")).unwrap();
    for value in ["inner", &place.text("in"), &place.text("in/inner")] {
        let refusal = place.refusal(KNOWN, "image", value);
        assert!(refusal.contains("is not a file"), "{value}: {refusal}");
    }
    for value in ["../out/a.png", "inner/../a.png", &place.text("in/../out/a.png")] {
        assert!(place.refusal(KNOWN, "image", value).contains("contains `..`"), "{value}");
    }
}

#[test]
fn a_relative_path_that_names_two_files_is_refused() {
    let place = Place::new();
    let both = AllowedFolders::new(vec![place.path("in"), place.path("out"), place.path("in")]);
    let error = both.find(KNOWN, &object(json!({"image": "a.png"}))).unwrap_err();
    assert!(error.message.contains("give the whole path"), "{error}");
    let whole = both.find(KNOWN, &object(json!({"image": place.text("out/a.png")}))).unwrap();
    assert_eq!(whole.files.len(), 1);
}

#[test]
fn an_input_names_a_bounded_number_of_files() {
    let place = Place::new();
    let uris = |count| vec![place.uri("in/a.png"); count];
    assert!(place.find(OTHER, json!({"images": uris(16)})).is_ok());
    let error = place.find(OTHER, json!({"images": uris(17)})).unwrap_err();
    assert!(error.message.contains("more than 16 files"), "{error}");
}

#[test]
fn what_was_given_is_masked_and_bounded_in_the_refusal() {
    let place = Place::new();
    for value in ["a\u{1b}[2J.png".to_owned(), "x".repeat(100_000), "\u{202e}gnp".repeat(900)] {
        let error = place.refusal(KNOWN, "image", &value);
        assert!(!error.contains(|c: char| c.is_control() || c == '\u{202e}'), "{error:?}");
        assert!(error.len() < 1500, "{}", error.len());
    }
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::{AllowedFolders, KNOWN, PNG, Place, fs, json, object, resolved};

    #[test]
    fn a_link_is_followed_within_the_folders_and_never_out_of_them() {
        let place = Place::new();
        symlink(place.path("in/a.png"), place.path("in/link.png")).unwrap();
        symlink(place.path("in"), place.path("door")).unwrap();
        let file = resolved(&place.path("in/a.png"));
        for value in [place.text("in/link.png"), place.text("door/a.png"), "link.png".to_owned()] {
            assert_eq!(place.found(KNOWN, "image", &value), file, "{value}");
        }
        let through = AllowedFolders::new(vec![place.path("door")]);
        let input = object(json!({"image": place.text("in/a.png")}));
        assert_eq!(through.find(KNOWN, &input).unwrap().files[0].path, file[0]);

        symlink(place.path("out/a.png"), place.path("in/leak.png")).unwrap();
        symlink(place.path("out"), place.path("in/leak")).unwrap();
        symlink("/etc/passwd", place.path("in/passwd")).unwrap();
        symlink(place.path("in/loop"), place.path("in/loop")).unwrap();
        for value in ["leak.png", "leak/a.png", "passwd", "loop"] {
            let refusal = place.refusal(KNOWN, "image", value);
            assert!(refusal.contains("there is no file"), "{value}: {refusal}");
        }
    }

    #[test]
    fn a_device_is_no_file() {
        let dev = AllowedFolders::new(vec!["/dev".into()]);
        let error = dev.find(KNOWN, &object(json!({"image": "/dev/zero"}))).unwrap_err();
        assert!(error.message.contains("is not a file"), "{error}");
    }

    #[tokio::test]
    async fn a_file_that_was_replaced_by_a_link_since_is_not_read() {
        let place = Place::new();
        let input = json!({"image": "a.png"});
        let files = place.find(KNOWN, input).unwrap();
        assert!(files.check().await.is_ok());
        fs::write(place.path("out/secret"), PNG).unwrap();
        fs::remove_file(place.path("in/a.png")).unwrap();
        symlink(place.path("out/secret"), place.path("in/a.png")).unwrap();
        let error = files.check().await.unwrap_err();
        assert!(error.message.contains("`image`: ") && error.message.contains("replaced"));
    }
}

#[tokio::test]
async fn a_file_is_checked_by_the_contract_before_it_is_sent() {
    let place = Place::new();
    fs::write(place.path("in/a.txt"), "text").unwrap();
    fs::write(place.path("in/empty.png"), "").unwrap();
    let warned = place.find(KNOWN, json!({"image": "a.txt", "mask": "a.png"})).unwrap();
    let warnings = warned.check().await.unwrap();
    assert_eq!(warnings.iter().map(|w| w.field.as_str()).collect::<Vec<_>>(), ["image"]);
    let empty = place.find(KNOWN, json!({"image": "a.png", "mask": "empty.png"})).unwrap();
    let error = empty.check().await.unwrap_err();
    assert!(error.message.starts_with("`mask`: ") && error.message.contains("empty"), "{error}");
}

#[tokio::test]
async fn a_small_file_is_sent_inside_the_input_and_a_large_one_is_uploaded() {
    let place = Place::new();
    let large = quickrouter::catalog::limits::INLINE_FILE_BYTES + 1;
    fs::write(place.path("in/large.png"), PNG).unwrap();
    fs::File::options()
        .append(true)
        .open(place.path("in/large.png"))
        .unwrap()
        .set_len(large)
        .unwrap();
    let emulator = Emulator::builder().start().await.unwrap();
    let client =
        Client::builder().base_url(emulator.base_url()).api_key(emulator.key()).build().unwrap();
    let input = json!({"prompt": "a.png", "image": "large.png", "mask": "a.png"});
    let files = place.find(KNOWN, input.clone()).unwrap();
    let sent = files.send(&client, object(input)).await.unwrap();
    assert_eq!(sent["prompt"], "a.png");
    assert!(sent["image"].as_str().unwrap().starts_with(&emulator.base_url()), "{}", sent["image"]);
    assert!(sent["mask"].as_str().unwrap().starts_with("data:image/png;base64,"));

    let input = json!({"image": "large.png", "mask": "gone.png"});
    fs::write(place.path("in/gone.png"), PNG).unwrap();
    let files = place.find(KNOWN, input.clone()).unwrap();
    fs::remove_file(place.path("in/gone.png")).unwrap();
    let before = emulator.requests().len();
    let error = files.send(&client, object(input)).await.unwrap_err();
    assert!(error.message.starts_with("`mask`: "), "{error}");
    assert_eq!(emulator.requests().len(), before, "nothing is uploaded in vain");
    emulator.stop().await.unwrap();
}
