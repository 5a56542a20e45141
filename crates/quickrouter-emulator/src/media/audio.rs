//! A short, quiet tone as a WAV file: <https://en.wikipedia.org/wiki/WAV>.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "samples are bounded by the volume, sizes by the length"
)]

use crate::model::rng::Rng;
use crate::picture::{MARK, Picture, SOFTWARE};
use std::f32::consts::TAU;

/// Samples per second, of 16 bits, on one channel.
const RATE: u32 = 16_000;
/// Number of samples: one second.
const LENGTH: u32 = RATE;
/// Number of samples until it is as loud as it gets, and from there to silence.
const FADE: f32 = 1_600.0;
/// The highest sample: quiet.
const VOLUME: f32 = 3_000.0;
/// The tones of a scale, in hertz; one is drawn.
const TONES: [f32; 8] = [220.0, 246.9, 261.6, 293.7, 329.6, 349.2, 392.0, 440.0];

/// The tone, of another pitch for another input or seed.
pub(super) fn make(about: &Picture<'_>) -> Vec<u8> {
    let mut rng = Rng::from_bytes(about.traits().as_bytes());
    let tone = TONES[usize::try_from(rng.below(TONES.len() as u64)).unwrap_or_default()];
    let samples = (0..LENGTH).flat_map(|at| sample(at, tone).to_le_bytes()).collect::<Vec<u8>>();
    let mut file = b"WAVE".to_vec();
    file.extend(chunk(*b"fmt ", &format()));
    file.extend(chunk(*b"LIST", &info(about)));
    file.extend(chunk(*b"data", &samples));
    chunk(*b"RIFF", &file)
}

fn sample(at: u32, tone: f32) -> i16 {
    let (at, left) = (at as f32, (LENGTH - at) as f32);
    let volume = VOLUME * (at.min(left) / FADE).min(1.0);
    (volume * (TAU * tone * at / RATE as f32).sin()) as i16
}

/// PCM on one channel.
fn format() -> Vec<u8> {
    let mut format = Vec::new();
    format.extend([1_u16, 1].iter().flat_map(|part| part.to_le_bytes()));
    format.extend([RATE, RATE * 2].iter().flat_map(|part| part.to_le_bytes()));
    format.extend([2_u16, 16].iter().flat_map(|part| part.to_le_bytes()));
    format
}

/// What players show of it: that no model made it, and what it is about.
fn info(about: &Picture<'_>) -> Vec<u8> {
    let texts = [
        (*b"INAM", about.model.to_owned()),
        (*b"ISFT", SOFTWARE.to_owned()),
        (*b"ICMT", MARK.join(" / ")),
        (*b"ISBJ", about.prompt.chars().take(200).collect()),
    ];
    let mut info = b"INFO".to_vec();
    for (name, text) in texts {
        info.extend(chunk(name, format!("{text}\0").as_bytes()));
    }
    info
}

/// A chunk of RIFF: its name, its size, its content, up to an even length.
fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = name.to_vec();
    chunk.extend((content.len() as u32).to_le_bytes());
    chunk.extend(content);
    chunk.extend(std::iter::repeat_n(0, content.len() % 2));
    chunk
}
