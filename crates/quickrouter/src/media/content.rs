//! Detecting the format of content from its first bytes: by signature, or as text.

/// Number of bytes that suffice to detect a format.
pub(crate) const BEGINNING: usize = 8 << 10;

/// The media type of unknown content.
pub(crate) const UNKNOWN: &str = "application/octet-stream";

/// The media type to send for content with this beginning.
pub(crate) fn media_type(beginning: &[u8]) -> &'static str {
    match recognized(beginning) {
        Some("text/plain") | None => UNKNOWN,
        Some(media_type) => media_type,
    }
}

/// Returns the media type of content with this beginning, of which 8 KiB suffice; `text/plain` for
/// readable text, `None` if it is not recognized.
///
/// ```
/// let recognized = quickrouter::files::recognized_type(b"\x89PNG\r\n\x1a\n");
/// assert_eq!(recognized, Some("image/png"));
/// ```
pub fn recognized(beginning: &[u8]) -> Option<&'static str> {
    format(beginning).map(|(media_type, _)| media_type)
}

/// What content begins like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentKind {
    /// An image, video or audio file, with its usual extension.
    Media(&'static str),
    /// Text: HTML, JSON, XML, or plain.
    Text,
    /// Another known format, with its usual extension.
    Other(&'static str),
    /// An unknown format.
    Unknown,
}

/// What content begins like.
pub(crate) fn kind(beginning: &[u8]) -> ContentKind {
    // The signature of glTF 2.0, 4.4.2.
    if beginning.starts_with(b"glTF") {
        return ContentKind::Other("glb");
    }
    // Playlists are text, but served with audio and video types (RFC 8216, 4).
    if beginning.starts_with(b"#EXTM3U") {
        return ContentKind::Other("m3u8");
    }
    let utf16 = beginning.starts_with(b"\xff\xfe") || beginning.starts_with(b"\xfe\xff");
    match format(beginning) {
        Some((media_type, extension)) if is_media(media_type) => {
            ContentKind::Media(usual(extension))
        }
        Some((media_type, _)) if media_type.starts_with("text/") => ContentKind::Text,
        Some((_, extension)) => ContentKind::Other(extension),
        None if utf16 => ContentKind::Text,
        None => ContentKind::Unknown,
    }
}

/// Whether content is certainly an image, video or audio file.
pub(crate) fn is_unmistakable_media(beginning: &[u8]) -> bool {
    // Two-letter signatures, such as a bitmap's, may begin anything.
    let short = [b"BM", b"II", b"MM"].iter().any(|mark| beginning.starts_with(*mark));
    let kind = kind(beginning);
    matches!(kind, ContentKind::Media(extension) if !matches!(extension, "svg" | "pnm")) && !short
}

/// Whether a media type is an image, video or audio type.
pub(crate) fn is_media(media_type: &str) -> bool {
    ["image/", "video/", "audio/"].iter().any(|kind| media_type.starts_with(kind))
}

/// The most common of several equivalent extensions.
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

/// Whether its beginning has an `svg` element and is not HTML.
pub(crate) fn names_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    text.contains("<svg") && !text.contains("<html")
}

/// The media type and extension of content with this beginning.
fn format(beginning: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = text(beginning);
    if text.is_some_and(is_svg) {
        return Some(("image/svg+xml", "svg"));
    }
    // Some signatures are letters (BM, GIF, ID3): readable text is not an image.
    let inferred = infer::get(beginning).map(|kind| (kind.mime_type(), kind.extension()));
    inferred
        .filter(|(inferred, _)| text.is_none() || !is_media(inferred))
        .or_else(|| other_media(beginning))
        .or_else(|| text.map(|_| ("text/plain", "txt")))
}

/// Images and videos that the `infer` crate does not recognize.
fn other_media(beginning: &[u8]) -> Option<(&'static str, &'static str)> {
    let brand = |brand: &&[u8; 4]| beginning.get(8..12) == Some(brand.as_slice());
    let is_box = beginning.get(4..8) == Some(b"ftyp".as_slice());
    // ISO/IEC 23008-12, the brands of image files; `infer` requires a second one next to `mif1`.
    let heif = [b"mif1", b"msf1", b"mif2", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"];
    if is_box && heif.iter().any(brand) {
        return Some(("image/heif", "heif"));
    }
    // ISO/IEC 14496-12: any other brand is a video. Old QuickTime files start with other boxes.
    if is_box {
        return Some(("video/mp4", "mp4"));
    }
    let boxes = [b"moov", b"mdat", b"wide", b"free", b"skip"];
    if boxes.iter().any(|name| beginning.get(4..8) == Some(name.as_slice())) {
        return Some(("video/quicktime", "mov"));
    }
    let magic: [(&[u8], &str, &str); 11] = [
        (b"\0\0\x02\0", "image/x-icon", "cur"),
        (b"qoif", "image/qoi", "qoi"),
        (b"v/1\x01", "image/x-exr", "exr"),
        (b"#?RADIANCE", "image/vnd.radiance", "hdr"),
        (b"#?RGBE", "image/vnd.radiance", "hdr"),
        (b"DDS ", "image/vnd.ms-dds", "dds"),
        (b"icns", "image/icns", "icns"),
        (b"MM\0*", "image/tiff", "tif"),
        (b"II*\0", "image/tiff", "tif"),
        (b"MM\0+", "image/tiff", "tif"),
        (b"II+\0", "image/tiff", "tif"),
    ];
    let known = magic.iter().find(|(magic, ..)| beginning.starts_with(magic));
    let known = known.map(|(_, media_type, extension)| (*media_type, *extension));
    known.or_else(|| netpbm(beginning))
}

/// `P1` to `P7`, then white space: <https://netpbm.sourceforge.net/doc/pnm.html>.
fn netpbm(beginning: &[u8]) -> Option<(&'static str, &'static str)> {
    let [b'P', b'1'..=b'7', space, ..] = beginning else { return None };
    let size = beginning[3..].iter().find(|byte| !byte.is_ascii_whitespace());
    let sized = size.is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'#' | b'W'));
    (space.is_ascii_whitespace() && sized).then_some(("image/x-portable-anymap", "pnm"))
}

