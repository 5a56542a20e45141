//! The modules of this crate are layers, listed from the top; imports run downward only.

use std::path::Path;

/// The folders of `src`, the highest first. Those of one line know nothing of each other.
const LAYERS: &[&[&str]] = &[
    &["server"],
    &["tools"],
    &["schema"],
    &["confirm"],
    &["jobs"],
    &["results"],
    &["pictures", "inputs"],
    &["store"],
    &["budget"],
    &["error"],
];

/// Every file below a folder, with its code, without unit tests.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if !path.ends_with("tests.rs") && !path.ends_with("lib.rs") {
            let code = std::fs::read_to_string(&path).unwrap();
            let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.push((path.display().to_string(), code.collect::<Vec<_>>().join("\n")));
        }
    }
}

#[test]
fn imports_run_downward() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    sources(&src, &mut all);
    assert!(all.len() > 20, "the sources are somewhere else");
    let layer = |room: &str| LAYERS.iter().position(|rooms| rooms.contains(&room));
    for (file, code) in all {
        let inside = file.strip_prefix(&format!("{}/", src.display())).unwrap();
        let own = inside.split(['/', '.']).next().unwrap();
        let from = layer(own).unwrap_or_else(|| panic!("{own} is in no layer"));
        assert!(!code.contains("crate::{"), "{file}: give every import its whole path");
        for path in code.split("crate::").skip(1) {
            let room = path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            let to = layer(room).unwrap_or_else(|| panic!("{file} imports {room}, not a room"));
            assert!(room == own || from < to, "{file} imports {room}, which is above it");
        }
    }
}
