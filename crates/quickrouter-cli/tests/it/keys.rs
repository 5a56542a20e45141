//! Keys as they come: refused before anything is sent, or named by where they came from.

use serde_json::json;

use crate::{Odd, Ran};

const KEY: &str = "qr-0123456789abcdef";

fn denied(_: &str) -> (u16, serde_json::Value) {
    (401, json!({"detail": "Unauthenticated"}))
}

fn refused_here(odd: &Odd, ran: &Ran, why: &str, from: &str) {
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains(why) && ran.stderr.contains(from), "{why}, {from}: {ran:?}");
    assert!(!format!("{ran:?}").contains(KEY), "{ran:?}");
    assert!(odd.asked.lock().unwrap().is_empty(), "nothing is sent");
}

#[test]
fn a_key_in_another_form_is_refused_whether_it_is_in_the_variable_or_in_a_file() {
    let forms = [
        ("\"{}\"", "is in quotes"),
        ("\u{feff}\u{2018}{}\u{2019}", "is in quotes"),
        ("QUICKROUTER_API_KEY={}\n", "NAME=key"),
        ("export QUICKROUTER_API_KEY=\"{}\"", "NAME=key"),
        ("Bearer {}", "authentication scheme"),
        ("Authorization: Bearer {}", "whole header"),
        ("# gateway\nQUICKROUTER_API_KEY={}\n", "several lines"),
        ("{} {}", "more than one word"),
    ];
    for (form, why) in forms {
        let odd = Odd::new(denied);
        let text = form.replace("{}", KEY);
        let mut command = odd.command(&["predictions", "get", "p1"]);
        let ran = Ran::from(command.env("QUICKROUTER_API_KEY", &text).output().unwrap());
        refused_here(&odd, &ran, why, "in the variable QUICKROUTER_API_KEY");
        std::fs::write(odd.folder.path().join("key.txt"), &text).unwrap();
        let ran = odd.run(&["predictions", "get", "p1", "--key-file", "key.txt"]);
        refused_here(&odd, &ran, why, "in --key-file key.txt");
    }
}

#[test]
fn a_key_file_is_read_in_the_encodings_that_editors_save_in() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let marked = format!("\u{feff}{KEY}\r\n");
    for content in [marked.clone().into_bytes(), utf16(&marked), format!(" {KEY}\n\n").into()] {
        let odd = Odd::new(denied);
        std::fs::write(odd.folder.path().join("key.txt"), content).unwrap();
        let ran = odd.run(&["predictions", "get", "p1", "--key-file", "key.txt"]);
        assert_eq!(ran.code, Some(3), "{ran:?}");
        assert_eq!(odd.asked.lock().unwrap().len(), 1);
    }
    let odd = Odd::new(denied);
    std::fs::write(odd.folder.path().join("key.txt"), utf16(KEY)).unwrap();
    let ran = odd.run(&["predictions", "get", "p1", "--key-file", "key.txt"]);
    refused_here(&odd, &ran, "is UTF-16 without a byte order mark", "key.txt");
    for (file, why) in [(".", "cannot be read"), ("-", "/dev/stdin"), ("none", "cannot be read")] {
        let ran = odd.run(&["predictions", "get", "p1", "--key-file", file]);
        refused_here(&odd, &ran, why, file);
    }
}

#[test]
fn a_401_names_where_the_key_came_from() {
    let odd = Odd::new(denied);
    let ends = |ran: &Ran, end: &str| {
        assert_eq!(ran.code, Some(3), "{ran:?}");
        assert!(ran.stderr.trim_end().ends_with(end), "{ran:?}");
    };
    for arguments in [&["predictions", "get", "p1"][..], &["generate", "a"]] {
        ends(&odd.run(arguments), "check the key in the variable QUICKROUTER_API_KEY");
        std::fs::write(odd.folder.path().join("key.txt"), KEY).unwrap();
        let typed = [arguments, &["--key-file", "key.txt"]].concat();
        ends(&odd.run(&typed), "check the key in --key-file key.txt");
        let mut command = odd.command(arguments);
        command.env_remove("QUICKROUTER_API_KEY").env("QUICKROUTER_KEY_FILE", "key.txt\r");
        let named = "check the key in the file key.txt, which QUICKROUTER_KEY_FILE names";
        ends(&Ran::from(command.output().unwrap()), named);
    }
}

#[test]
fn a_command_without_a_key_ignores_a_bad_key_file_variable() {
    let odd = Odd::new(denied);
    let mut command = odd.command(&["models"]);
    let ran = Ran::from(command.env("QUICKROUTER_KEY_FILE", "'key'").output().unwrap());
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn quotes_around_a_variable_are_refused_and_what_cannot_be_seen_is_dropped() {
    let odd = Odd::new(denied);
    let with = |name: &str, value: &str| {
        let mut command = odd.command(&["generate", "a"]);
        Ran::from(command.env(name, value).output().unwrap())
    };
    for name in ["QUICKROUTER_OUTPUT", "QUICKROUTER_KEY_FILE", "QUICKROUTER_TIMEOUT"] {
        let ran = with(name, "'10m'");
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains("quotes"), "{name}: {ran:?}");
    }
    let ran = with("QUICKROUTER_TIMEOUT", "10M");
    assert!(ran.code == Some(2) && ran.stderr.contains("write 10m for minutes"), "{ran:?}");
    let quoted = format!("\"{}\"", odd.base);
    let ran = with("QUICKROUTER_BASE_URL", &quoted);
    assert!(ran.code == Some(2) && ran.stderr.contains("is in quotes"), "{ran:?}");
    assert_eq!(odd.creates(), 0);
    assert_eq!(with("QUICKROUTER_TIMEOUT", " \r").code, Some(3), "as good as none");
    let padded = format!("\u{feff}{}\r\n", odd.base);
    assert_eq!(with("QUICKROUTER_BASE_URL", &padded).code, Some(3));
    assert_eq!(with("QUICKROUTER_TIMEOUT", " 10m\r").code, Some(3));
    assert_eq!(with("QUICKROUTER_OUTPUT", "there\r").code, Some(3));
    assert!(odd.folder.path().join("there").is_dir());
}

#[test]
fn a_base_url_with_a_route_is_refused_with_the_one_to_use() {
    let odd = Odd::new(denied);
    for route in ["/v1", "/v1/predictions", "/V1/predictions/", "/v1/models/a/b/predictions"] {
        let ran = odd.run(&["generate", "a", "--base-url", &format!("{}{route}", odd.base)]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(&format!("use {};", odd.base)), "{ran:?}");
    }
    assert_eq!(odd.creates(), 0);
}

#[test]
fn very_long_durations_are_no_trouble() {
    let odd = Odd::new(denied);
    for time in ["99999999w", "10675199000d", "18446744073709551615s"] {
        let ran = odd.run(&["generate", "a", "--timeout", time, "--cancel-after", time]);
        assert!(matches!(ran.code, Some(2 | 3)), "{time}: {ran:?}");
        let ran = odd.run(&["generate", "a", "--prefer-wait", time]);
        assert_eq!(ran.code, Some(2), "{time}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    }
}
