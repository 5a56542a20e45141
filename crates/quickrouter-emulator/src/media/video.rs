//! A short video: the picture, with a bar that fills.

use super::mp4;
use crate::picture::{self, Canvas, Picture, SOFTWARE};
use less_avc::ycbcr_image::{DataPlane, Planes, YCbCrImage};
use less_avc::{BitDepth, LessEncoder};

/// Its size, of whole macroblocks: frames are not compressed.
const WIDTH: u32 = 320;
const HEIGHT: u32 = 192;
/// How many frames there are, and how many are shown in a second.
const FRAMES: u32 = 6;
const RATE: u32 = 3;

/// The video as an MP4 file with H.264.
pub(super) fn make(about: &Picture<'_>) -> Option<Vec<u8>> {
    let about = Picture { width: WIDTH, height: HEIGHT, ..*about };
    let mut canvas = picture::paint(&about);
    let mut encoder = None;
    let mut track = mp4::Track { width: WIDTH, height: HEIGHT, rate: RATE, ..Default::default() };
    for number in 1..=FRAMES {
        picture::fill_bar(&mut canvas, number, FRAMES);
        let planes = YCbCr::of(&canvas);
        let frame = match &mut encoder {
            Some(encoder) => LessEncoder::encode(encoder, &planes.image()).ok()?,
            None => {
                let (first, started) = LessEncoder::new(&planes.image()).ok()?;
                encoder = Some(started);
                track.sps = first.sps.to_nal_unit();
                track.pps = first.pps.to_nal_unit();
                first.frame
            }
        };
        track.frames.push(frame.to_nal_unit());
    }
    Some(mp4::file(&track, SOFTWARE))
}

/// A picture in the colours of video: one value of each chroma for four pixels.
struct YCbCr {
    y: Vec<u8>,
    cb: Vec<u8>,
    cr: Vec<u8>,
}

impl YCbCr {
    /// By the weights of JPEG, of the full range, as the encoder says:
    /// <https://www.w3.org/Graphics/JPEG/jfif3.pdf>.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
    fn of(canvas: &Canvas) -> Self {
        let (width, pixels) = (canvas.width() as usize, canvas.pixels());
        let weighed = |pixel: usize, start: f32, weights: [f32; 3]| {
            let parts = pixels[pixel * 3..pixel * 3 + 3].iter().zip(weights);
            let sum: f32 = parts.map(|(part, weight)| f32::from(*part) * weight).sum();
            (start + sum + 0.5) as u8
        };
        let all = pixels.len() / 3;
        let quarters = (0..all).filter(|pixel| pixel % width % 2 == 0 && pixel / width % 2 == 0);
        let chroma =
            |weights| quarters.clone().map(|pixel| weighed(pixel, 128.0, weights)).collect();
        Self {
            y: (0..all).map(|pixel| weighed(pixel, 0.0, [0.299, 0.587, 0.114])).collect(),
            cb: chroma([-0.1687, -0.3313, 0.5]),
            cr: chroma([0.5, -0.4187, -0.0813]),
        }
    }

    fn image(&self) -> YCbCrImage<'_> {
        let width = WIDTH as usize;
        let plane = |data, stride| DataPlane { data, stride, bit_depth: BitDepth::Depth8 };
        let chroma = width / 2;
        let planes = (plane(&self.y, width), plane(&self.cb, chroma), plane(&self.cr, chroma));
        YCbCrImage { planes: Planes::YCbCr(planes), width: WIDTH, height: HEIGHT }
    }
}
