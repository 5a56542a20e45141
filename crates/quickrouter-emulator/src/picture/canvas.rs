//! The pixels being painted: 8-bit RGB, with everything off the edge left out.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "coordinates are bounded by the size of the picture, colours by 255"
)]

/// A colour, each part from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rgb(pub(crate) f32, pub(crate) f32, pub(crate) f32);

impl Rgb {
    pub(crate) const WHITE: Rgb = Rgb(255.0, 255.0, 255.0);

    /// From hue (degrees), saturation and lightness (0 to 1).
    pub(crate) fn from_hsl(hue: f32, saturation: f32, lightness: f32) -> Self {
        let part = |offset: f32| {
            let k = (offset + hue.rem_euclid(360.0) / 30.0) % 12.0;
            let a = saturation * lightness.min(1.0 - lightness);
            255.0 * (lightness - a * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0))
        };
        Self(part(0.0), part(8.0), part(4.0))
    }

    /// This colour with `share` (0 to 1) of `other` in it.
    pub(crate) fn mix(self, other: Self, share: f32) -> Self {
        let part = |from: f32, to: f32| from + (to - from) * share;
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }
}

/// A rectangle; it may reach over the edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: i64,
    pub(crate) top: i64,
    pub(crate) width: i64,
    pub(crate) height: i64,
}

/// The picture while it is painted.
#[derive(Debug)]
pub(crate) struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Canvas {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        Self { width, height, pixels: vec![0; width as usize * height as usize * 3] }
    }

    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    pub(crate) fn height(&self) -> u32 {
        self.height
    }

    /// All pixels, row by row, three bytes each.
    pub(crate) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// One row, three bytes a pixel.
    pub(crate) fn row_mut(&mut self, y: u32) -> &mut [u8] {
        let length = self.width as usize * 3;
        let start = y as usize * length;
        &mut self.pixels[start..start + length]
    }

    /// Lays `colour` over an area; `share` 1 covers it.
    pub(crate) fn fill(&mut self, area: Area, colour: Rgb, share: f32) {
        let left = area.left.clamp(0, i64::from(self.width)) as usize;
        let right = (area.left + area.width).clamp(0, i64::from(self.width)) as usize;
        let top = area.top.clamp(0, i64::from(self.height)) as u32;
        let bottom = (area.top + area.height).clamp(0, i64::from(self.height)) as u32;
        if left >= right {
            return;
        }
        for y in top..bottom {
            for pixel in self.row_mut(y)[left * 3..right * 3].chunks_exact_mut(3) {
                let under = Rgb(f32::from(pixel[0]), f32::from(pixel[1]), f32::from(pixel[2]));
                put(pixel, under.mix(colour, share));
            }
        }
    }

    /// Lays `colour` over an area with rounded corners.
    pub(crate) fn fill_rounded(&mut self, area: Area, radius: i64, colour: Rgb, share: f32) {
        let radius = radius.clamp(0, area.width.min(area.height) / 2);
        for y in 0..area.height {
            let beyond = (radius - y).max(y - (area.height - 1 - radius)).max(0) as f32;
            let reach = radius as f32;
            let inset = radius - (reach * reach - beyond * beyond).max(0.0).sqrt().round() as i64;
            let line = Area {
                left: area.left + inset,
                top: area.top + y,
                width: area.width - 2 * inset,
                height: 1,
            };
            self.fill(line, colour, share);
        }
    }
}

/// Writes a colour into a pixel's three bytes.
pub(crate) fn put(pixel: &mut [u8], colour: Rgb) {
    pixel[0] = (colour.0 + 0.5) as u8;
    pixel[1] = (colour.1 + 0.5) as u8;
    pixel[2] = (colour.2 + 0.5) as u8;
}
