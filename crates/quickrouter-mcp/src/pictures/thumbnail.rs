//! Thumbnails of a bounded size.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ExtendedColorType, Rgb, RgbImage};

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
    let (width, height) = (picture.width(), picture.height());
    let longest = width.max(height);
    if longest <= most {
        return picture;
    }
    let side = |side: u32| {
        let side = u64::from(side) * u64::from(most) / u64::from(longest);
        u32::try_from(side).unwrap_or(most).max(1)
    };
    let (wide, high) = (side(width), side(height));
    if width >= 2 * wide && height >= 2 * high {
        picture.thumbnail_exact(wide, high)
    } else {
        picture.resize_exact(wide, high, FilterType::Triangle)
    }
}

/// The picture without transparency, which JPEG does not have.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [color @ .., alpha] = picture.get_pixel(x, y).0;
        let alpha = u32::from(alpha);
        Rgb(color.map(|color| {
            let mixed = (u32::from(color) * alpha + 255 * (255 - alpha)) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        }))
    })
}
