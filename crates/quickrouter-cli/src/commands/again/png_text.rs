//! The text chunks of the emulator's pictures. Those of models are not known to carry any.

use std::io::Cursor;

use png::{Decoder, Limits};

/// How much of a picture is read for its text chunks, in bytes: they stand in front of the pixels.
pub(super) const MAX_HEAD_BYTES: u64 = 8 << 20;
/// What the chunks may take in memory, in bytes.
const MAX_CHUNK_BYTES: usize = 8 << 20;
/// The largest text after decompression, in bytes. The emulator compresses none.
const MAX_TEXT_BYTES: usize = 2 << 20;
/// How the `Software` chunk of the emulator's pictures begins.
const EMULATOR: &str = "quickrouter-emulator ";

/// What a picture says about itself.
#[derive(Debug, PartialEq)]
pub(super) struct PngText {
    pub(super) model: String,
    /// JSON.
    pub(super) input: String,
    pub(super) seed: Option<String>,
}

/// Reads the beginning of a PNG file: `None` if it is not the emulator's, or not whole.
pub(super) fn read(head: &[u8]) -> Option<PngText> {
    let limits = Limits { bytes: MAX_CHUNK_BYTES };
    let mut decoder = Decoder::new_with_limits(Cursor::new(head), limits);
    decoder.set_ignore_iccp_chunk(true);
    let reader = decoder.read_info().ok()?;
    let info = reader.info();
    let software = info.uncompressed_latin1_text.iter().find(|text| text.keyword == "Software")?;
    if !software.text.starts_with(EMULATOR) {
        return None;
    }
    let text = |keyword: &str| {
        let mut chunk = info.utf8_text.iter().find(|text| text.keyword == keyword)?.clone();
        // A few compressed bytes can stand for gigabytes.
        chunk.decompress_text_with_limit(MAX_TEXT_BYTES).ok()?;
        chunk.get_text().ok()
    };
    Some(PngText { model: text("Model")?, input: text("Input")?, seed: text("Seed") })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use png::text_metadata::ITXtChunk;
    use proptest::prelude::{any, prop, proptest};

    use super::{PngText, read};

    static PICTURE: LazyLock<Vec<u8>> =
        LazyLock::new(|| picture("quickrouter-emulator x", "{\"prompt\": \"a\"}", true));

    /// A picture with these texts.
    fn picture(software: &str, input: &str, compressed: bool) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 1, 1);
        encoder.add_text_chunk("Software".into(), software.into()).unwrap();
        encoder.add_itxt_chunk("Model".into(), "stability-ai/sdxl".into()).unwrap();
        let mut writer = encoder.write_header().unwrap();
        let mut chunk = ITXtChunk::new("Input", input);
        chunk.compressed = compressed;
        if compressed {
            chunk.compress_text().unwrap();
        }
        writer.write_text_chunk(&chunk).unwrap();
        writer.write_image_data(&[0]).unwrap();
        writer.finish().unwrap();
        file
    }

    #[test]
    fn only_the_emulators_pictures_say_what_they_were_made_of() {
        let expected = |input: &str| PngText {
            model: "stability-ai/sdxl".to_owned(),
            input: input.to_owned(),
            seed: None,
        };
        let emulators = "quickrouter-emulator 0.1.0, not a model's picture";
        assert_eq!(
            read(&picture(emulators, "{\"a\": \"画\"}", false)),
            Some(expected("{\"a\": \"画\"}"))
        );
        assert_eq!(read(&picture(emulators, "{}", true)), Some(expected("{}")));
        assert_eq!(read(&picture("Other", "{}", false)), None);
        assert_eq!(read(b"\xff\xd8\xff\xe0 a JPEG"), None);
        assert_eq!(read(b""), None);
    }

    #[test]
    fn a_text_that_is_too_large_is_not_read_compressed_or_not() {
        let bomb = " ".repeat(64 << 20);
        let compressed = picture("quickrouter-emulator x", &bomb, true);
        assert!(compressed.len() < 1 << 20, "{}", compressed.len());
        assert!(read(&compressed).is_none());
        assert!(read(&picture("quickrouter-emulator x", &bomb, false)).is_none());
        // A length is only a number: nothing of 2 GiB is reserved for it.
        let mut file = picture("quickrouter-emulator x", "{}", false);
        file[33..37].copy_from_slice(&0x7fff_ffff_u32.to_be_bytes());
        assert_eq!(read(&file), None);
    }

    proptest! {
        #[test]
        fn whatever_is_done_to_a_picture_it_is_read_or_not(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut file = PICTURE.clone();
            for (at, byte) in changes {
                let at = at.index(file.len());
                file[at] = byte;
            }
            read(&file);
            read(&file[..cut.index(file.len())]);
        }
    }
}
