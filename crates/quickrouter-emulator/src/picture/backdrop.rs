//! The painted part of a picture: a sky, a sun and rolling hills that follow from a seed.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "coordinates are bounded by the size of the picture"
)]

use super::canvas::{Canvas, Rgb, put};
use crate::model::rng::Rng;
use std::f32::consts::TAU;

/// One line of hills: where it stands in each column, and its colours.
struct Hills {
    tops: Vec<f32>,
    crest: Rgb,
    foot: Rgb,
}

struct Sun {
    x: f32,
    y: f32,
    radius: f32,
    colour: Rgb,
}

/// Paints the whole canvas.
pub(super) fn paint(canvas: &mut Canvas, rng: &mut Rng) {
    let (width, height) = (canvas.width(), canvas.height());
    // From teal over blue and violet to rose: the hues that make a pleasant sky.
    let hue = rng.between(165.0, 345.0);
    let turn = rng.between(25.0, 70.0) * if rng.below(2) == 0 { 1.0 } else { -1.0 };
    let zenith = Rgb::from_hsl(hue, 0.55, rng.between(0.26, 0.42));
    let horizon = Rgb::from_hsl(hue + turn, 0.80, rng.between(0.72, 0.82));
    let side = (width.min(height)) as f32;
    let sun = Sun {
        x: width as f32 * rng.between(0.18, 0.82),
        y: height as f32 * rng.between(0.14, 0.36),
        radius: side * rng.between(0.06, 0.12),
        colour: Rgb::from_hsl(hue + turn * 1.3, 0.95, 0.90),
    };
    // Front to back, so that the first that covers a pixel ends the search.
    let mut hills: Vec<Hills> =
        (0..5).map(|layer| raise(layer, (width, height), hue, turn, horizon, rng)).collect();
    hills.reverse();
    for y in 0..height {
        let down = y as f32 / height as f32;
        let sky = zenith.mix(horizon, (down * 1.5).min(1.0));
        paint_row(canvas.row_mut(y), y as f32, sky, &sun, &hills, height as f32);
    }
}

fn raise(
    layer: u8,
    (width, height): (u32, u32),
    hue: f32,
    turn: f32,
    mist: Rgb,
    rng: &mut Rng,
) -> Hills {
    let depth = f32::from(layer) / 4.0;
    let base = 0.42 + 0.11 * f32::from(layer) + rng.between(-0.03, 0.03);
    let waves: Vec<(f32, f32, f32)> = (1_u8..=4)
        .map(|octave| {
            let octave = f32::from(octave);
            (
                rng.between(0.5, 1.2) * octave,
                rng.between(0.0, TAU),
                rng.between(0.5, 1.0) * 0.075 / octave,
            )
        })
        .collect();
    let tops = (0..width)
        .map(|x| {
            let along = x as f32 / width as f32 * TAU;
            let swing: f32 =
                waves.iter().map(|(rate, start, reach)| (along * rate + start).sin() * reach).sum();
            (base + swing) * height as f32
        })
        .collect();
    let own = Rgb::from_hsl(hue - turn * 0.5 * depth, 0.45, 0.46 - 0.32 * depth);
    Hills { tops, crest: own.mix(mist, 0.45 * (1.0 - depth)), foot: own.mix(mist, 0.15) }
}

fn paint_row(row: &mut [u8], y: f32, sky: Rgb, sun: &Sun, hills: &[Hills], height: f32) {
    let reach = sun.radius * 5.0;
    let sun_near = (y - sun.y).abs() < reach;
    for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
        let mut colour = sky;
        if sun_near {
            colour = shine(colour, x as f32 - sun.x, y - sun.y, sun);
        }
        let mut share = 1.0;
        let mut over = Rgb(0.0, 0.0, 0.0);
        for line in hills {
            let below = y - line.tops[x];
            if below <= -0.5 {
                continue;
            }
            let covered = (below + 0.5).min(1.0) * share;
            let own = line.crest.mix(line.foot, (below * 3.0 / height).clamp(0.0, 1.0));
            over =
                Rgb(over.0 + own.0 * covered, over.1 + own.1 * covered, over.2 + own.2 * covered);
            share -= covered;
            if share <= 0.0 {
                break;
            }
        }
        put(
            pixel,
            Rgb(over.0 + colour.0 * share, over.1 + colour.1 * share, over.2 + colour.2 * share),
        );
    }
}

/// The sky with the sun's disc and its glow over it.
fn shine(sky: Rgb, dx: f32, dy: f32, sun: &Sun) -> Rgb {
    let squared = dx * dx + dy * dy;
    let reach = sun.radius * 5.0;
    if squared >= reach * reach {
        return sky;
    }
    let distance = squared.sqrt();
    let glow = 1.0 - distance / reach;
    let disc = (sun.radius - distance + 0.5).clamp(0.0, 1.0);
    sky.mix(sun.colour, (glow * glow * 0.55).max(disc))
}
