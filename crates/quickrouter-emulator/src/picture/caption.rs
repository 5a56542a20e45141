//! Writes on a picture: the mark of the emulator, and the prompt.

use super::canvas::{Area, Canvas, Rgb};
use super::subject::Picture;
use super::text;

/// Says, on every picture and in every file, what it is not.
pub(crate) const MARK: [&str; 2] =
    ["QuickRouter emulator - not a model's picture", "模拟器图片，并非模型生成"];

const INK: Rgb = Rgb(12.0, 14.0, 24.0);
const AMBER: Rgb = Rgb(255.0, 206.0, 92.0);
const PALE: Rgb = Rgb(196.0, 202.0, 214.0);
/// The smallest side that a mark can be read on; anything smaller gets a striped border.
const READABLE: i64 = 96;

/// Writes the mark along the lower edge and the prompt above it.
pub(super) fn write(canvas: &mut Canvas, picture: &Picture<'_>) {
    let (width, height) = (i64::from(canvas.width()), i64::from(canvas.height()));
    if width < READABLE || height < READABLE {
        stripes(canvas);
        return;
    }
    let strip = strip(canvas);
    let room = height - strip;
    panel(canvas, picture, room);
}

/// Draws the strip with the mark; returns its height.
fn strip(canvas: &mut Canvas) -> i64 {
    let (width, height) = (i64::from(canvas.width()), i64::from(canvas.height()));
    let scale = (width.min(height) / 512).max(1);
    let columns = usize::try_from((width - 16 * scale) / (text::CELL * scale)).unwrap_or(2);
    let lines: Vec<String> = MARK.iter().flat_map(|text| text::wrap(text, columns, 9)).collect();
    let line = text::LINE * scale;
    let tall = line * i64::try_from(lines.len()).unwrap_or_default() + 8 * scale;
    let top = height - tall;
    canvas.fill(Area { left: 0, top, width, height: tall }, INK, 0.86);
    canvas.fill(Area { left: 0, top, width, height: 2 * scale }, AMBER, 1.0);
    for (text, row) in lines.iter().zip(0_i64..) {
        let left = (width - text::width_of(text) * scale) / 2;
        text::write(canvas, text, (left, top + 6 * scale + row * line), scale, AMBER);
    }
    tall
}

/// Draws a bar along the upper edge, filled by `done` of `all`.
pub(crate) fn fill_bar(canvas: &mut Canvas, done: u32, all: u32) {
    let width = i64::from(canvas.width());
    let area = Area { left: 0, top: 0, width, height: 6 };
    canvas.fill(area, INK, 1.0);
    canvas.fill(Area { width: width * i64::from(done) / i64::from(all), ..area }, AMBER, 1.0);
}

/// The panel with the prompt, as large as it can be written in the `room` above the strip.
fn panel(canvas: &mut Canvas, picture: &Picture<'_>, room: i64) {
    let width = i64::from(canvas.width());
    let margin = (width.min(room) / 20).max(4);
    let inside = margin * 2 / 3;
    let wide = width - 2 * (margin + inside);
    let small = (width / 512).max(1);
    let note = note(picture, usize::try_from(wide / (text::CELL * small)).unwrap_or(2));
    let note_tall = small * text::LINE * i64::try_from(note.len()).unwrap_or_default();
    let free = room - 2 * margin - 2 * inside - note_tall - inside / 2;
    let (scale, lines) = fit(picture.prompt, wide, free, (room / 2).max(1));
    if lines.is_empty() {
        return;
    }
    let line = text::LINE * scale;
    let written = line * i64::try_from(lines.len()).unwrap_or_default();
    let tall = written + inside / 2 + note_tall + 2 * inside;
    let area =
        Area { left: margin, top: room - margin - tall, width: width - 2 * margin, height: tall };
    canvas.fill_rounded(area, inside, INK, 0.66);
    let left = margin + inside;
    let mut y = area.top + inside;
    for text in &lines {
        text::write(canvas, text, (left, y), scale, Rgb::WHITE);
        y += line;
    }
    y += inside / 2;
    for text in &note {
        text::write(canvas, text, (left, y), small, PALE);
        y += small * text::LINE;
    }
}

/// The small print: model, size, seed, and which of the outputs this is.
fn note(picture: &Picture<'_>, columns: usize) -> Vec<String> {
    let text = format!(
        "{}   {}x{}   seed {}   {}/{}",
        picture.model,
        picture.width,
        picture.height,
        picture.seed,
        picture.index + 1,
        picture.of
    );
    text::wrap(&text, columns, 3)
}

/// The largest scale at which the prompt has room, and its lines. Large print is for short prompts:
/// above scale 2 it takes no more than `liked` pixels in height. What does not fit is cut off.
fn fit(prompt: &str, wide: i64, free: i64, liked: i64) -> (i64, Vec<String>) {
    let prompt = if prompt.trim().is_empty() { "(no prompt)" } else { prompt };
    let largest = (wide / (text::CELL * 22)).min(liked / (text::LINE * 4)).clamp(1, 12);
    let mut cut = Vec::new();
    for scale in (1..=largest).rev() {
        let columns = usize::try_from(wide / (text::CELL * scale)).unwrap_or(2);
        let room = if scale > 2 { free.min(liked) } else { free };
        let most = usize::try_from(room / (text::LINE * scale)).unwrap_or_default();
        cut = text::wrap(prompt, columns, most + 1);
        if cut.len() <= most {
            return (scale, cut);
        }
        cut.truncate(most);
    }
    if let Some(last) = cut.last_mut() {
        last.pop();
        last.push('…');
    }
    (1, cut)
}

/// A striped border, for pictures too small to be written on.
fn stripes(canvas: &mut Canvas) {
    let (width, height) = (i64::from(canvas.width()), i64::from(canvas.height()));
    let border = (width.min(height) / 8).max(1);
    for y in 0..height {
        for x in 0..width {
            let edge = x < border || y < border || x >= width - border || y >= height - border;
            if edge {
                let colour = if (x + y) / (border * 2) % 2 == 0 { AMBER } else { INK };
                canvas.fill(Area { left: x, top: y, width: 1, height: 1 }, colour, 1.0);
            }
        }
    }
}
