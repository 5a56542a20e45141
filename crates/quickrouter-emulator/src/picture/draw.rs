//! Draws the picture that stands in for a model's output: the same input gives the same bytes.

use super::canvas::Canvas;
use super::subject::Picture;
use super::{backdrop, caption};
use crate::model::rng::Rng;

/// The name and version in every file, such as a picture's `Software` chunk.
pub(crate) const SOFTWARE: &str =
    concat!("quickrouter-emulator ", env!("CARGO_PKG_VERSION"), ", not a model's picture");

/// The picture as a PNG file.
pub(crate) fn draw(picture: &Picture<'_>) -> Result<Vec<u8>, png::EncodingError> {
    encode(&paint(picture), picture)
}

/// The picture's pixels.
pub(crate) fn paint(picture: &Picture<'_>) -> Canvas {
    let mut canvas = Canvas::new(picture.width, picture.height);
    backdrop::paint(&mut canvas, &mut Rng::from_bytes(picture.traits().as_bytes()));
    caption::write(&mut canvas, picture);
    canvas
}

fn encode(canvas: &Canvas, picture: &Picture<'_>) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, canvas.width(), canvas.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Up);
    encoder.add_text_chunk("Software".into(), SOFTWARE.into())?;
    encoder.add_itxt_chunk("Comment".into(), caption::MARK.join(" / "))?;
    encoder.add_itxt_chunk("Model".into(), picture.model.into())?;
    encoder.add_itxt_chunk("Seed".into(), picture.seed.into())?;
    encoder.add_itxt_chunk("Input".into(), picture.input.into())?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(canvas.pixels())?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, prompt: &str) -> Picture<'_> {
        Picture {
            model: "someone/some-model",
            input: "{}",
            prompt,
            seed: "7",
            width,
            height,
            index: 0,
            of: 2,
        }
    }

    #[test]
    fn any_size_from_one_pixel_up_can_be_drawn() {
        let long = "很长的提示词 and a few words more, ".repeat(40);
        for (width, height) in [(1, 1), (8, 8), (7, 13), (97, 96), (8, 2048), (2048, 8), (640, 97)]
        {
            for prompt in ["", "a cat", &long] {
                let file = draw(&picture(width, height, prompt)).expect("a PNG");
                let decoded = image::load_from_memory(&file).expect("a readable PNG");
                assert_eq!((decoded.width(), decoded.height()), (width, height));
            }
        }
    }
}
