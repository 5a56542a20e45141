//! Thumbnails of a bounded size.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ExtendedColorType, RgbImage, Rgba, RgbaImage};

/// The longest sides that are tried, and the qualities of each.
const SIDES: [u32; 7] = [512, 384, 256, 192, 128, 64, 32];
const QUALITIES: [u8; 3] = [80, 60, 40];

/// A JPEG of at most `most` bytes: the first of falling sizes and qualities that fits. No picture is
/// enlarged.
pub(super) fn jpeg(picture: DynamicImage, most: usize) -> Option<Vec<u8>> {
    let mut picture = picture;
    for side in SIDES {
        picture = scaled(picture, side);
        let flat = on_white(&picture);
        for quality in QUALITIES {
            let mut content = Vec::new();
            let mut encoder = JpegEncoder::new_with_quality(&mut content, quality);
            let (width, height) = flat.dimensions();
            encoder.encode(flat.as_raw(), width, height, ExtendedColorType::Rgb8).ok()?;
            if content.len() <= most {
                return Some(content);
            }
            // The lowest quality takes about half of what the highest does.
            if content.len() > 3 * most {
                break;
            }
        }
    }
    None
}

/// The picture with sides of at most `most` pixels: by averages where it gets much smaller.
fn scaled(picture: DynamicImage, most: u32) -> DynamicImage {
    match picture.width().max(picture.height()) {
        longest if longest <= most => picture,
        longest if longest >= 2 * most => picture.thumbnail(most, most),
        _ => picture.resize(most, most, FilterType::Triangle),
    }
}

/// The picture without transparency, which JPEG does not have.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let mut white = RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([255; 4]));
    imageops::overlay(&mut white, &picture.to_rgba8(), 0, 0);
    DynamicImage::from(white).to_rgb8()
}
