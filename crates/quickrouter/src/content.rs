//! What content is, by how it begins.

use infer::MatcherType;

/// How much of a content says what it is, in bytes.
pub(crate) const HEAD: usize = 1024;

/// What content begins like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A picture, a film or a sound, with its usual extension.
    Media(&'static str),
    /// Text: a page, JSON, XML, or plain.
    Text,
    /// Another known format, with its usual extension.
    Other(&'static str),
    /// Nothing known.
    Unknown,
}

/// What content begins like.
pub(crate) fn kind(head: &[u8]) -> Kind {
    // `infer` knows no 3D models; their magic number is in the glTF 2.0 specification, 4.4.2.
    if head.starts_with(b"glTF") {
        return Kind::Other("glb");
    }
    // A playlist is text, and served under audio and video types (RFC 8216, 4).
    if head.starts_with(b"#EXTM3U") {
        return Kind::Other("m3u8");
    }
    if is_svg(head) {
        return Kind::Media("svg");
    }
    match infer::get(head) {
        Some(known) if is_media(known.matcher_type()) && is_long_enough(head) => {
            Kind::Media(usual(known.extension()))
        }
        Some(known) if known.matcher_type() == MatcherType::Text => Kind::Text,
        _ if is_text(head) => Kind::Text,
        Some(known) if !is_media(known.matcher_type()) => Kind::Other(known.extension()),
        _ => Kind::Unknown,
    }
}

/// Whether content can be nothing but a picture, a film or a sound.
pub(crate) fn is_unmistakable_media(head: &[u8]) -> bool {
    // Two letters, as of a bitmap, may begin anything.
    let short = head.starts_with(b"BM") || head.starts_with(b"II") || head.starts_with(b"MM");
    matches!(kind(head), Kind::Media(extension) if extension != "svg") && !short
}

fn is_media(matcher: MatcherType) -> bool {
    matches!(matcher, MatcherType::Image | MatcherType::Video | MatcherType::Audio)
}

/// `BM` alone is no bitmap but perhaps a word; the others have longer marks.
fn is_long_enough(head: &[u8]) -> bool {
    !head.starts_with(b"BM") || (head.len() >= 14 && head[6..10] == [0; 4])
}

/// The extension that people know, where there are several.
pub(crate) fn usual(extension: &'static str) -> &'static str {
    match extension {
        "mpga" | "mp2" | "mp2a" => "mp3",
        "qt" => "mov",
        "oga" => "ogg",
        "jpe" | "jpeg" | "jfif" => "jpg",
        "tiff" => "tif",
        "midi" => "mid",
        "weba" => "webm",
        "mpeg" | "mpe" => "mpg",
        "svgz" => "svg",
        "text" | "conf" => "txt",
        "htm" => "html",
        other => other,
    }
}

/// Whether it is text, as far as it is there.
fn is_text(head: &[u8]) -> bool {
    let utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character may be cut in two at the end.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return utf16,
    };
    let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}');
    !text.is_empty() && !text.contains(odd)
}

/// Whether it has an `svg` element in its head and is no page.
pub(crate) fn names_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    text.contains("<svg") && !text.contains("<html")
}

/// Whether its first element is `svg`.
fn is_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ if starts_with(rest, "<!doctype svg") => ">",
            _ => return starts_with(rest, "<svg"),
        };
        let Some((_, after)) = rest.split_once(end) else { return false };
        rest = after.trim_start();
    }
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::{Kind, is_unmistakable_media, kind};

    #[test]
    fn content_is_known_by_its_beginning() {
        let tables: &[(&[u8], Kind)] = &[
            (b"\x89PNG\r\n\x1a\n", Kind::Media("png")),
            (b"\xff\xd8\xff\xe0", Kind::Media("jpg")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Kind::Media("webp")),
            (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", Kind::Media("avif")),
            (b"ID3\x04\0\0", Kind::Media("mp3")),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", Kind::Media("svg")),
            (
                b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><!DOCTYPE svg><SVG>",
                Kind::Media("svg"),
            ),
            (b"<!doctype html><html><svg></svg>", Kind::Text),
            (b"\n  <Error><Code>AccessDenied</Code></Error>", Kind::Text),
            (b"{\"detail\": \"not found\"}", Kind::Text),
            ("图片已过期".as_bytes(), Kind::Text),
            (&"图".as_bytes()[..2], Kind::Unknown),
            (b"BMW is a car", Kind::Text),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Kind::Media("bmp")),
            (b"PK\x03\x04\x14\0", Kind::Other("zip")),
            (b"\x1f\x8b\x08\0", Kind::Other("gz")),
            (b"glTF\x02\0\0\0", Kind::Other("glb")),
            (b"#EXTM3U\n#EXT-X-VERSION:3\n", Kind::Other("m3u8")),
            (b"\x93NUMPY\x01\0", Kind::Unknown),
        ];
        for (head, expected) in tables {
            assert_eq!(kind(head), *expected, "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn letters_that_may_begin_a_word_are_not_unmistakable() {
        assert!(is_unmistakable_media(b"\x89PNG\r\n\x1a\n"));
        assert!(!is_unmistakable_media(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"));
        assert!(!is_unmistakable_media(b"<svg>"));
    }
}
