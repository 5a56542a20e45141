//! Decodes saved pictures within limits: what a model made, or what a gateway sent in its place.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use crate::pictures::open;

/// A longer file is not read.
const MAX_BYTES: u64 = 64 << 20;
/// A larger picture is not decoded: a few kilobytes can stand for gigabytes of one color. Upscalers make
/// pictures of 8192 x 8192.
const MAX_PIXELS: u64 = 8192 * 8192;
/// The decoded picture, and what a decoder may take beside.
const MAX_DECODED_BYTES: u64 = 256 << 20;
const MAX_MEMORY: u64 = 320 << 20;
/// What a decoder may take to read a header.
const MAX_HEADER_MEMORY: u64 = 16 << 20;
/// The longest side of a JPEG (ITU-T T.81, B.2.2).
const MAX_SIDE: u32 = 65_535;

/// Decodes the first frame of a picture, turned as its metadata says.
pub(super) fn decode(file: &Path) -> Option<DynamicImage> {
    let mut decoder = reader(file, MAX_MEMORY)?.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let is_small = width.max(height) <= MAX_SIDE
        && u64::from(width) * u64::from(height) <= MAX_PIXELS
        && decoder.total_bytes() <= MAX_DECODED_BYTES;
    if !is_small || width == 0 || height == 0 {
        return None;
    }
    let orientation = decoder.orientation();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if let Ok(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Some(picture)
}

/// The width and height in pixels, from the header alone.
pub(crate) fn dimensions(file: &Path) -> Option<(u32, u32)> {
    let read = || reader(file, MAX_HEADER_MEMORY)?.into_dimensions().ok();
    std::panic::catch_unwind(read).ok().flatten()
}

fn reader(file: &Path, memory: u64) -> Option<ImageReader<BufReader<File>>> {
    let (opened, size) = open::open(file, None).ok()?;
    if size > MAX_BYTES {
        return None;
    }
    let mut reader = ImageReader::new(BufReader::new(opened)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(memory);
    reader.limits(limits);
    Some(reader)
}
