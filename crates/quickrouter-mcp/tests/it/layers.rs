//! The modules of this crate are layers, listed from the top; imports run downward only.

use std::collections::{BTreeMap, BTreeSet};
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

/// Every module and its code, without comments and unit tests.
fn modules(folder: &Path, path: &str, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let inner = |name: &str| format!("{path}{}{name}", if path.is_empty() { "" } else { "::" });
        if name.starts_with("tests") || name == "snapshots" || name == "lib.rs" {
            continue;
        }
        if entry.path().is_dir() {
            modules(&entry.path(), &inner(&name), found);
        } else {
            let module =
                if name == "mod.rs" { path.to_owned() } else { inner(&name[..name.len() - 3]) };
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.insert(module, code.collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The modules that the code of `module` names: by `crate::` or `super::`, and those inside it.
fn imports(module: &str, code: &str, all: &BTreeMap<String, String>) -> BTreeSet<String> {
    assert!(!code.contains("crate::{"), "{module}: give every import its whole path");
    let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
    let mut found = BTreeSet::new();
    for (start, base) in [("crate::", ""), ("super::", parent), ("use self::", module)] {
        for rest in code.split(start).skip(1) {
            let path = rest.split(|c: char| !c.is_alphanumeric() && !"_:".contains(c));
            let mut path = format!("{base}::{}", path.into_iter().next().unwrap());
            path.drain(..path.len() - path.trim_start_matches(':').len());
            while !all.contains_key(&path) {
                let outer = path.rsplit_once("::").map(|(outer, _)| outer.to_owned());
                path = outer.unwrap_or_else(|| panic!("{module} imports {path}, not a module"));
            }
            found.insert(path);
        }
    }
    found.remove(module);
    found
}

fn all_imports() -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    modules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut all);
    assert!(all.len() > 50, "the sources are somewhere else");
    all.iter().map(|(module, code)| (module.clone(), imports(module, code, &all))).collect()
}

#[test]
fn imports_run_downward() {
    let layer = |module: &str| {
        let room = module.split("::").next().unwrap().to_owned();
        let place = LAYERS.iter().position(|rooms| rooms.contains(&room.as_str()));
        (place.unwrap_or_else(|| panic!("{room} is in no layer")), room)
    };
    for (module, imports) in all_imports() {
        for import in imports {
            let ((from, room), (to, other)) = (layer(&module), layer(&import));
            assert!(room == other || from < to, "{module} imports {import}, which is above it");
        }
    }
}

#[test]
fn no_imports_go_in_a_circle() {
    let mut left = all_imports();
    loop {
        let settled: Vec<String> = left
            .iter()
            .filter(|(_, imports)| imports.iter().all(|import| !left.contains_key(import)))
            .map(|(module, _)| module.clone())
            .collect();
        if settled.is_empty() {
            break;
        }
        left.retain(|module, _| !settled.contains(module));
    }
    assert!(left.is_empty(), "these import each other: {left:#?}");
}
