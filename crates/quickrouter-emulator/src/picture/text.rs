//! Text in Unifont's bitmap glyphs: 8x16 or 16x16 pixels each, wrapped, scaled by whole factors.

use super::canvas::{Area, Canvas, Rgb};
use unifont::Glyph;

/// The height of a line of text at scale 1, in pixels.
pub(super) const LINE: i64 = 20;
/// The width of a half-width character at scale 1, in pixels.
pub(super) const CELL: i64 = 8;
/// Stands for a character that the font does not have.
const REPLACEMENT: char = '\u{fffd}';
/// Punctuation that does not start a line.
const CLINGS: &str = ",.!?;:)]}\u{3001}\u{3002}\u{ff0c}\u{ff01}\u{ff1f}\u{ff1b}\u{ff1a}\u{ff09}\u{300d}\u{300f}\u{300b}\u{201d}\u{2026}";

/// The glyph of a character, or the replacement's.
pub(super) fn glyph(character: char) -> Option<&'static Glyph> {
    unifont::get_glyph(character).or_else(|| unifont::get_glyph(REPLACEMENT))
}

/// Whether the character takes no room of its own: combining marks and joiners.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}')
}

fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ad}')
}

/// How many cells a character takes: 0, 1 or 2.
fn cells(character: char) -> usize {
    if is_mark(character) {
        0
    } else {
        glyph(character).map_or(0, |glyph| if glyph.is_fullwidth() { 2 } else { 1 })
    }
}

fn cells_of(text: &str) -> usize {
    text.chars().map(cells).sum()
}

/// The width of a line in pixels at scale 1.
pub(super) fn width_of(text: &str) -> i64 {
    i64::try_from(cells_of(text)).unwrap_or(i64::MAX / CELL) * CELL
}

/// Breaks text into lines of at most `columns` cells (at least 2): at spaces, between full-width
/// characters, and inside a word only if it is longer than a line. At most `most` lines are made.
pub(super) fn wrap(text: &str, columns: usize, most: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0;
        for piece in pieces(paragraph) {
            if lines.len() >= most {
                return lines;
            }
            let wide = cells_of(piece.trim_end());
            if used + wide > columns && used > 0 {
                lines.push(line.trim_end().to_owned());
                line = String::new();
                used = 0;
            }
            for character in piece.chars() {
                let wide = cells(character);
                if used + wide > columns {
                    if character == ' ' {
                        continue;
                    }
                    lines.push(line.trim_end().to_owned());
                    line = String::new();
                    used = 0;
                }
                line.push(character);
                used += wide;
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.truncate(most);
    lines
}

/// The parts between which a line may be broken; spaces stay at the end of a part.
fn pieces(paragraph: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut open = false;
    let mut last_wide = false;
    for character in paragraph.chars() {
        let character = if character == '\t' { ' ' } else { character };
        if is_invisible(character) {
            continue;
        }
        let wide = cells(character) == 2;
        let joins = open && !last_wide && !wide || CLINGS.contains(character) || character == ' ';
        match pieces.last_mut() {
            Some(piece) if joins || is_mark(character) => piece.push(character),
            _ => pieces.push(character.into()),
        }
        open = character != ' ';
        last_wide = wide;
    }
    pieces
}

/// Writes one line with its upper left corner at (`left`, `top`), each glyph pixel `scale` wide.
pub(super) fn write(
    canvas: &mut Canvas,
    line: &str,
    (left, top): (i64, i64),
    scale: i64,
    colour: Rgb,
) {
    let mut x = left;
    for character in line.chars() {
        let Some(glyph) = glyph(character) else { continue };
        let wide = i64::try_from(cells(character)).unwrap_or_default() * CELL * scale;
        if is_mark(character) {
            stamp(canvas, glyph, (x - CELL * scale, top), scale, colour);
        } else if x < i64::from(canvas.width()) && x + wide > 0 {
            stamp(canvas, glyph, (x, top), scale, colour);
        }
        x += wide;
    }
}

fn stamp(canvas: &mut Canvas, glyph: &Glyph, (left, top): (i64, i64), scale: i64, colour: Rgb) {
    for (y, row) in (0..16).zip(0_i64..) {
        for (x, column) in (0..glyph.get_width()).zip(0_i64..) {
            if glyph.get_pixel(x, y) {
                let area = Area {
                    left: left + column * scale,
                    top: top + row * scale,
                    width: scale,
                    height: scale,
                };
                canvas.fill(area, colour, 1.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_have_glyphs_of_their_own() {
        for character in "模拟器图片,并非模型生成 一只戴草帽的猫 é ñ щ あ 한".chars()
        {
            assert!(unifont::get_glyph(character).is_some(), "no glyph for {character}");
        }
        assert_eq!(cells_of("猫a"), 3);
    }

    #[test]
    fn a_line_is_broken_at_spaces_and_between_chinese_characters() {
        assert_eq!(wrap("an orange cat", 9, 9), ["an orange", "cat"]);
        assert_eq!(wrap("一只橘猫", 5, 9), ["一只", "橘猫"]);
        assert_eq!(wrap("abcdefghij", 4, 9), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("one\ntwo", 9, 9), ["one", "two"]);
    }

    #[test]
    fn punctuation_stays_with_the_word_before_it() {
        assert_eq!(wrap("一只猫，一只狗", 6, 9), ["一只", "猫，一", "只狗"]);
    }
}
