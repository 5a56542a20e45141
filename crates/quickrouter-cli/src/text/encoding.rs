//! Decodes text from files, stdin and arguments, in the encodings that editors save in.

use crate::text::message::{Message, message};

/// Decodes bytes as UTF-8, or as UTF-16 if a byte order mark says so, which is how Notepad and
/// PowerShell 5 save. The mark itself is dropped.
///
/// # Errors
/// What is wrong, as a message that stands after the name of the file.
pub(crate) fn decoded(bytes: Vec<u8>) -> Result<String, Message> {
    match bytes.as_slice() {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Err(message!("encoding-utf32")),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ if is_unmarked_utf16(&bytes) => Err(message!("encoding-unmarked")),
        _ => match String::from_utf8(bytes) {
            Ok(text) => Ok(unmarked(&text).to_owned()),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                Err(message!("encoding-not-utf8", at = at))
            }
        },
    }
}

/// Strips a leading byte order mark.
pub(crate) fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Message> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    match char::decode_utf16(units).collect::<Result<String, _>>() {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err(message!("encoding-damaged")),
    }
}

/// Whether it looks like ASCII with a zero byte beside every letter.
fn is_unmarked_utf16(bytes: &[u8]) -> bool {
    let (pairs, _) = bytes.as_chunks::<2>();
    let pairs = &pairs[..pairs.len().min(64)];
    let all = |fits: fn(&[u8; 2]) -> bool| pairs.len() > 1 && pairs.iter().all(fits);
    all(|[low, high]| *low != 0 && *high == 0) || all(|[high, low]| *high == 0 && *low != 0)
}

#[cfg(test)]
mod tests {
    use super::decoded;
    use crate::text::lang::Lang;

    /// Text in UTF-16, in this order of bytes.
    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_byte_order_mark_says_how_a_file_is_encoded_and_is_no_part_of_it() {
        let marked = "\u{feff}a 画 🦊";
        let written =
            [marked.into(), utf16(marked, u16::to_le_bytes), utf16(marked, u16::to_be_bytes)];
        for bytes in written {
            assert_eq!(decoded(bytes).unwrap(), "a 画 🦊");
        }
        assert_eq!(decoded(b"a".to_vec()).unwrap(), "a");
        assert_eq!(decoded("a\u{feff}".into()).unwrap(), "a\u{feff}", "only in front");
        assert_eq!(decoded(Vec::new()).unwrap(), "");
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_encoding() {
        let wrong = [
            (utf16("{\"a\": 1}", u16::to_le_bytes), "UTF-16 without"),
            (utf16("{\"a\": 1}", u16::to_be_bytes), "UTF-16 without"),
            (b"\xff\xfea".to_vec(), "damaged UTF-16"),
            (b"\xff\xfe\0\xd8".to_vec(), "damaged UTF-16"),
            (b"\xff\xfe\0\0a\0\0\0".to_vec(), "UTF-32"),
            (b"caf\xe9".to_vec(), "not UTF-8 from byte 3"),
        ];
        for (bytes, why) in wrong {
            let message = decoded(bytes).unwrap_err().to_text(Lang::English);
            assert!(message.contains(why), "{message}");
        }
    }
}
