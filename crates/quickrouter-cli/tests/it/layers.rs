//! The folders of the command lie in layers, and imports run downward: read the list from above.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The folders of `src`, the highest first. Those of one line know nothing of each other.
const LAYERS: &[&[&str]] = &[
    &["main"],
    &["commands"],
    &["connect", "input"],
    &["output", "help"],
    &["args"],
    &["exit"],
    &["text"],
];

/// Every module and its code, without comments and unit tests.
fn modules(folder: &Path, path: &str, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let inner = |name: &str| format!("{path}{}{name}", if path.is_empty() { "" } else { "::" });
        if name.starts_with("tests") || name == "snapshots" {
            continue;
        }
        if entry.path().is_dir() {
            modules(&entry.path(), &inner(&name), found);
        } else {
            let stem = name.strip_suffix(".rs").unwrap();
            let module = if stem == "mod" { path.to_owned() } else { inner(stem) };
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.insert(module, code.collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The modules that the code of `module` names: by `crate::`, `super::` or `self::`.
fn imports(module: &str, code: &str, all: &BTreeMap<String, String>) -> BTreeSet<String> {
    let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
    let mut found = BTreeSet::new();
    for (start, base) in [("crate::", ""), ("super::", parent), ("use self::", module)] {
        for rest in code.split(start).skip(1) {
            for path in whole_paths(rest) {
                let path = format!("{base}::{path}");
                let mut path = path.trim_start_matches("::").to_owned();
                while !all.contains_key(&path) {
                    let outer = path.rsplit_once("::").map(|(outer, _)| outer.to_owned());
                    path = outer.unwrap_or_else(|| panic!("{module} imports {path}, no module"));
                }
                found.insert(path);
            }
        }
    }
    found.remove(module);
    found
}

/// `a::b` of `a::b;`, and `a::b` and `a::c` of `a::{b, c};`.
fn whole_paths(import: &str) -> Vec<String> {
    let end = import.find(|c: char| !c.is_alphanumeric() && !"_:".contains(c));
    let (path, rest) = import.split_at(end.unwrap_or(import.len()));
    match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((names, _)) => names.split(',').map(|name| format!("{path}{}", name.trim())).collect(),
        None => vec![path.to_owned()],
    }
}

fn all_modules() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    modules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut all);
    assert!(all.len() > 30, "the sources are somewhere else");
    all
}

fn all_imports() -> BTreeMap<String, BTreeSet<String>> {
    let all = all_modules();
    all.iter().map(|(module, code)| (module.clone(), imports(module, code, &all))).collect()
}

#[test]
fn imports_run_downward() {
    let layer = |module: &str| {
        let folder = module.split("::").next().unwrap().to_owned();
        let place = LAYERS.iter().position(|folders| folders.contains(&folder.as_str()));
        (place.unwrap_or_else(|| panic!("{folder} is in no layer")), folder)
    };
    for (module, imports) in all_imports() {
        for import in imports {
            let ((from, folder), (to, other)) = (layer(&module), layer(&import));
            assert!(folder == other || from < to, "{module} imports {import}, which is above it");
        }
    }
}

#[test]
fn no_imports_go_in_a_circle() {
    let mut left = all_imports();
    // What imports nothing that is left, or is imported by nothing that is left, is in no circle.
    while let Some(outside) = left.iter().find_map(|(module, imports)| {
        let last = !imports.iter().any(|import| left.contains_key(import));
        let first = !left.values().any(|imports| imports.contains(module));
        (last || first).then(|| module.clone())
    }) {
        left.remove(&outside);
    }
    assert!(left.is_empty(), "these import each other: {left:#?}");
}

#[test]
fn only_the_printer_writes_to_stdout_and_stderr() {
    let ways = ["stdout()", "stderr()", "print!(", "println!(", "dbg!("];
    let all = all_modules().into_iter();
    let writers = all.filter(|(_, code)| ways.iter().any(|way| code.contains(way)));
    let writers: Vec<_> = writers.map(|(module, _)| module).collect();
    assert_eq!(writers, ["output::printer"]);
}
