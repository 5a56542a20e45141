//! Opens saved files in the desktop's viewer.

use std::io;
use std::path::Path;

use crate::output::printer::Printer;
use crate::text::message::{Message, message};

/// Extensions of files that viewers show and nothing runs. SVG is none of them: it may contain scripts,
/// and browsers open it.
const SHOWN: [&str; 25] = [
    "apng", "avif", "bmp", "flac", "gif", "heic", "heif", "jpeg", "jpg", "jxl", "m4a", "m4v",
    "mkv", "mov", "mp3", "mp4", "ogg", "opus", "pdf", "png", "tif", "tiff", "wav", "webm", "webp",
];

/// Opens one file, or notes why not.
pub(crate) fn open(file: &Path, printer: &Printer) {
    if let Err(why) = opened(file, has_desktop) {
        printer.note(&why);
    }
}

fn opened(file: &Path, has_desktop: fn() -> bool) -> Result<(), Message> {
    let shown = || file.display();
    if !is_shown(file) {
        return Err(message!("open-not-media", file = shown()));
    }
    if !has_desktop() {
        return Err(message!("open-no-desktop", file = shown()));
    }
    // The whole path begins with no dash, is no URL, and means the same in another folder.
    let launched = file.canonicalize().and_then(::open::that_detached);
    launched.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => message!("open-no-viewer", file = shown()),
        _ => message!("open-failed", file = shown(), why = error.to_string()),
    })
}

/// Whether both the extension and the content are those of a picture, a video, a sound or a PDF: desktops
/// choose the program by either.
fn is_shown(file: &Path) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str());
    let named = extension.map(str::to_ascii_lowercase);
    let by_name = named.is_some_and(|extension| SHOWN.contains(&extension.as_str()));
    let content = infer::get_from_path(file).ok().flatten();
    let by_content = content.is_some_and(|kind| {
        use infer::MatcherType::{Audio, Image, Video};
        matches!(kind.matcher_type(), Audio | Image | Video)
            || kind.mime_type() == "application/pdf"
    });
    by_name && by_content
}

/// Whether this session has a screen: without one, xdg-open would start a browser in the terminal.
fn has_desktop() -> bool {
    if !cfg!(all(unix, not(target_os = "macos"))) {
        return true;
    }
    // WSL_DISTRO_NAME: Windows' desktop is near.
    ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::{is_shown, opened};
    use crate::text::lang::Lang;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn only_pictures_videos_sounds_and_pdfs_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let is_shown = |name: &str, content: &[u8]| {
            let file = folder.path().join(name);
            std::fs::write(&file, content).unwrap();
            is_shown(&file)
        };
        assert!(is_shown("a.png", PNG));
        assert!(is_shown("-a.PNG", PNG));
        assert!(is_shown("a.jpg", b"\xff\xd8\xff\xe0"));
        assert!(is_shown("a.mp4", b"\0\0\0\x18ftypmp42"));
        assert!(is_shown("a.mp3", b"ID3\x04"));
        assert!(is_shown("a.pdf", b"%PDF-1.7"));
        for name in
            ["a.html", "a.svg", "a.desktop", "a.exe", "a.sh", "a.bin", "a", "a.png.exe", ".png"]
        {
            assert!(!is_shown(name, PNG), "{name}");
        }
        for content in [
            &b"<!DOCTYPE html><script>"[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'>",
            b"[Desktop Entry]\nExec=true",
            b"MZ\x90\0",
            b"#!/bin/sh\n",
            b"\x7fELF\x02",
            b"",
        ] {
            assert!(!is_shown("a.png", content), "{content:?}");
        }
    }

    #[test]
    fn why_a_file_is_not_opened_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.html");
        std::fs::write(&file, PNG).unwrap();
        let why = opened(&file, || true).unwrap_err().to_text(Lang::English);
        assert!(why.contains("a.html") && why.contains("not opened"), "{why}");
        let file = folder.path().join("a.png");
        std::fs::write(&file, PNG).unwrap();
        let why = opened(&file, || false).unwrap_err().to_text(Lang::English);
        assert!(why.contains("no desktop"), "{why}");
    }
}
