//! `again`: a picture is made again from its record, which is not trusted.

use std::path::Path;

use serde_json::{Value, json};

use crate::served::{self, Served, id_of};
use crate::{Odd, Ran, failed};

#[test]
fn a_picture_is_made_again_from_its_sidecar_with_the_seed_that_was_used() {
    let served = Served::new(&[]);
    let first = served.line(&["generate", "a fox", "--width", "64", "--sidecar", "-q"]);
    let seed = served::json(served.path(&format!("{first}.json")))["seed"].clone();
    let second = served.line(&["again", &first, "--yes", "--sidecar", "-q"]);
    let input = json!({"width": 64, "prompt": "a fox", "seed": seed});
    assert_eq!(served.input(id_of(&second)), input);
    // With the same input, seed included, it is the same picture.
    let third = served.line(&["again", &format!("{second}.json"), "--yes", "-q"]);
    let content = |file: &str| std::fs::read(served.path(file)).unwrap();
    assert_eq!(content(&second), content(&third));
    let fourth = served.line(&["again", &first, "--yes", "--set", "seed=", "--detach", "-q"]);
    assert_eq!(served.input(&fourth), json!({"width": 64, "prompt": "a fox"}));
}

#[test]
fn a_picture_of_the_emulator_needs_no_sidecar_and_changes_are_marked() {
    let served = Served::new(&[]);
    let first = served.line(&["generate", "a fox\u{202e}", "--num-inference-steps", "20", "-q"]);
    let changes =
        ["again", &first, "--set", "steps=30", "--set", "guidance=5", "--yes", "--detach"];
    let ran = served.run(&changes);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for line in [
        "again: stability-ai/sdxl, as ",
        "  prompt: a fox\u{fffd}\n",
        "* num_inference_steps: 30 (was: 20)",
        "* guidance_scale: 5 (new)",
        "price: unpriced; it may cost anything",
    ] {
        assert!(ran.stderr.contains(line), "{line}: {ran:?}");
    }
    let input = served.input(ran.stdout.trim_end());
    assert_eq!((&input["num_inference_steps"], &input["guidance_scale"]), (&json!(30), &json!(5)));
    assert_eq!(input["prompt"], "a fox\u{202e}", "it is masked where it is shown alone");
}

