//! What a file is by its content: magic numbers where there are any, text where it reads as text.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// So much of the beginning shows what a content is, in bytes.
pub(crate) const BEGINNING: usize = 8 << 10;

/// The media type of content that nothing is known of.
pub(crate) const UNKNOWN: &str = "application/octet-stream";

/// The media type of what begins like this, as it is sent.
pub(crate) fn media_type(beginning: &[u8]) -> &'static str {
    match recognized(beginning) {
        Some("text/plain") | None => UNKNOWN,
        Some(media_type) => media_type,
    }
}

/// The media type of what begins like this; text counts as `text/plain`.
pub(crate) fn recognized(beginning: &[u8]) -> Option<&'static str> {
    let text = text(beginning);
    if text.is_some_and(is_svg) {
        return Some("image/svg+xml");
    }
    // The magic number of BMP is the letters BM, which a text may begin with; its header is not text.
    let inferred = infer::get(beginning).map(|kind| kind.mime_type());
    inferred
        .filter(|inferred| text.is_none() || *inferred != "image/bmp")
        .or_else(|| other_image(beginning))
        .or_else(|| text.map(|_| "text/plain"))
}

/// Images that the `infer` crate does not know.
fn other_image(beginning: &[u8]) -> Option<&'static str> {
    let brand = |brand: &&[u8; 4]| beginning.get(8..12) == Some(brand.as_slice());
    let is_box = beginning.get(4..8) == Some(b"ftyp".as_slice());
    // ISO/IEC 23008-12, the brands of image files; infer asks for a second one beside `mif1`.
    let heif = [b"mif1", b"msf1", b"mif2", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"];
    if is_box && heif.iter().any(brand) {
        return Some("image/heif");
    }
    let magic: [(&[u8], &str); 11] = [
        (b"\0\0\x02\0", "image/x-icon"),
        (b"qoif", "image/qoi"),
        (b"v/1\x01", "image/x-exr"),
        (b"#?RADIANCE", "image/vnd.radiance"),
        (b"#?RGBE", "image/vnd.radiance"),
        (b"DDS ", "image/vnd.ms-dds"),
        (b"icns", "image/icns"),
        (b"MM\0*", "image/tiff"),
        (b"II*\0", "image/tiff"),
        (b"MM\0+", "image/tiff"),
        (b"II+\0", "image/tiff"),
    ];
    let known = magic.iter().find(|(magic, _)| beginning.starts_with(magic));
    known.map(|(_, media_type)| *media_type).or_else(|| netpbm(beginning))
}

/// `P1` to `P7`, then white space: https://netpbm.sourceforge.net/doc/pnm.html.
fn netpbm(beginning: &[u8]) -> Option<&'static str> {
    let [b'P', b'1'..=b'7', space, ..] = beginning else { return None };
    let size = beginning[3..].iter().find(|byte| !byte.is_ascii_whitespace());
    let sized = size.is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'#' | b'W'));
    (space.is_ascii_whitespace() && sized).then_some("image/x-portable-anymap")
}

/// The beginning as text, where it reads as text: UTF-8, perhaps cut in a character, with no
/// control characters but white space and escape.
fn text(beginning: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        // What is cut off at the end was no mistake.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            std::str::from_utf8(&beginning[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1b');
    (!text.is_empty() && text.chars().all(plain)).then_some(text)
}

/// An `<svg` element that only a prolog and comments come before.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<svg") || rest.starts_with("<svg:svg") => return true,
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            // A document type may hold declarations of its own in brackets.
            _ if is_doctype_of_svg(rest) => match rest.split('>').next() {
                Some(head) if head.contains('[') => "]>",
                _ => ">",
            },
            _ => return false,
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            // Its comment is longer than what is looked at.
            None => return false,
        }
    }
}

fn is_doctype_of_svg(rest: &str) -> bool {
    let head = rest.get(..10).filter(|head| head.eq_ignore_ascii_case("<!doctype "));
    head.is_some() && rest[10..].trim_start().starts_with("svg")
}

/// A data URI taken apart: https://fetch.spec.whatwg.org/#data-url-processor.
pub(crate) struct DataUri<'a> {
    is_base64: bool,
    body: Cow<'a, str>,
}

impl<'a> DataUri<'a> {
    /// Takes a text apart that is one.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let head = text.get(..5).filter(|head| head.eq_ignore_ascii_case("data:"));
        let (parameters, body) = text[head?.len()..].split_once(',')?;
        let last = parameters.rsplit_once(';').map_or("", |(_, last)| last.trim());
        // The standard drops the fragment.
        let body = body.split('#').next().unwrap_or_default();
        let is_base64 = last.eq_ignore_ascii_case("base64");
        Some(Self { is_base64, body: Cow::Borrowed(body) })
    }

    /// The size of the content, in bytes; an escape counts as three.
    pub(crate) fn size(&self) -> u64 {
        let length = self.body.trim_end_matches('=').len() as u64;
        if self.is_base64 { length * 3 / 4 } else { length }
    }

    /// The beginning of the content, or nothing where its base64 cannot be decoded.
    pub(crate) fn beginning(&self) -> Option<Vec<u8>> {
        let part = self.body.as_bytes();
        // More than is looked at, since base64 and escapes take more room than the content.
        let part = &part[..part.len().min(4 * BEGINNING)];
        let decoded: Vec<u8> = percent_encoding::percent_decode(part).collect();
        if !self.is_base64 {
            return Some(decoded);
        }
        let url_safe = |byte: u8| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
        let letters = decoded.into_iter().filter(|byte| !byte.is_ascii_whitespace()).map(url_safe);
        let letters: Vec<u8> = letters.take(BEGINNING / 3 * 4).collect();
        let end = letters.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
        // A single letter of four holds no byte: it is where the beginning was cut.
        let end = if end % 4 == 1 { end - 1 } else { end };
        let config = GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent);
        GeneralPurpose::new(&alphabet::STANDARD, config).decode(&letters[..end]).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{DataUri, media_type, recognized};

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
    fn a_data_uri_is_decoded_in_all_its_spellings() {
        let beginning = |text| DataUri::parse(text).unwrap().beginning();
        for text in [
            "data:image/png;base64,aGk/aGk+",
            "DATA:;BASE64,aGk_aGk-",
            "data:image/png; base64,aGk%2FaGk%2B",
            "data:text/plain;charset=utf-8;base64,aGk/\naGk+#part",
            "data:,hi?hi%3E",
        ] {
            assert_eq!(beginning(text).as_deref(), Some(b"hi?hi>".as_slice()), "{text}");
        }
        assert_eq!(beginning("data:;base64,aA=="), Some(b"h".to_vec()));
        assert_eq!(beginning("data:image/png;base64,"), Some(Vec::new()));
        assert_eq!(beginning("data:image/png;base64,&&&&"), None);
        assert!(DataUri::parse("https://x/data:,").is_none());
    }
}
