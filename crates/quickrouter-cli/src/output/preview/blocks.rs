//! Half blocks: two pixels a cell, in any terminal with colors.

use std::fmt::Write;

use image::{Rgba, RgbaImage};

use super::picture::{Cells, scaled};

/// Less opaque pixels have the terminal's own background.
const OPAQUE: u8 = 128;

/// The colors of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Palette {
    /// 24 bits.
    True,
    /// xterm's 256.
    Ansi256,
}

/// The picture as lines of text.
pub(super) fn drawn(picture: &RgbaImage, cells: Cells, palette: Palette) -> String {
    let small = scaled(picture, u32::from(cells.columns), u32::from(cells.rows) * 2);
    let mut text = String::new();
    for top in (0..small.height()).step_by(2) {
        let mut last = String::new();
        for column in 0..small.width() {
            let (colors, block) =
                cell(*small.get_pixel(column, top), *small.get_pixel(column, top + 1), palette);
            // Colors go on until others are set.
            if colors != last {
                text.push_str(&colors);
                last = colors;
            }
            text.push(block);
        }
        text.push_str("\x1b[0m\n");
    }
    text
}

/// The colors of a cell and its character, for the pixels above and below.
fn cell(above: Rgba<u8>, below: Rgba<u8>, palette: Palette) -> (String, char) {
    match (color(above, palette), color(below, palette)) {
        (Some(above), Some(below)) => (format!("\x1b[38;{above};48;{below}m"), '▀'),
        (Some(above), None) => (format!("\x1b[0;38;{above}m"), '▀'),
        (None, Some(below)) => (format!("\x1b[0;38;{below}m"), '▄'),
        (None, None) => ("\x1b[0m".to_owned(), ' '),
    }
}

fn color(pixel: Rgba<u8>, palette: Palette) -> Option<String> {
    let Rgba([red, green, blue, alpha]) = pixel;
    if alpha < OPAQUE {
        return None;
    }
    let mut text = String::new();
    let _ = match palette {
        Palette::True => write!(text, "2;{red};{green};{blue}"),
        Palette::Ansi256 => {
            write!(text, "5;{}", ansi_colours::ansi256_from_rgb((red, green, blue)))
        }
    };
    Some(text)
}
