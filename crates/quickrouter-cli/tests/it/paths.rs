//! Paths on stdout are the bytes of the path, whatever they are.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use serde_json::{Value, json};

use crate::Odd;

/// A prediction that is over, with a PNG inside.
fn done(_: &str) -> (u16, Value) {
    let png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==";
    (200, json!({"id": "p1", "status": "succeeded", "output": [png]}))
}

#[test]
fn a_folder_of_any_bytes_works_and_is_printed_as_it_is() {
    for name in [&b"caf\xe9"[..], b"\xff\xfe", b"two\nlines", b"a\x1b[1mb", "画".as_bytes()] {
        for arguments in [
            &["generate", "a"][..],
            &["run", "some/model", "--input", "{}"],
            &["predictions", "save", "p1"],
        ] {
            let odd = Odd::new(done);
            let mut command = odd.command(arguments);
            let output = command.arg("--output").arg(OsStr::from_bytes(name)).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{name:?}: {output:?}");
            let path = output.stdout.strip_suffix(b"\n").unwrap();
            assert!(path.starts_with(name), "{name:?}: {path:?}");
            let file = odd.folder.path().join(OsStr::from_bytes(path));
            assert!(file.is_file(), "{}", file.display());
        }
    }
}

#[test]
fn a_json_document_holds_the_nearest_text() {
    let odd = Odd::new(done);
    let mut command = odd.command(&["generate", "a", "--json"]);
    let output = command.arg("--output").arg(OsStr::from_bytes(b"caf\xe9")).output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["files"][0].as_str().unwrap().starts_with("caf\u{fffd}/"), "{document}");
}