#[test]
fn without_a_terminal_and_yes_nothing_is_made() {
    let served = Served::new(&[]);
    let first = served.line(&["generate", "a fox", "-q"]);
    let before = served.predictions();
    let ran = served.run(&["again", &first, "--json"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("prompt: a fox") && ran.stderr.contains("--yes"), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["error"]["exit_code"], 2);
    assert_eq!(served.predictions(), before);
}

#[test]
fn a_file_that_was_sent_is_asked_for_and_the_same_one_is_no_change() {
    let served = Served::new(&[]);
    std::fs::write(served.path("fox.png"), b"\x89PNG\r\n\x1a\nfox").unwrap();
    let first = served.line(&["generate", "a", "--image", "fox.png", "--sidecar", "-q"]);
    let ran = served.run(&["again", &first, "--yes"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("--set image=FILE"), "{ran:?}");
    for path in ["fox.png", "@fox.png"] {
        let set = format!("image={path}");
        let ran = served.run(&["again", &first, "--yes", "--set", &set, "--detach"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stderr.contains("  image: image/png, 11 B\n"), "{ran:?}");
    }
    let ran = served.run(&["again", &first, "--yes", "--set", "image=@last", "--detach"]);
    assert!(ran.code == Some(0) && ran.stderr.contains("* image: http"), "{ran:?}");
}

/// A picture whose sidecar says this, and what `again` makes of it.
fn again(sidecar: &str, arguments: &[&str]) -> (Odd, Ran) {
    let odd = Odd::new(failed);
    std::fs::write(odd.folder.path().join("a.png"), "fox").unwrap();
    std::fs::write(odd.folder.path().join("a.png.json"), sidecar).unwrap();
    let ran = odd.run(&[&["again", "a.png", "--yes"], arguments].concat());
    (odd, ran)
}

const FOX: &str = "776cb326ab0cd5f0a974c1b9606044d8485201f2db19cf8e3749bdee5f36e200";

fn sidecar(model: &str, input: &Value) -> Value {
    json!({
        "quickrouter_sidecar": 1, "prediction_id": "p1", "model": model, "version": null,
        "input": input, "seed": null,
        "picture": {"name": "a.png", "index": 0, "bytes": 3, "sha256": FOX},
    })
}

fn refused(sidecar: &str, why: &str) {
    let (odd, ran) = again(sidecar, &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains(why), "{why}: {ran:?}");
    assert!(!ran.stderr.contains(|c: char| c.is_control() && c != '\n'), "{ran:?}");
    assert_eq!(odd.asked.lock().unwrap().len(), 0, "{sidecar:.200}");
}

#[test]
fn a_record_names_no_file_of_this_machine() {
    for path in
        ["/etc/passwd", "file:///etc/passwd", "@/etc/passwd", "@last", "a.png", "", "-", "~/k"]
    {
        let record = sidecar("sdxl", &json!({"prompt": "a", "image": path}));
        refused(&record.to_string(), "may name no file of this machine");
    }
    let nested = sidecar("sdxl", &json!({"prompt": "a", "image": ["/etc/passwd"]}));
    refused(&nested.to_string(), "may name no file of this machine");
    // What an unknown model gets is sent as it is: nothing is read for it.
    let record = sidecar("some/model", &json!({"image": "/etc/passwd", "prompt": "@/etc/passwd"}));
    let (odd, _) = again(&record.to_string(), &[]);
    assert_eq!(odd.input(), json!({"image": "/etc/passwd", "prompt": "@/etc/passwd"}));
}

#[test]
fn a_record_is_checked_like_typed_input() {
    let record = |model: &str, input: Value| sidecar(model, &input).to_string();
    refused(&record("sdxl", json!({"prompt": "a", "widht": 8})), "widht");
    refused(&record("sdxl", json!({"prompt": "a", "width": 7})), "width");
    refused(&record("sdlx\u{1b}[2J", json!({"prompt": "a"})), "no documented model");
    refused(&record("sdxl", json!({"prompt": " "})), "--allow-empty-prompt");
    refused(&record("sdxl", json!(["a"])), "no model or no input");
    let many: serde_json::Map<_, _> = (0..300).map(|n| (n.to_string(), json!(n))).collect();
    refused(&record("some/model", Value::Object(many)), "300 inputs");
    refused("{}", "is no sidecar");
    refused(&"[".repeat(1 << 20), "is no sidecar");
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    refused(
        &record("a/b", json!({"a": 1})).replace("\"a\":1", &format!("\"a\":{deep}")),
        "is no sidecar",
    );
    refused(&" ".repeat(5 << 20), "more than 4 MiB");
    refused(&record("a/b", json!({"a": 1})).replace("sidecar\":1", "sidecar\":2"), "format 2");
    let exact = record("a/b", json!({"a": 1})).replace("\"a\":1", "\"a\":18446744073709551616");
    refused(&exact, "would be rounded");
}

#[test]
fn neither_a_gateway_nor_a_key_of_a_record_is_used() {
    let mut record = sidecar("sdxl", &json!({"prompt": "a\u{1b}]0;x\u{7}"}));
    for name in ["gateway", "base_url", "api_key", "key"] {
        record[name] = "http://127.0.0.1:9".into();
    }
    let (odd, ran) = again(&record.to_string(), &[]);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert_eq!(odd.creates(), 1, "at the gateway of the settings");
    assert!(ran.stderr.contains("prompt: a\u{fffd}]0;x\u{fffd}"), "{ran:?}");
    assert!(!ran.stderr.contains("127.0.0.1:9"), "{ran:?}");
}

#[test]
fn a_sidecar_of_another_picture_and_a_link_are_refused() {
    let mut record = sidecar("sdxl", &json!({"prompt": "a"}));
    record["picture"]["sha256"] = "00".into();
    record["picture"]["name"] = "../b\u{1b}.png".into();
    refused(&record.to_string(), "is the sidecar of another file, ../b\u{fffd}.png");
    let odd = Odd::new(failed);
    let path = |name: &str| odd.folder.path().join(name);
    // It says so itself where it is given itself.
    std::fs::write(path("b.json"), record.to_string()).unwrap();
    assert_eq!(odd.run(&["again", "b.json", "--yes"]).code, Some(4));
    #[cfg(unix)]
    {
        std::fs::write(path("a.png"), "fox").unwrap();
        let link = |to: &Path| {
            let _ = std::fs::remove_file(path("a.png.json"));
            std::os::unix::fs::symlink(to, path("a.png.json")).unwrap();
            let ran = odd.run(&["again", "a.png", "--yes"]);
            assert!(ran.code == Some(2) && ran.stderr.contains("is a link"), "{ran:?}");
        };
        link(&path("b.json"));
        link(Path::new("/dev/zero"));
        std::fs::remove_file(path("a.png.json")).unwrap();
        let ran = odd.run(&["again", "/dev/zero", "--yes"]);
        assert!(ran.code == Some(2) && ran.stderr.contains("not a regular file"), "{ran:?}");
    }
    assert_eq!(odd.creates(), 1);
}

#[test]
fn a_picture_that_says_nothing_is_refused_with_what_would_help() {
    let odd = Odd::new(failed);
    std::fs::write(odd.folder.path().join("a.jpg"), b"\xff\xd8\xff\xe0").unwrap();
    let ran = odd.run(&["again", "a.jpg", "--yes"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("no a.jpg.json") && ran.stderr.contains("--sidecar"), "{ran:?}");
    let ran = odd.run(&["again", "missing.png", "--yes"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("missing.png"), "{ran:?}");
    assert_eq!(odd.run(&["again", "a.jpg", "--input", "{}"]).code, Some(2));
}
