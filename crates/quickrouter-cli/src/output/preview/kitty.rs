//! Kitty's graphics protocol: <https://sw.kovidgoyal.net/kitty/graphics-protocol/>.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbaImage;

use super::picture::{Cells, png};
use super::tmux;

/// The protocol's limit of base64 in one command.
const CHUNK: usize = 4096;
/// The sharpest screens have about twice the pixels.
const SCALE: u32 = 2;
const PLACEHOLDER: char = '\u{10eeee}';
/// The marks that number rows, as kitty's `rowcolumn-diacritics.txt` has them, up to the rows of a preview.
const ROWS: [char; 24] = [
    '\u{305}', '\u{30d}', '\u{30e}', '\u{310}', '\u{312}', '\u{33d}', '\u{33e}', '\u{33f}',
    '\u{346}', '\u{34a}', '\u{34b}', '\u{34c}', '\u{350}', '\u{351}', '\u{352}', '\u{357}',
    '\u{35b}', '\u{363}', '\u{364}', '\u{365}', '\u{366}', '\u{367}', '\u{368}', '\u{369}',
];

/// The picture where the cursor stands, and the cursor below it.
pub(super) fn direct(picture: &RgbaImage, cells: Cells) -> String {
    let Cells { columns, rows } = cells;
    let commands = sent(picture, cells, SCALE, &format!("c={columns},r={rows}"));
    commands.concat() + "\n"
}

/// Inside tmux: the picture is sent past it, and drawn wherever its placeholders stand, which are text
/// to tmux.
pub(super) fn placeholders(picture: &RgbaImage, cells: Cells, id: u32) -> String {
    let Cells { columns, rows } = cells;
    let commands = sent(picture, cells, 1, &format!("U=1,i={id},c={columns},r={rows}"));
    let mut text: String = commands.iter().map(|command| tmux::wrapped(command)).collect();
    let [_, red, green, blue] = id.to_be_bytes();
    for mark in ROWS.iter().take(usize::from(rows)) {
        let further = PLACEHOLDER.to_string().repeat(usize::from(columns).saturating_sub(1));
        // The first cell numbers its row and its column; the others follow from it.
        let first = format!("{PLACEHOLDER}{mark}{}", ROWS[0]);
        let _ = writeln!(text, "\x1b[38;2;{red};{green};{blue}m{first}{further}\x1b[39m");
    }
    text
}

/// The commands that send a picture. `q=2`: the terminal answers nothing, since an answer would be read as
/// typed.
fn sent(picture: &RgbaImage, cells: Cells, scale: u32, placed: &str) -> Vec<String> {
    let content = STANDARD.encode(png(picture, cells, scale));
    let chunks: Vec<_> = content.as_bytes().chunks(CHUNK).map(String::from_utf8_lossy).collect();
    let command = |(at, chunk): (usize, &std::borrow::Cow<'_, str>)| {
        let more = u8::from(at + 1 < chunks.len());
        let head = if at == 0 { format!("a=T,f=100,q=2,{placed},") } else { "q=2,".to_owned() };
        format!("\x1b_G{head}m={more};{chunk}\x1b\\")
    };
    chunks.iter().enumerate().map(command).collect()
}
