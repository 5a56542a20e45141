//! File extensions and media types, and which belong together.

use url::Url;

use crate::media::content::{self, ContentKind};

/// Extensions of image, video and audio files, with their media types.
const MEDIA: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("apng", "image/apng"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("jfif", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("avif", "image/avif"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("jxl", "image/jxl"),
    ("bmp", "image/bmp"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("ico", "image/vnd.microsoft.icon"),
    ("svg", "image/svg+xml"),
    ("exr", "image/x-exr"),
    ("mp4", "video/mp4"),
    ("m4v", "video/x-m4v"),
    ("mov", "video/quicktime"),
    ("webm", "video/webm"),
    ("mkv", "video/x-matroska"),
    ("avi", "video/x-msvideo"),
    ("ogv", "video/ogg"),
    ("mp3", "audio/mpeg"),
    ("wav", "audio/wav"),
    ("flac", "audio/flac"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/opus"),
    ("m4a", "audio/mp4"),
    ("aac", "audio/aac"),
];
/// Media types that mean any file, or that the server does not know.
const GENERIC: &[&str] = &[
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/binary",
    "application/download",
    "application/force-download",
    "application/x-download",
    "application/unknown",
];
/// Extensions of programs: those that serve files under another type, and those that run when
/// opened.
const PROGRAMS: &[&str] = &[
    "php", "asp", "aspx", "jsp", "cgi", "html", "htm", "exe", "com", "scr", "bat", "cmd", "msi",
    "ps1", "vbs", "hta", "lnk", "url", "desktop",
];
/// Containers whose extensions are more specific than their signatures.
const CONTAINERS: &[&[&str]] = &[
    &["mp4", "m4v", "m4a", "mov"],
    &["ogg", "oga", "opus", "ogv"],
    &["mkv", "webm"],
    &["tif", "tiff", "dng", "nef", "arw", "cr2"],
    &["png", "apng"],
    &["heif", "heic"],
    &["mid", "midi"],
];

/// Chooses the extension: by the content if it is unambiguous, else the URL's own if it fits the
/// media type, else the usual one of the media type or the content, else `bin`.
pub(crate) fn extension(media_type: &str, url: Option<&Url>, head: &[u8]) -> String {
    let media_type = essence(media_type);
    let url_extension = url.and_then(|url| of_path(url.path()));
    let kind = content::kind(head);
    if let ContentKind::Media(known) = kind {
        return match url_extension {
            Some(url_extension) if is_same_container(&url_extension, known) => url_extension,
            _ => known.to_owned(),
        };
    }
    let fits = |url_extension: &String| fits(url_extension, &media_type);
    let of_media_type = || usual_of(&media_type);
    let of_content = || match kind {
        ContentKind::Other(known) => Some(known.to_owned()),
        _ => None,
    };
    url_extension
        .filter(fits)
        .or_else(of_media_type)
        .or_else(of_content)
        .unwrap_or_else(|| "bin".to_owned())
}

/// A media type without its parameters, in lower case.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The extension of a path, if it is an image, video or audio extension.
pub(crate) fn media_extension(path: &str) -> Option<String> {
    of_path(path).filter(|extension| media_type_of(extension).is_some())
}

/// The media type of an image, video or audio extension.
pub(crate) fn media_type_of(extension: &str) -> Option<&'static str> {
    MEDIA.iter().find(|(known, _)| *known == extension).map(|(_, media_type)| *media_type)
}

/// Whether an extension is an audio extension.
pub(crate) fn is_sound(extension: &str) -> bool {
    media_type_of(extension).is_some_and(|media_type| media_type.starts_with("audio/"))
}

/// Whether files with this extension may contain HTML: programs respond with it, and text files
/// contain it.
pub(crate) fn is_of_text(extension: &str) -> bool {
    let texts = ["html", "htm", "xhtml", "xml", "svg", "txt", "md", "json", "csv"];
    PROGRAMS.contains(&extension) || texts.contains(&extension)
}

fn is_same_container(extension: &str, known: &str) -> bool {
    CONTAINERS.iter().any(|container| container.contains(&extension) && container.contains(&known))
}

/// Whether a URL's extension fits the media type.
fn fits(extension: &str, media_type: &str) -> bool {
    if PROGRAMS.contains(&extension) {
        return media_type.starts_with("text/html") && extension.starts_with("htm");
    }
    match media_type_of(extension) {
        Some(of_own) => GENERIC.contains(&media_type) || is_same_type(of_own, media_type),
        // .safetensors, .srt or .obj are kept.
        None => !content::is_media(media_type),
    }
}

fn is_same_type(one: &str, other: &str) -> bool {
    let subtype = |full: &str| full.rsplit_once('/').map(|(_, sub)| sub.replace("x-", ""));
    one == other || subtype(one) == subtype(other)
}

/// The usual extension for a media type.
fn usual_of(media_type: &str) -> Option<String> {
    if GENERIC.contains(&media_type) {
        return None;
    }
    let extension =
        MEDIA.iter().find(|(_, known)| *known == media_type).map(|(extension, _)| *extension);
    let known = extension.or_else(|| match media_type {
        "audio/x-wav" | "audio/vnd.wave" | "audio/wave" => Some("wav"),
        "audio/mp3" | "audio/x-mpeg" => Some("mp3"),
        "audio/x-m4a" | "audio/m4a" => Some("m4a"),
        "audio/x-flac" => Some("flac"),
        "image/jpg" | "image/pjpeg" => Some("jpg"),
        "text/plain" => Some("txt"),
        other => mime2ext::mime2ext(other).map(content::usual),
    });
    known.map(str::to_owned)
}

/// The extension of a path, in lower case.
pub(crate) fn of_path(path: &str) -> Option<String> {
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    let plain = (1..=MAX_LENGTH).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| extension.to_ascii_lowercase())
}

/// Maximum length of an extension: that of `safetensors`.
const MAX_LENGTH: usize = 11;

#[cfg(test)]
mod tests {
    use url::Url;

    use super::extension;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    #[test]
    fn the_extension_follows_the_content_then_the_url_then_the_media_type() {
        let rows: &[(&str, &str, &[u8], &str)] = &[
            ("audio/mpeg", "/a", b"\0\x01", "mp3"),
            ("video/quicktime", "/a", b"\0\x01", "mov"),
            ("audio/ogg", "/a", b"\0\x01", "ogg"),
            ("audio/ogg", "/a.opus", b"OggS\0\x02\0\0", "opus"),
            ("image/jpeg", "/a", b"\0\x01", "jpg"),
            ("image/jpeg", "/a.jpeg", b"\xff\xd8\xff\xe0", "jpg"),
            ("text/plain", "/a", PNG, "png"),
            ("application/json", "/a.json", PNG, "png"),
            ("image/jpeg", "/a.jpg", b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
            (
                "application/octet-stream",
                "/lora.safetensors",
                b"\x40\0\0\0\0\0\0\0{",
                "safetensors",
            ),
            ("text/plain", "/a.srt", b"1\n00:00:00,000", "srt"),
            ("text/plain; charset=utf-8", "/a.obj", b"v 0 0 0\n", "obj"),
            ("application/zip", "/a.npz", b"PK\x03\x04", "npz"),
            ("application/octet-stream", "/a.glb", b"glTF\x02", "glb"),
            ("model/gltf-binary", "/a", b"glTF\x02", "glb"),
            ("application/octet-stream", "/a", b"PK\x03\x04", "zip"),
            ("image/webp", "/a.png", b"\0\x01", "webp"),
            ("image/png", "/picture.php", b"\0\x01", "png"),
            ("video/mp4", "/a.mov", b"\0\0\0\x14ftypqt  \0\0\0\0", "mov"),
            ("binary/octet-stream", "/a.MP4", b"\0\x01", "mp4"),
            ("", "/a", b"\0\x01", "bin"),
            ("../../png", "/a.p%2Fng", b"\0\x01", "bin"),
            ("text/plain", "/a", b"a", "txt"),
            ("application/octet-stream", "/a.exe", b"\0\x01", "bin"),
        ];
        for (media_type, path, content, expected) in rows {
            let url = Url::parse(&format!("https://x.example{path}?sig=a.b")).unwrap();
            let made = extension(media_type, Some(&url), content);
            assert_eq!(made, *expected, "{media_type} {path}");
        }
    }
}
