//! Imports run down the layers of `src`, and no modules import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the top down. Those of one layer do not know each other.
const LAYERS: [&[&str]; 16] = [
    &["lib"],
    &["builder"],
    &["emulator", "in_memory"],
    &["gateway", "recorder"],
    &["api", "page"],
    &["webhooks"],
    &["http"],
    &["state"],
    &["delivery", "server"],
    &["faults"],
    &["media"],
    &["recording"],
    &["wire", "picture"],
    &["store"],
    &["model"],
    // The lowest: settings are checked where they are declared, as low as `model::timing`.
    &["error"],
];

/// `["api", "create"]`; the root is `["lib"]`.
type Module = Vec<String>;

#[test]
fn imports_run_down_the_layers() {
    let mut upward = Vec::new();
    for (module, imports) in imports() {
        let own = layer(&module);
        let wrong = imports.iter().filter(|other| module[0] != other[0] && layer(other) <= own);
        upward.extend(wrong.map(|other| arrow(&module, other)));
    }
    assert!(upward.is_empty(), "{upward:#?}");
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let mut imports = imports();
    loop {
        let all: BTreeSet<Module> = imports.keys().cloned().collect();
        let imported: BTreeSet<Module> = imports.values().flatten().cloned().collect();
        // What imports nothing that is left, or is imported by nothing, is in no circle.
        imports.retain(|module, on| !on.is_empty() && imported.contains(module));
        for on in imports.values_mut() {
            on.retain(|other| all.contains(other));
        }
        if imports.len() == all.len() {
            break;
        }
    }
    let left = imports.iter().flat_map(|(module, on)| on.iter().map(|other| arrow(module, other)));
    let left: Vec<_> = left.collect();
    assert!(left.is_empty(), "in a circle, or between two: {left:#?}");
}

#[test]
fn no_two_types_bear_one_name() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    find_files(&source, &mut files);
    let mut places: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
        for line in code.lines() {
            let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            let kind = words.find(|word| !["", "pub", "crate", "super"].contains(word));
            if kind.is_some_and(|kind| ["struct", "enum", "trait"].contains(&kind)) {
                let name = words.next().unwrap_or_default().to_owned();
                places.entry(name).or_default().insert(file.clone());
            }
        }
    }
    let twice: Vec<_> = places.into_iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

fn arrow(from: &Module, to: &Module) -> String {
    format!("{} -> {}", from.join("::"), to.join("::"))
}

fn layer(module: &Module) -> usize {
    let found = LAYERS.iter().position(|layer| layer.contains(&module[0].as_str()));
    found.unwrap_or_else(|| panic!("src/{} is in no layer", module[0]))
}

/// Every module with those it imports.
fn imports() -> BTreeMap<Module, BTreeSet<Module>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    find_files(&source, &mut files);
    let module = |file: &PathBuf| -> Module {
        let path = file.strip_prefix(&source).expect("a file of src").with_extension("");
        let parts = path.iter().map(|part| part.to_string_lossy().into_owned());
        parts.filter(|part| part != "mod").collect()
    };
    let modules: BTreeSet<Module> = files.iter().map(module).collect();
    let read = |file: &PathBuf| {
        let (own, text) = (module(file), fs::read_to_string(file).expect("a source file"));
        let all = paths(&text).into_iter().filter_map(|path| resolve(&own, &path, &modules));
        let others = all.filter(|other| *other != own).collect();
        (own, others)
    };
    files.iter().map(read).collect()
}

fn find_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            find_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// All paths in the code: those of `use`, their groups taken apart, and those in expressions. Unit
/// tests, which stand last in a file, may import what they like.
fn paths(text: &str) -> Vec<Vec<String>> {
    let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
    let code: String = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or(line).to_owned() + "\n")
        .collect();
    let (mut paths, mut groups, mut path) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = code.trim_start();
    let mut joined = false;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let word = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let length = if rest.starts_with("::") { 2 } else { word.max(first.len_utf8()) };
        let (token, after) = rest.split_at(length);
        match token {
            "::" => {}
            "{" if joined => groups.push(std::mem::take(&mut path)),
            _ if joined && (is_word(first) || first == '*') => path.push(token.to_owned()),
            _ => {
                paths.push(std::mem::take(&mut path));
                match token {
                    "{" => groups.push(Vec::new()),
                    "}" => drop(groups.pop()),
                    _ if is_word(first) => {
                        path = groups.last().cloned().unwrap_or_default();
                        path.push(token.to_owned());
                    }
                    _ => {}
                }
            }
        }
        (joined, rest) = (token == "::", after.trim_start());
    }
    paths
}

/// The module that a path leads to, if it is one of this crate's.
fn resolve(own: &Module, path: &[String], modules: &BTreeSet<Module>) -> Option<Module> {
    let own: &[String] = if own[0] == "lib" { &[] } else { own };
    let ups = path.iter().take_while(|part| *part == "super").count();
    let (mut module, parts) = match path.first()?.as_str() {
        // Alone, as in `pub(crate)`, they lead nowhere.
        _ if path.len() == 1 && ["crate", "self", "super"].contains(&path[0].as_str()) => {
            return None;
        }
        "crate" => (Vec::new(), &path[1..]),
        "self" => (own.to_vec(), &path[1..]),
        "super" => (own[..own.len() - ups].to_vec(), &path[ups..]),
        first => {
            let child = [own, &[first.to_owned()]].concat();
            modules.contains(&child).then_some((own.to_vec(), path))?
        }
    };
    for part in parts {
        module.push(part.clone());
        if !modules.contains(&module) {
            module.pop();
            break;
        }
    }
    Some(if module.is_empty() { vec!["lib".to_owned()] } else { module })
}
