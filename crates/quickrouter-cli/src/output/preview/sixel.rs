//! DEC's sixels: <https://vt100.net/docs/vt3xx-gp/chapter14.html>.

use std::io::Write;

use color_quant::NeuQuant;
use image::RgbaImage;

use super::picture::{CELL, Cells, scaled};

/// Registers that xterm and others have.
const COLORS: usize = 256;
/// Every tenth pixel is looked at for the palette, as the quantizer's documentation suggests.
const SAMPLING: i32 = 10;
/// Rows of one band.
const BAND: u32 = 6;
/// Less opaque pixels are not drawn.
const OPAQUE: u8 = 128;

/// The picture where the cursor stands, and the cursor below it.
pub(super) fn drawn(picture: &RgbaImage, cells: Cells) -> Vec<u8> {
    let small = scaled(picture, u32::from(cells.columns) * CELL.0, u32::from(cells.rows) * CELL.1);
    let (width, height) = small.dimensions();
    let palette = NeuQuant::new(SAMPLING, COLORS, small.as_raw());
    // P2=1: what is not drawn keeps its color. Square pixels.
    let mut bytes = format!("\x1bP9;1;0q\"1;1;{width};{height}").into_bytes();
    for (at, color) in palette.color_map_rgb().chunks(3).enumerate() {
        let percent =
            |part: usize| u32::from(color.get(part).copied().unwrap_or_default()) * 100 / 255;
        let _ = write!(bytes, "#{at};2;{};{};{}", percent(0), percent(1), percent(2));
    }
    for top in (0..height).step_by(BAND as usize) {
        band(&small, &palette, top, &mut bytes);
        bytes.push(b'-');
    }
    bytes.extend_from_slice(b"\x1b\\\n");
    bytes
}

/// Six rows, color after color.
fn band(picture: &RgbaImage, palette: &NeuQuant, top: u32, bytes: &mut Vec<u8>) {
    let width = picture.width() as usize;
    let mut rows = vec![Vec::new(); COLORS];
    for row in 0..BAND.min(picture.height() - top) {
        for column in 0..picture.width() {
            let pixel = picture.get_pixel(column, top + row);
            if pixel.0[3] < OPAQUE {
                continue;
            }
            let color: &mut Vec<u8> = &mut rows[palette.index_of(&pixel.0)];
            color.resize(width, 0);
            color[column as usize] |= 1 << row;
        }
    }
    for (at, color) in rows.iter().enumerate().filter(|(_, color)| !color.is_empty()) {
        let _ = write!(bytes, "#{at}");
        for run in color.chunk_by(|one, other| one == other) {
            let sixel = run[0] + b'?';
            if run.len() > 3 {
                let _ = write!(bytes, "!{}{}", run.len(), char::from(sixel));
            } else {
                bytes.extend(run.iter().map(|_| sixel));
            }
        }
        bytes.push(b'$');
    }
}
