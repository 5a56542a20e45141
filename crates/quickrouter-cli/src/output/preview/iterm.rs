//! iTerm2's inline images: <https://iterm2.com/documentation-images.html>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbaImage;

use super::picture::{Cells, png};

/// The picture where the cursor stands, which is then at its end. Small enough for tmux, which drops a
/// sequence of more than 1 MiB (its `input.c`, `INPUT_BUF_LIMIT`).
pub(super) fn drawn(picture: &RgbaImage, cells: Cells) -> String {
    let Cells { columns, rows } = cells;
    let png = png(picture, cells, 1);
    let size = png.len();
    let content = STANDARD.encode(png);
    format!(
        "\x1b]1337;File=inline=1;size={size};width={columns};height={rows};preserveAspectRatio=1:\
         {content}\x07"
    )
}
