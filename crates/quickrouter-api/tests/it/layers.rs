//! Imports run downward only.

use std::fs;
use std::path::{Path, PathBuf};

/// Every module, the highest first; `lib.rs` stands above all of them. What a module imports stands
/// below it here. `client` and `catalog` are the faces of their folders.
const LAYERS: &[&str] = &[
    "client",
    "client::upload",
    "client::typed",
    "client::hooks",
    "client::generated",
    "client::path_segment",
    "gate::stream",
    "gate",
    "gate::api_key",
    "downloads",
    "redact",
    "content_coding",
    "network",
    "network::tls",
    "network::proxies",
    "transport",
    "catalog",
    "catalog::effective",
    "catalog::steps",
    "catalog::schemas",
    "catalog::status",
    "catalog::generated",
    "catalog::condition",
    "catalog::entry",
    "clock",
];

/// The layer of a path below the crate's root: that of the longest module in front of it.
fn layer(path: &str) -> Option<usize> {
    let is_in = |module: &str| path == module || path.starts_with(&format!("{module}::"));
    let found = LAYERS.iter().enumerate().filter(|(_, module)| is_in(module));
    found.max_by_key(|(_, module)| module.len()).map(|(layer, _)| layer)
}

/// What a source names of this crate, as paths below the root: wherever `crate::` stands, and where
/// `use super::` does at the top of the file, since a module inside the file has another parent.
fn imports(module: &str, source: &str) -> Vec<String> {
    let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let code = code.replace("\nuse super::", &format!("\nuse crate::{parent}::"));
    let mut found = Vec::new();
    for path in code.split("crate::").skip(1) {
        let end = path.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':'));
        let (head, rest) = path.split_at(end.unwrap_or(path.len()));
        match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((names, _)) => {
                let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
                found.extend(names.map(|name| format!("{head}{name}")));
            }
            None => found.push(head.to_owned()),
        }
    }
    found
}

/// Every module but the root, with its source.
fn modules() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let generated = |name: &str| src.join("generated").join(name);
    let mut all = vec![
        ("catalog::generated".to_owned(), generated("catalog.rs")),
        ("client::generated".to_owned(), generated("client.rs")),
        ("client::typed".to_owned(), generated("typed.rs")),
    ];
    let mut add = |folder: &Path, prefix: &str| {
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let sources = files.filter(|path| path.extension().is_some_and(|end| end == "rs"));
        all.extend(sources.map(|path: PathBuf| {
            let name = path.file_stem().unwrap().to_str().unwrap();
            (format!("{prefix}{name}"), path)
        }));
    };
    add(&src, "");
    for folder in ["catalog", "client", "gate", "network"] {
        add(&src.join(folder), &format!("{folder}::"));
    }
    all.retain(|(module, _)| module != "lib");
    all.into_iter().map(|(module, path)| (module, fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn no_module_imports_from_above() {
    let modules = modules();
    assert_eq!(modules.len(), LAYERS.len(), "LAYERS names every module, and no other");
    let mut checked = 0;
    for (module, source) in &modules {
        let own = layer(module).filter(|own| LAYERS[*own] == module);
        let own = own.unwrap_or_else(|| panic!("{module} has no place in LAYERS"));
        for import in imports(module, source) {
            let target = layer(&import).unwrap_or_else(|| panic!("{module}: {import}"));
            assert!(target > own, "{module} imports {import}, which stands above it");
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} imports were seen");
}
