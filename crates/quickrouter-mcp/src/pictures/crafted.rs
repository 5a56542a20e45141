//! Pictures of tests, made by code.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

/// Of one color.
pub(crate) fn plain(width: u32, height: u32, color: [u8; 4]) -> DynamicImage {
    RgbaImage::from_pixel(width, height, Rgba(color)).into()
}

/// Of noise, which no format compresses; the same for the same seed.
pub(crate) fn noise(width: u32, height: u32, seed: u32) -> DynamicImage {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    RgbImage::from_fn(width, height, |_, _| {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [red, green, blue, _] = state.to_le_bytes();
        Rgb([red, green, blue])
    })
    .into()
}

pub(crate) fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut content = Cursor::new(Vec::new());
    picture.write_to(&mut content, format).unwrap();
    content.into_inner()
}

pub(crate) fn png(picture: &DynamicImage) -> Vec<u8> {
    encoded(picture, ImageFormat::Png)
}

/// The header of a PNG of this size, and little behind it.
pub(crate) fn png_of_size(width: u32, height: u32) -> Vec<u8> {
    let mut content = png(&plain(1, 1, [0, 0, 0, 255]));
    content[16..20].copy_from_slice(&width.to_be_bytes());
    content[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32fast::hash(&content[12..29]);
    content[29..33].copy_from_slice(&sum.to_be_bytes());
    content
}

/// A GIF of two frames, the first red and the second blue.
pub(crate) fn animated() -> Vec<u8> {
    let mut content = Vec::new();
    let mut encoder = GifEncoder::new(&mut content);
    for color in [[255, 0, 0, 255], [0, 0, 255, 255]] {
        let frame = Frame::new(RgbaImage::from_pixel(40, 20, Rgba(color)));
        encoder.encode_frame(frame).unwrap();
    }
    drop(encoder);
    content
}

/// A gray JPEG of 8 x 8 pixels in four inks, of Adobe's kind: all coefficients are 0.
pub(crate) fn cmyk() -> Vec<u8> {
    let mut content = vec![0xff, 0xd8];
    let mut segment = |marker: u8, body: &[u8]| {
        content.extend([0xff, marker]);
        content.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
        content.extend(body);
    };
    segment(0xee, b"Adobe\0\x64\0\0\0\0\0");
    segment(0xdb, &[&[0][..], &[1; 64]].concat());
    let frame = [8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0];
    segment(0xc0, &frame);
    // Tables of one code, a single 0: no difference, end of block.
    let mut table = [0; 18];
    table[1] = 1;
    segment(0xc4, &table);
    table[0] = 0x10;
    segment(0xc4, &table);
    segment(0xda, &[4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]);
    content.extend([0x00, 0xff, 0xd9]);
    content
}
