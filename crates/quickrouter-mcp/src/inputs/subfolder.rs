//! Folders below the output folder, named by an agent.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use quickrouter::text::one_line;

use crate::error::ToolError;

/// The most folders in each other, and the bytes of all their names: enough to sort pictures, and within
/// what a path may have on Windows (`MAX_PATH`, 260).
const MAX_DEPTH: usize = 8;
const MAX_BYTES: usize = 120;

/// The folder `subfolder` below `output`, which need not exist.
///
/// # Errors
/// It is not a plain relative path, cannot be a folder on every system, or leads out of `output` by a
/// link.
pub(crate) fn below(output: &Path, subfolder: &str) -> Result<PathBuf, ToolError> {
    let refused = |why: &str| {
        let shown = quickrouter::text::excerpt(subfolder.as_bytes());
        let message = format!("`subfolder`: {shown:?} {why}.");
        ToolError::arguments(message, "Name a folder below the output folder, such as `foxes/red`.")
    };
    let names = names(subfolder).map_err(refused)?;
    let mut folder = output.to_owned();
    for name in names {
        folder.push(name);
        match fs::symlink_metadata(&folder) {
            Ok(metadata) if metadata.is_symlink() => return Err(refused("contains a link")),
            Ok(metadata) if !metadata.is_dir() => return Err(refused("is a file, not a folder")),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(refused(&format!("cannot be used: {error}"))),
        }
    }
    // A junction of Windows need not be reported as a link.
    let existing = folder.ancestors().find_map(|folder| folder.canonicalize().ok());
    let leaves = match (existing, output.canonicalize()) {
        (Some(existing), Ok(output)) => !existing.starts_with(output),
        _ => false,
    };
    if leaves { Err(refused("leads out of the output folder")) } else { Ok(folder) }
}

/// The names of the folders.
fn names(subfolder: &str) -> Result<Vec<&str>, &'static str> {
    if subfolder.is_empty() {
        return Err("is empty");
    }
    if one_line(subfolder) != subfolder {
        return Err("contains a control character");
    }
    // Both separate folders, or streams of a file, on Windows alone.
    if subfolder.contains(['\\', ':']) {
        return Err("contains a backslash or a colon");
    }
    let mut names = Vec::new();
    for part in Path::new(subfolder).components() {
        match part {
            Component::Normal(name) => names.extend(name.to_str()),
            _ => return Err("is not a plain relative path"),
        }
    }
    if names.len() > MAX_DEPTH || subfolder.len() > MAX_BYTES {
        return Err("is too long");
    }
    names.iter().copied().try_for_each(check_name)?;
    Ok(names)
}

/// Refuses names that some system reads differently:
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>.
fn check_name(name: &str) -> Result<(), &'static str> {
    if name.contains(['<', '>', '"', '|', '?', '*']) {
        return Err("contains one of < > \" | ? *");
    }
    if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        return Err("has a name that begins with a space, or ends with one or with a dot");
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let device = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str());
    let port = ["COM", "LPT"].iter().any(|port| {
        let number = stem.strip_prefix(port).unwrap_or_default();
        let mut digits = number.chars();
        let digit = digits.next().is_some_and(|c| c.is_ascii_digit() || "¹²³".contains(c));
        digit && digits.next().is_none()
    });
    if device || port { Err("has a name that Windows reserves for a device") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn a_plain_relative_path_is_a_folder_below_the_output() {
        let output = tempfile::tempdir().unwrap();
        std::fs::create_dir(output.path().join("foxes")).unwrap();
        for name in ["foxes", "foxes/red", "new/a.b", "foxes//red/", "狐狸", ".hidden", "console"]
        {
            let folder = below(output.path(), name).unwrap();
            assert!(folder.starts_with(output.path()) && folder != output.path(), "{name}");
        }
        assert_eq!(below(output.path(), "a/b").unwrap(), output.path().join("a").join("b"));
        let missing = output.path().join("missing");
        assert_eq!(below(&missing, "a").unwrap(), missing.join("a"));
    }

    #[test]
    fn whatever_could_leave_the_output_folder_or_is_read_differently_is_refused() {
        let output = tempfile::tempdir().unwrap();
        std::fs::write(output.path().join("file"), "").unwrap();
        let long = "a".repeat(121);
        let deep = "a/".repeat(9);
        let wrong = [
            "",
            ".",
            "..",
            "../a",
            "a/..",
            "a/../b",
            "/",
            "/etc",
            "./a",
            "a\\b",
            "..\\a",
            "C:",
            "C:a",
            "a:b",
            "a\nb",
            "a\0",
            "a\u{202e}b",
            "con",
            "NUL.txt",
            "a/Aux",
            "com1",
            "LPT¹.x",
            "COM0",
            "a.",
            "a ",
            " a",
            "a./b",
            "a*",
            "a|b",
            "\"a\"",
            "file",
            "file/a",
            &long,
            &deep,
        ];
        for name in wrong {
            let error = below(output.path(), name).unwrap_err();
            assert!(error.message.starts_with("`subfolder`: "), "{name}");
            assert!(!error.to_string().contains(char::is_control), "{name:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_it_is_refused_wherever_it_leads_but_the_output_may_be_one() {
        let place = tempfile::tempdir().unwrap();
        let output = place.path().join("output");
        std::fs::create_dir_all(output.join("real/inner")).unwrap();
        std::os::unix::fs::symlink(place.path(), output.join("out")).unwrap();
        std::os::unix::fs::symlink(output.join("real"), output.join("real/in")).unwrap();
        std::os::unix::fs::symlink(place.path().join("none"), output.join("dangling")).unwrap();
        for name in ["out", "out/a", "real/in", "real/in/inner", "dangling", "dangling/a"] {
            let error = below(&output, name).unwrap_err();
            assert!(error.message.contains("contains a link"), "{name}: {error}");
        }
        let link = place.path().join("link");
        std::os::unix::fs::symlink(&output, &link).unwrap();
        assert_eq!(below(&link, "real/inner").unwrap(), link.join("real/inner"));
    }
}
