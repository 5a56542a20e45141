//! Detects content that cannot be the expected output, given the contract, the URL and the media
//! type.

use crate::detail::{Detail, detail};
use crate::media::content::{self, ContentKind};
use crate::media::extension;
use crate::text::printable::excerpt;

/// What is declared about an output before its content is read.
pub(crate) struct Declared {
    /// Media type of the model's outputs, if the contract knows the model.
    pub(crate) contract: Option<&'static str>,
    /// Extension of its URL.
    pub(crate) extension: Option<String>,
    /// Media type in the response, in lower case; empty if absent.
    pub(crate) media_type: String,
}

/// Media types whose content always starts with a known signature.
const SIGNED_TYPES: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/jpg",
    "image/webp",
    "image/gif",
    "video/mp4",
    "video/webm",
    "video/quicktime",
];

impl Declared {
    fn of_extension(&self) -> Option<&'static str> {
        self.extension.as_deref().and_then(extension::media_type_of)
    }

    fn is_media(&self) -> bool {
        self.contract.is_some_and(content::is_media)
            || self.of_extension().is_some()
            || content::is_media(&self.media_type)
    }

    fn is_text(&self) -> bool {
        self.media_type.starts_with("text/")
            || self.media_type.ends_with("json")
            || self.media_type.ends_with("xml") && self.media_type != "image/svg+xml"
    }
}

/// Why content starting with `head` cannot be the output.
pub(crate) fn of(declared: &Declared, head: &[u8]) -> Option<Detail> {
    let kind = content::kind(head);
    let what = if declared.is_media() {
        of_media(declared, kind, head)?
    } else {
        // An HTML page in place of a model or an archive is wrong; at a page's URL it is the
        // output.
        let file = declared
            .extension
            .as_deref()
            .is_some_and(|extension| !extension::is_of_text(extension));
        let page = content::recognized(head) == Some("text/html");
        (file && page).then(|| detail!(ContentPage, "a page"))?
    };
    Some(match declared.media_type.as_str() {
        "" => detail!(
            OtherContent,
            "got {what} instead of the output: {excerpt}",
            what = what,
            excerpt = excerpt(head)
        ),
        media_type => detail!(
            OtherContentAs,
            "got {what} as {media_type} instead of the output: {excerpt}",
            what = what,
            media_type = media_type,
            excerpt = excerpt(head)
        ),
    })
}

fn of_media(declared: &Declared, kind: ContentKind, head: &[u8]) -> Option<Detail> {
    // Some SVG files have a long preamble before their first element.
    if declared.media_type == "image/svg+xml" && content::names_svg(head) {
        return None;
    }
    let named = [declared.of_extension(), Some(declared.media_type.as_str())];
    let well_known = named.iter().flatten().any(|named| SIGNED_TYPES.contains(named));
    let image = declared.contract.is_some_and(|media| !media.starts_with("audio/"));
    match kind {
        ContentKind::Text => Some(detail!(ContentText, "text")),
        // A playlist stands for a video.
        ContentKind::Other("m3u8") => None,
        ContentKind::Other(_) => Some(detail!(ContentOther, "a file of another kind")),
        ContentKind::Media(extension) if image && extension::is_sound(extension) => {
            Some(detail!(ContentSound, "a sound"))
        }
        ContentKind::Unknown if declared.is_text() => {
            Some(detail!(ContentTextUnreadable, "unreadable text"))
        }
        ContentKind::Unknown if well_known => {
            Some(detail!(ContentUnreadable, "unreadable content"))
        }
        ContentKind::Media(_) | ContentKind::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Declared, of};

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn misfit(contract: bool, extension: &str, media_type: &str, head: &[u8]) -> bool {
        let declared = Declared {
            contract: contract.then_some("image/png"),
            extension: (!extension.is_empty()).then(|| extension.to_owned()),
            media_type: media_type.to_owned(),
        };
        of(&declared, head).is_some()
    }

    #[test]
    fn what_is_no_picture_is_refused_where_one_belongs() {
        let page: &[u8] = b"<!doctype html><title>Just a moment...</title>";
        let rows: [(&str, &str, &[u8]); 9] = [
            ("png", "image/png", page),
            ("", "image/webp", b"{}"),
            ("png", "", b"%PDF-1.7\n"),
            ("png", "image/png", b"PK\x03\x04"),
            ("png", "image/png", b"\x1f\x8b\x08\0"),
            ("png", "image/png", &[0; 5000]),
            ("", "text/html", b"\x1b\x05\0\xf8\x8d\x94"),
            ("mp4", "video/mp4", &[0; 16]),
            ("jpg", "application/octet-stream", b"\x07"),
        ];
        for (extension, media_type, head) in rows {
            for contract in [true, false] {
                // Without the contract a page without an extension may be the requested output.
                let known = contract || !(extension.is_empty() && media_type == "text/html");
                let shown = String::from_utf8_lossy(head);
                assert_eq!(misfit(contract, extension, media_type, head), known, "{shown}");
            }
        }
        assert!(misfit(true, "png", "image/png", b"ID3\x04\0\0\0\0\0\0"));
        assert!(misfit(false, "glb", "text/html", page));
    }

    #[test]
    fn what_may_be_the_output_is_taken() {
        for (extension, media_type, head) in [
            ("png", "image/png", PNG),
            ("png", "text/plain", PNG),
            ("", "", b"\0\x01\x02".as_slice()),
            ("exr", "image/x-exr", b"\0\x01"),
            ("mp4", "video/mp4", b"\0\0\0\x18ftypiso9\0\0\0\0"),
            ("mov", "video/quicktime", b"\0\0\0\x08wide\0\0\0\0mdat"),
            ("m3u8", "audio/mpegurl", b"#EXTM3U\n"),
        ] {
            assert!(!misfit(true, extension, media_type, head), "{extension} {media_type}");
        }
        assert!(!misfit(false, "html", "text/html", b"<html></html>"));
        assert!(!misfit(false, "srt", "text/plain", b"1\n00:00:00,000"));
    }
}