/// The beginning as text, if it is readable: UTF-8, possibly cut within a character, without
/// control characters other than white space and escape.
fn text(beginning: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        // A character cut off at the end is not an error.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            std::str::from_utf8(&beginning[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1b');
    (!text.is_empty() && text.chars().all(plain)).then_some(text)
}

/// An `<svg` element preceded by nothing but a prolog and comments.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<svg") || rest.starts_with("<svg:svg") => return true,
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            // A document type may contain declarations in brackets.
            _ if is_doctype_of_svg(rest) => match rest.split('>').next() {
                Some(head) if head.contains('[') => "]>",
                _ => ">",
            },
            _ => return false,
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            // Its comment extends past the beginning.
            None => return false,
        }
    }
}

fn is_doctype_of_svg(rest: &str) -> bool {
    let head = rest.get(..10).filter(|head| head.eq_ignore_ascii_case("<!doctype "));
    head.is_some() && rest[10..].trim_start().starts_with("svg")
}

#[cfg(test)]
mod tests {
    use super::{ContentKind, is_unmistakable_media, kind, media_type, recognized};

    fn is_image(content: &[u8]) -> bool {
        recognized(content).is_some_and(|kind| kind.starts_with("image/"))
    }

    #[test]
    fn images_are_recognized_by_their_content() {
        let images: [&[u8]; 19] = [
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"\xff\xd8\xff\xe0\0\x10JFIF\0",
            b"GIF89a\x01\0\x01\0\x80\0\0",
            b"RIFF\x24\0\0\0WEBPVP8 ",
            b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0",
            b"II*\0\x08\0\0\0",
            b"MM\0*\0\0\0\x08",
            b"\0\0\x01\0\x01\0\x10\x10",
            b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
            b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf",
            b"\xff\x0a\xfa\x1f",
            b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl ",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<svg/>",
            b"<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\" [ <!ENTITY a \"b\"> ]>\n<svg/>",
            b"P6\n2 2\n255\n\0\0\0\0",
            b"qoif\0\0\0\x01",
            b"8BPS\0\x01",
        ];
        for image in images {
            assert!(is_image(image), "{:?}", String::from_utf8_lossy(image));
        }
    }

    #[test]
    fn what_is_no_image_is_not_taken_for_one() {
        let others: [&[u8]; 11] = [
            b"<!DOCTYPE html><html><svg></svg></html>",
            b"\n\n<html><head>",
            b"{\"error\": \"not found\"}",
            b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
            b"BMW makes cars",
            b"Plan 9 from outer space",
            b"P6 is a road",
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
            b"PK\x03\x04\x14\0\0\0",
            b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41",
            b"\0\0\0\0\0\0\0\0",
        ];
        for other in others {
            assert!(!is_image(other), "{:?}", String::from_utf8_lossy(other));
        }
        assert_eq!(media_type(b"some words"), super::UNKNOWN);
    }

    #[test]
    fn content_is_known_by_its_beginning() {
        let tables: &[(&[u8], ContentKind)] = &[
            (b"\x89PNG\r\n\x1a\n", ContentKind::Media("png")),
            (b"\xff\xd8\xff\xe0", ContentKind::Media("jpg")),
            (b"RIFF\0\0\0\0WEBPVP8 ", ContentKind::Media("webp")),
            (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", ContentKind::Media("avif")),
            (b"ID3\x04\0\0", ContentKind::Media("mp3")),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", ContentKind::Media("svg")),
            (
                b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><!DOCTYPE svg><svg>",
                ContentKind::Media("svg"),
            ),
            (b"<!doctype html><html><svg></svg>", ContentKind::Text),
            (b"\n  <Error><Code>AccessDenied</Code></Error>", ContentKind::Text),
            (b"{\"detail\": \"not found\"}", ContentKind::Text),
            ("图片已过期".as_bytes(), ContentKind::Text),
            (&"图".as_bytes()[..2], ContentKind::Unknown),
            (b"BMW is a car", ContentKind::Text),
            (b"GIF not found", ContentKind::Text),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", ContentKind::Media("bmp")),
            (b"PK\x03\x04\x14\0", ContentKind::Other("zip")),
            (b"\x1f\x8b\x08\0", ContentKind::Other("gz")),
            (b"glTF\x02\0\0\0", ContentKind::Other("glb")),
            (b"#EXTM3U\n#EXT-X-VERSION:3\n", ContentKind::Other("m3u8")),
            (b"\x93NUMPY\x01\0", ContentKind::Unknown),
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
