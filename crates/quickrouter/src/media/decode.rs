//! Decoding content embedded in a response: data URIs and base64.

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use data_url::DataUrl;

use crate::detail::{Detail, detail};
use crate::media::content;

/// Lenient about padding and trailing bits, even more than the WHATWG's forgiving base64, because
/// encoders are careless with both.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
/// Minimum length of undeclared base64 content.
const MIN_BARE_LENGTH: usize = 16;

/// A decoded data URI.
pub(crate) struct Decoded {
    /// Such as `image/png`.
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

/// Whether a text is intended as a data URI; a sentence may begin with the same word.
pub(crate) fn is_data_uri(text: &str) -> bool {
    let text = text.trim_start();
    let scheme = text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    scheme && !text[5..].starts_with(char::is_whitespace) && text.contains(',')
}

/// Decodes a data URI according to the WHATWG's Fetch standard, also accepting the URL-safe
/// alphabet.
///
/// # Errors
/// The reason, without any content.
pub(crate) fn data_uri(text: &str) -> Result<Decoded, Detail> {
    let text = text.trim();
    let url = DataUrl::process(text)
        .map_err(|_| detail!(DataUriComma, "it is a data: URI without a comma"))?;
    let mime = url.mime_type();
    let media_type = format!("{}/{}", mime.type_, mime.subtype).to_ascii_lowercase();
    let bytes = match url.decode_to_vec() {
        Ok((bytes, _)) => bytes,
        Err(_) => {
            let (_, body) = text.split_once(',').unwrap_or_default();
            let body = body.split('#').next().unwrap_or_default();
            let body: Vec<u8> = percent_encoding::percent_decode_str(body).collect();
            base64(&body).ok_or_else(|| {
                detail!(DataUriBase64, "it is a data: URI whose base64 cannot be decoded")
            })?
        }
    };
    Ok(Decoded { media_type, bytes })
}

/// Decodes a data URI among outputs. Some relays omit the word base64
/// (`data:image/png,iVBORw0...`).
///
/// # Errors
/// The reason, without any content.
pub(crate) fn output_uri(text: &str) -> Result<Decoded, Detail> {
    let Decoded { media_type, bytes } = data_uri(text)?;
    let bytes = std::str::from_utf8(&bytes).ok().and_then(bare_media).unwrap_or(bytes);
    if bytes.is_empty() {
        Err(detail!(DataUriEmpty, "it is a data: URI without content"))
    } else {
        Ok(Decoded { media_type, bytes })
    }
}

/// Decodes base64 of either alphabet, ignoring white space, with any padding.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let dense = text.iter().filter(|byte| !byte.is_ascii_whitespace());
    let standard: Vec<u8> = dense
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    BASE64.decode(standard).ok()
}

/// Decodes a text that consists entirely of a base64-encoded image, video or audio file.
pub(crate) fn bare_media(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    if text.len() < MIN_BARE_LENGTH || !text.is_ascii() {
        return None;
    }
    // Check the beginning first, since most texts are not base64.
    let head: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).take(64).collect();
    let head = base64(&head[..head.len() / 4 * 4])?;
    content::is_unmistakable_media(&head).then(|| base64(text.as_bytes()))?
}

#[cfg(test)]
mod tests {
    use super::{bare_media, data_uri, is_data_uri, output_uri};

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn data_uris_are_read_in_every_spelling() {
        for text in [
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==",
            "data:image/png;BASE64,iVBORw0KGgoAAAANSUhEUg==",
            "data:image/png; base64,iVBORw0KGgoAAAANSUhEUg==",
            "DATA:IMAGE/PNG;charset=utf-8;base64,iVBORw0KGgoAAAANSUhEUg",
            "  data:image/png;base64,iVBORw0K\nGgoAAAAN SUhEUg%3D%3D ",
            "data:image/png,iVBORw0KGgoAAAANSUhEUg==",
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUh",
        ] {
            assert!(is_data_uri(text), "{text}");
            let decoded = output_uri(text).unwrap_or_else(|reason| panic!("{text}: {reason}"));
            assert_eq!(decoded.bytes, PNG, "{text}");
            assert_eq!(decoded.media_type, "image/png", "{text}");
        }
        assert_eq!(data_uri("data:application/x;base64,-_-_").unwrap().bytes, [251, 255, 191]);
        assert_eq!(data_uri("data:,a%20b").unwrap().bytes, b"a b");
    }

    #[test]
    fn a_data_uri_of_nothing_or_of_rubbish_is_refused() {
        for text in ["data:image/png;base64,", "data:image/png;base64,!!!", "data:,"] {
            assert!(is_data_uri(text) && output_uri(text).is_err(), "{text}");
        }
        assert!(!is_data_uri("data: the plural of datum, mostly") && !is_data_uri("data:"));
    }

    #[test]
    fn bare_base64_is_content_only_where_it_begins_like_a_picture() {
        assert_eq!(bare_media("iVBORw0KGgoAAAANSUhEUg==").as_deref(), Some(PNG));
        assert!(bare_media("/9j/4AAQSkZJRgABAQAAAQABAAD").is_some());
        for text in ["/9j/out-0.png", "Questions and answers", "aGVsbG8gd29ybGQgaGVsbG8=", "Qk1h"] {
            assert_eq!(bare_media(text), None, "{text}");
        }
    }
}
