//! Which texts of an input name a file of this machine.
//!
//! An input that the contract has as a URI is the gateway's way to take a file, so any text there that is
//! no URL is a path. Of all other inputs nothing is known: a prompt may begin with `/` or `@`, so only an
//! explicit `file:` URI, and nothing beside it, names a file.

use std::path::{Component, Path, PathBuf, Prefix};

use url::Url;

/// The longest path of Linux (`PATH_MAX`); what is longer is probably content without its `data:` head.
const MAX_BYTES: usize = 4096;

/// The file that a URI input names; `None` for the address of a file elsewhere, and for content.
///
/// # Errors
/// It is neither: the reason, phrased to follow the text.
pub(super) fn of_uri_input(text: &str) -> Result<Option<PathBuf>, &'static str> {
    let scheme = scheme(text).map(str::to_ascii_lowercase);
    match scheme.as_deref() {
        _ if text.is_empty() => Ok(None),
        Some("http" | "https" | "data") => Ok(None),
        Some("file") => of_file_uri(text).map(Some),
        Some(_) if text.contains("://") => {
            Err("has a scheme that is not supported: http:, https:, data: and file: are")
        }
        _ if text.len() > MAX_BYTES => Err("is too long for a path, and is not a URL or data: URI"),
        _ if text == "~" || text.starts_with("~/") => Err("begins with ~, which is not expanded"),
        _ => plain(PathBuf::from(text)).map(Some),
    }
}

/// The file that any other text names: only a text that is a `file:` URI from its beginning to its end.
///
/// # Errors
/// It is a `file:` URI that names no file of this machine: the reason, phrased to follow the text.
pub(super) fn of_free_text(text: &str) -> Result<Option<PathBuf>, &'static str> {
    let is_file = scheme(text).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file"));
    let is_whole = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if is_file && is_whole && text["file:".len()..].starts_with('/') {
        return of_file_uri(text).map(Some);
    }
    Ok(None)
}

/// A scheme as RFC 3986, 3.1 has it. Windows' drives are one letter, schemes in use are longer.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    (scheme.len() > 1 && scheme.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(())?;
    scheme.chars().all(plain).then_some(scheme)
}

/// The path of a `file:` URI (RFC 8089).
fn of_file_uri(text: &str) -> Result<PathBuf, &'static str> {
    if text.len() > 3 * MAX_BYTES {
        return Err("is too long for a path");
    }
    let is_absolute = text.get("file:".len()..).is_some_and(|rest| rest.starts_with('/'));
    let uri = Url::parse(text).ok().filter(|_| is_absolute);
    let uri = uri.ok_or("is not a file: URI, which begins with file:///")?;
    if uri.host_str().is_some_and(|host| !host.is_empty()) {
        return Err("names a file of another machine");
    }
    if uri.query().is_some() || uri.fragment().is_some() {
        return Err("contains ? or #, which are written %3F and %23 in the name of a file");
    }
    plain(uri.to_file_path().map_err(|()| "is not a file: URI of this machine")?)
}

/// A path without anything that leads elsewhere.
fn plain(path: PathBuf) -> Result<PathBuf, &'static str> {
    if path.to_string_lossy().contains(char::is_control) {
        return Err("contains a control character");
    }
    for part in path.components() {
        match part {
            Component::ParentDir => return Err("contains `..`"),
            Component::Prefix(prefix) if !matches!(prefix.kind(), Prefix::Disk(_)) => {
                // Windows sends the user's credentials to the host of a network path that is opened:
                // MITRE ATT&CK T1187, forced authentication.
                return Err("names a device, or a file of another machine");
            }
            _ => {}
        }
    }
    if !path.is_absolute() && path.components().any(is_anchor) {
        return Err("is neither absolute nor relative");
    }
    Ok(path)
}

/// `C:a` and `\a` of Windows depend on the current drive.
fn is_anchor(part: Component<'_>) -> bool {
    matches!(part, Component::Prefix(_) | Component::RootDir)
}

/// The path as a message shows it.
pub(super) fn shown(path: &Path) -> String {
    quickrouter::text::one_line(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{of_free_text, of_uri_input};

    #[test]
    fn a_uri_input_is_a_path_unless_it_is_an_address_or_content() {
        for text in ["https://a.example/b.png", "HTTP://a/b", "data:image/png;base64,aaaa", ""] {
            assert_eq!(of_uri_input(text), Ok(None), "{text}");
        }
        for text in ["a.png", "b/a.png", "a:b.png", "画.png", "@last", "~a.png", "a..b/c.png"] {
            assert_eq!(of_uri_input(text), Ok(Some(PathBuf::from(text))), "{text}");
        }
        assert!(of_uri_input("s3://bucket/a.png").unwrap_err().contains("scheme"));
        assert!(of_uri_input("~/a.png").unwrap_err().contains('~'));
        assert!(of_uri_input(&"iVBORw0KGgo".repeat(1000)).unwrap_err().contains("too long"));
        for text in ["../a.png", "a/../b.png", "/a/../../b"] {
            assert!(of_uri_input(text).unwrap_err().contains(".."), "{text}");
        }
        assert!(of_uri_input("a\0b.png").unwrap_err().contains("control"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_uri_names_a_file_of_this_machine_only() {
        let path = |path: &str| Ok(Some(PathBuf::from(path)));
        assert_eq!(of_uri_input("file:///a/b%20c.png"), path("/a/b c.png"));
        assert_eq!(of_uri_input("FILE://localhost/a.png"), path("/a.png"));
        assert_eq!(of_uri_input("file:/a.png"), path("/a.png"));
        assert_eq!(of_uri_input("file:///a%3F.png"), path("/a?.png"));
        let wrong = [
            "file:a.png",
            "file:",
            "file://host/share/a.png",
            "file:///a.png?b",
            "file:///a.png#b",
            "file:///a/..%2f..%2fetc/passwd",
            "file:///a%00b.png",
        ];
        for text in wrong {
            assert!(of_uri_input(text).is_err(), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_ordinary_text_is_never_a_path() {
        let texts = [
            "/etc/passwd",
            "./a.png",
            "@/etc/passwd",
            "a fox",
            "file: a fox",
            "file:///etc/passwd is a file",
            "file:a.png",
            "see file:///etc/passwd",
            "file:///a\n",
        ];
        for text in texts {
            assert_eq!(of_free_text(text), Ok(None), "{text}");
        }
        assert_eq!(of_free_text("file:///a/b.png"), Ok(Some(PathBuf::from("/a/b.png"))));
        assert!(of_free_text("file://host/a.png").is_err());
    }
}
