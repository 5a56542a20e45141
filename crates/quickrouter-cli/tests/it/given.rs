//! Inputs as they come: encodings, blank prompts, numbers, and files that are no images.

use serde_json::{Value, json};

use crate::{Odd, failed};

/// What is sent as the prompt when this is on stdin.
fn prompt_from(stdin: &[u8]) -> Value {
    let odd = Odd::new(failed);
    let ran = odd.fed(&["generate", "-"], stdin);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    odd.input()["prompt"].clone()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_byte_order_mark_is_no_part_of_what_is_sent() {
    assert_eq!(prompt_from("\u{feff}a fox\r\n".as_bytes()), "a fox");
    assert_eq!(prompt_from(&utf16("\u{feff}a 狐\r\n")), "a 狐");
    assert_eq!(prompt_from(b"two\r\nlines\n"), "two\r\nlines");
    let json = "\u{feff}{\"prompt\": \"a fox\"}";
    let odd = Odd::new(failed);
    std::fs::write(odd.folder.path().join("in.json"), json).unwrap();
    std::fs::write(odd.folder.path().join("wide.json"), utf16(json)).unwrap();
    for arguments in [
        &["generate", "\u{feff}a fox"][..],
        &["generate", "--prompt", "\u{feff}a fox"],
        &["generate", "--input", json],
        &["generate", "--input", "@in.json"],
        &["generate", "--input", "@wide.json"],
        &["run", "some/model", "--input", "\u{feff}@in.json"],
    ] {
        assert_eq!(odd.run(arguments).code, Some(4), "{arguments:?}");
        assert_eq!(odd.input(), json!({"prompt": "a fox"}), "{arguments:?}");
    }
    assert_eq!(odd.fed(&["generate", "--input", "-"], json.as_bytes()).code, Some(4));
    assert_eq!(odd.input(), json!({"prompt": "a fox"}));
}

#[test]
fn input_in_another_encoding_is_refused_by_name() {
    let odd = Odd::new(failed);
    std::fs::write(odd.folder.path().join("in.json"), utf16("{\"prompt\": \"a\"}")).unwrap();
    let ran = odd.run(&["generate", "--input", "@in.json"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("@in.json is UTF-16 without"), "{ran:?}");
    let ran = odd.fed(&["generate", "-"], b"caf\xe9");
    assert!(ran.code == Some(2) && ran.stderr.contains("not UTF-8"), "{ran:?}");
    assert_eq!(odd.creates(), 0);
}

#[cfg(unix)]
#[test]
fn input_without_an_end_is_refused_by_name() {
    let odd = Odd::new(failed);
    let ran = odd.run(&["generate", "--input", "@/dev/zero"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("@/dev/zero has more than 67108864 bytes"), "{ran:?}");
    let ran = odd.fed(&["explain", "-"], &vec![b'x'; (1 << 20) + 1]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("TEXT from stdin has more than 1048576 bytes"), "{ran:?}");
    assert_eq!(odd.creates(), 0);
}

#[test]
fn a_blank_prompt_is_refused_unless_it_is_allowed() {
    let blank = |command: &[&str], prompt: &str| {
        let odd = Odd::new(failed);
        let ran = odd.run(command);
        assert_eq!(ran.code, Some(2), "{command:?}: {ran:?}");
        assert!(ran.stderr.contains("--allow-empty-prompt"), "{ran:?}");
        assert_eq!(odd.creates(), 0, "{command:?}");
        let ran = odd.run(&[command, &["--allow-empty-prompt"]].concat());
        assert_eq!(ran.code, Some(4), "{command:?}: {ran:?}");
        assert_eq!(odd.input()["prompt"], prompt, "{command:?}");
    };
    blank(&["generate", ""], "");
    blank(&["generate", "--prompt", ""], "");
    blank(&["generate", " \t\u{200b}"], " \t\u{200b}");
    blank(&["generate", "\u{feff}"], "");
    blank(&["generate", "--input", "{\"prompt\": \"\\n\"}"], "\n");
    blank(&["run", "some/model", "--input", "{\"prompt\": \"\"}"], "");
    blank(&["run", "flux-fill-pro", "", "--image", "https://example.com/a.png"], "");
    let odd = Odd::new(failed);
    assert_eq!(odd.fed(&["generate", "-"], b"\r\n").code, Some(2));
    assert_eq!(odd.fed(&["generate", "-", "--allow-empty-prompt"], b"\n").code, Some(4));
    assert_eq!(odd.input(), json!({"prompt": ""}));
    assert_eq!(odd.run(&["generate", "--input", "{}"]).code, Some(4), "the model has its own");
    assert_eq!(odd.run(&["generate", "a", "--negative-prompt", ""]).code, Some(4));
}

#[test]
fn whole_numbers_are_sent_digit_by_digit_or_refused() {
    let odd = Odd::new(failed);
    for seed in ["18446744073709551615", "-9223372036854775808", "4294967296", "0"] {
        assert_eq!(odd.run(&["generate", "a", "--seed", seed]).code, Some(4), "{seed}");
        assert_eq!(odd.input()["seed"].to_string(), seed);
        let input = format!("{{\"prompt\": \"a\", \"seed\": {seed}}}");
        assert_eq!(odd.run(&["generate", "--input", &input]).code, Some(4), "{seed}");
        assert_eq!(odd.input()["seed"].to_string(), seed);
    }
    let creates = odd.creates();
    for seed in ["18446744073709551616", "-9223372036854775809", "1.5", "1e20"] {
        let ran = odd.run(&["generate", "a", "--seed", seed]);
        assert!(ran.code == Some(2) && ran.stderr.contains(seed), "{ran:?}");
        let input = format!("{{\"prompt\": \"a\", \"seed\": {seed}}}");
        let ran = odd.run(&["generate", "--input", &input]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
    }
    let ran = odd.run(&["run", "some/model", "--input", "{\"seed\": 18446744073709551616}"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("would be rounded"), "{ran:?}");
    assert_eq!(odd.creates(), creates);
}

#[test]
fn nul_in_a_text_is_refused() {
    let odd = Odd::new(failed);
    for input in ["{\"prompt\": \"a\\u0000b\"}", "{\"x\": [{\"y\": \"\\u0000\"}]}"] {
        let ran = odd.run(&["run", "some/model", "--input", input]);
        assert!(ran.code == Some(2) && ran.stderr.contains("NUL"), "{ran:?}");
    }
    assert_eq!(odd.fed(&["generate", "-"], b"a red\0fox").code, Some(2));
    assert_eq!(odd.creates(), 0);
}

#[test]
fn a_file_that_is_no_image_is_warned_of_once_and_sent() {
    let odd = Odd::new(failed);
    let page = b"<!DOCTYPE html><html><body>404 Not Found</body></html>";
    std::fs::write(odd.folder.path().join("page.png"), page).unwrap();
    std::fs::write(odd.folder.path().join("logo.png"), b"<svg xmlns='x'/>").unwrap();
    let ran = odd.run(&["generate", "a", "--image", "page.png", "-v"]);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert_eq!(ran.stderr.matches("image contains text/html").count(), 1, "{ran:?}");
    assert!(ran.stderr.contains("warning: image contains"), "{ran:?}");
    let ran = odd.run(&["generate", "a", "--image", "logo.png"]);
    assert!(ran.code == Some(4) && !ran.stderr.contains("warning"), "{ran:?}");
    assert!(odd.input()["image"].as_str().unwrap().starts_with("data:image/svg+xml;base64,"));
    let mut large = page.to_vec();
    large.resize(2 << 20, b' ');
    std::fs::write(odd.folder.path().join("large.png"), large).unwrap();
    let ran = odd.run(&["generate", "a", "--image", "large.png"]);
    assert_eq!(ran.stderr.matches("image contains text/html").count(), 1, "{ran:?}");
}

#[test]
fn an_address_that_only_this_network_reaches_is_warned_of_once() {
    let odd = Odd::new(failed);
    let warned = |arguments: &[&str]| {
        let ran = odd.run(&[arguments, &["-v"]].concat());
        assert_eq!(ran.code, Some(4), "{ran:?}");
        ran.stderr.matches("only this machine or its network can reach").count()
    };
    assert_eq!(warned(&["generate", "a", "--image", "http://localhost:8000/a.png"]), 1);
    assert_eq!(warned(&["generate", "a", "--image", "http://192.168.1.7/a.png"]), 1);
    assert_eq!(warned(&["generate", "a", "--image", "https://example.com/a.png"]), 0);
    let input = "{\"image\": \"http://10.1.2.3/a.png\"}";
    assert_eq!(warned(&["run", "some/model", "--input", input]), 1);
    // A gateway reaches what lies at its own origin.
    let own = odd.base.replace("/replicate", "/v1/files/f1");
    assert_eq!(warned(&["generate", "a", "--image", &own]), 0);
}

#[test]
fn a_pasted_id_is_the_id_in_it() {
    let odd = Odd::new(|_| (200, json!({"id": "p1", "status": "succeeded"})));
    let url = format!("{}/v1/predictions/p1", odd.base);
    for id in ["p1", " p1\n", "\u{feff}p1", "'p1'", "“p1”", &url, &format!("{url}/cancel")] {
        let ran = odd.run(&["predictions", "get", id]);
        assert_eq!(ran.code, Some(0), "{id}: {ran:?}");
        let last = odd.asked.lock().unwrap().last().unwrap().clone();
        assert!(last.starts_with("GET /replicate/v1/predictions/p1 "), "{id}: {last}");
    }
    let asked = odd.asked.lock().unwrap().len();
    let ran = odd.run(&["predictions", "get", "https://replicate.com/p/p1"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("pass the prediction's id"), "{ran:?}");
    assert_eq!(odd.asked.lock().unwrap().len(), asked);
}

#[test]
fn an_empty_list_is_no_error() {
    let odd = Odd::new(|_| (200, json!({"results": null, "next": ""})));
    let ran = odd.run(&["predictions", "list"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
}
