//! Logs of other shapes than the emulator writes: one function a shape, each with its source.

use crate::numbers::Numbers;
use crate::tqdm::{Line, Style, TQDM, bar, count};

/// A prediction as a gateway that is not the emulator shows it, in seconds since its create.
pub(crate) struct Life {
    /// When it starts.
    pub(crate) queue: f64,
    /// When it succeeds.
    pub(crate) total: f64,
    /// What its log says, and when; what comes after its end is only in the last response.
    pub(crate) lines: Vec<Line>,
    /// Lines show at multiples of this, 0 for at once.
    pub(crate) batch: f64,
    pub(crate) images: u64,
    pub(crate) steps: usize,
}

/// The times of a prediction, before it has a log.
struct Plan {
    queue: f64,
    /// From started to the first step.
    begin: f64,
    /// When the last step is done.
    end: f64,
    total: f64,
}

#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// How long predictions take.
    pub(crate) total: (f64, f64),
    life: fn(&Plan, &mut Numbers) -> Life,
}

/// Which targets hold.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Bars,
    Blind,
}

/// 8 s: what the targets are about.
const EIGHT: (f64, f64) = (7.3, 8.7);

pub(crate) const SHAPES: [Shape; 24] = [
    bars("SDXL-like bars", sdxl),
    bars("the last lines missing", unfinished),
    bars("every fifth line", every_fifth),
    bars("carriage returns", carriage_returns),
    bars("slow steps, `s/it`", slow_steps),
    bars("lines in batches, up to 1 s late", batches),
    bars("a bar that slows down", slows_down),
    bars("a bar that speeds up", speeds_up),
    bars("two bars", two_bars),
    bars("a bar for each image", bar_per_image),
    bars("a bar around the bars", nested),
    bars("loading bars before", loading_before),
    bars("other units, words after the rate", other_units),
    bars("a web UI's, no bar drawn", web_ui),
    bars("stable-diffusion.cpp's", sd_cpp),
    bars("steps in words", words_with_steps),
    bars("percent only", percent_only),
    bars("ffmpeg's", ffmpeg),
    blind("parts loaded, then nothing", EIGHT, parts_loaded),
    blind("words only", EIGHT, words_only),
    blind("no log", EIGHT, no_log),
    blind("no log, 30 s", (25.0, 35.0), no_log),
    blind("no log, 2 min", (100.0, 140.0), no_log),
    blind("no log, 9 min", (500.0, 560.0), no_log),
];

const fn bars(name: &'static str, life: fn(&Plan, &mut Numbers) -> Life) -> Shape {
    Shape { name, kind: Kind::Bars, total: EIGHT, life }
}

const fn blind(
    name: &'static str,
    total: (f64, f64),
    life: fn(&Plan, &mut Numbers) -> Life,
) -> Shape {
    Shape { name, kind: Kind::Blind, total, life }
}

impl Shape {
    pub(crate) fn draw(&self, numbers: &mut Numbers) -> Life {
        let total = numbers.between(self.total.0, self.total.1);
        let queue = numbers.between(0.2, 1.2);
        let begin = queue + numbers.between(0.2, 0.9);
        // Decoding, a safety check, the upload.
        let end = total - numbers.between(0.6, 1.5);
        (self.life)(&Plan { queue, begin, end, total }, numbers)
    }
}

impl Plan {
    fn life(&self, lines: Vec<Line>) -> Life {
        let Self { queue, total, .. } = *self;
        Life { queue, total, lines, batch: 0.0, images: 1, steps: 50 }
    }

    /// The moments of so many steps, each up to a tenth slower or faster than the others, the first
    /// one taking as long as several. `pace` is how long the last ones take, the first ones being 1.
    fn steps(&self, steps: usize, pace: f64, numbers: &mut Numbers) -> Vec<f64> {
        moments(self.begin, self.end, steps, pace, numbers)
    }
}

fn moments(begin: f64, end: f64, steps: usize, pace: f64, numbers: &mut Numbers) -> Vec<f64> {
    let long = |step: usize, numbers: &mut Numbers| {
        let first = if step == 0 { count(steps).sqrt() / 2.0 } else { 0.0 };
        // The pace changes about the middle, within a fifth of the bar.
        let changed = ((count(step) / count(steps) - 0.4) * 5.0).clamp(0.0, 1.0);
        (1.0 + first + (pace - 1.0) * changed) * numbers.between(0.9, 1.1)
    };
    let lengths: Vec<f64> = (0..steps).map(|step| long(step, numbers)).collect();
    let unit = (end - begin) / lengths.iter().sum::<f64>();
    let mut at = begin;
    let mut moments = vec![begin];
    for length in lengths {
        at += length * unit;
        moments.push(at);
    }
    moments
}

fn head(plan: &Plan) -> Vec<Line> {
    vec![(plan.begin - 0.15, "Using seed: 41298\nPrompt: a red door, step 3/10\n".to_owned())]
}

fn with(plan: &Plan, lines: Vec<Line>) -> Life {
    plan.life(head(plan).into_iter().chain(lines).collect())
}

/// As recorded of SDXL: the last line stays in a buffer until the end.
fn sdxl(plan: &Plan, numbers: &mut Numbers) -> Life {
    let mut lines = bar(&TQDM, &plan.steps(50, 1.0, numbers));
    if let Some(last) = lines.last_mut() {
        last.0 = plan.total;
    }
    with(plan, lines)
}

/// A bar that is closed without a refresh stops short, at 48 of 50 or sooner.
fn unfinished(plan: &Plan, numbers: &mut Numbers) -> Life {
    let steps = numbers.one_of(&[20, 28, 50]);
    let mut lines = bar(&TQDM, &plan.steps(steps, 1.0, numbers));
    lines.truncate(lines.len() - 2);
    Life { steps, ..with(plan, lines) }
}

fn every_fifth(plan: &Plan, numbers: &mut Numbers) -> Life {
    let steps = numbers.one_of(&[28, 50, 100]);
    Life { steps, ..with(plan, bar(&Style { every: 5, ..TQDM }, &plan.steps(steps, 1.0, numbers))) }
}

fn carriage_returns(plan: &Plan, numbers: &mut Numbers) -> Life {
    with(plan, bar(&Style { end: "\r", ..TQDM }, &plan.steps(50, 1.0, numbers)))
}

/// <https://github.com/Comfy-Org/ComfyUI/issues/8000>: `4/4 [00:11<00:00,  2.76s/it]`.
fn slow_steps(plan: &Plan, numbers: &mut Numbers) -> Life {
    let steps = numbers.one_of(&[4, 5, 6]);
    Life { steps, ..with(plan, bar(&TQDM, &plan.steps(steps, 1.0, numbers))) }
}

/// Replicate sends logs on at most every 500 ms to webhooks; relays collect them for longer.
fn batches(plan: &Plan, numbers: &mut Numbers) -> Life {
    let batch = numbers.between(0.5, 1.0);
    Life { batch, ..with(plan, bar(&TQDM, &plan.steps(50, 1.0, numbers))) }
}

/// Another prediction comes to share the GPU.
fn slows_down(plan: &Plan, numbers: &mut Numbers) -> Life {
    let pace = numbers.between(1.5, 2.5);
    with(plan, bar(&TQDM, &plan.steps(50, pace, numbers)))
}

/// <https://github.com/ModelSurge/sd-webui-comfyui/issues/107> goes from 0.3 to 6.8 steps a second.
fn speeds_up(plan: &Plan, numbers: &mut Numbers) -> Life {
    let pace = 1.0 / numbers.between(1.5, 2.5);
    with(plan, bar(&TQDM, &plan.steps(50, pace, numbers)))
}

/// A second pass of other length, as of a web UI's "hires. fix".
fn two_bars(plan: &Plan, numbers: &mut Numbers) -> Life {
    let change = plan.begin + (plan.end - plan.begin) * numbers.between(0.55, 0.75);
    let mut lines = bar(&TQDM, &moments(plan.begin, change, 30, 1.0, numbers));
    lines.extend(bar(&TQDM, &moments(change + 0.1, plan.end, 15, 1.0, numbers)));
    Life { steps: 30, ..with(plan, lines) }
}

/// <https://github.com/nateraw/stable-diffusion-videos/pull/156>: `50/50` for each batch of frames.
fn bar_per_image(plan: &Plan, numbers: &mut Numbers) -> Life {
    let images = numbers.one_of(&[2, 3, 4]);
    let long = (plan.end - plan.begin) / count(images);
    let mut lines = Vec::new();
    for image in 0..images {
        let begin = plan.begin + long * count(image);
        lines.extend(bar(&TQDM, &moments(begin, begin + long - 0.05, 20, 1.0, numbers)));
    }
    let images = u64::try_from(images).unwrap_or(1);
    Life { images, steps: 20, ..with(plan, lines) }
}

/// tqdm's nested bars: the inner ones take turns with the line of the outer one.
fn nested(plan: &Plan, numbers: &mut Numbers) -> Life {
    let images = numbers.one_of(&[3, 4]);
    let long = (plan.end - plan.begin) / count(images);
    let outer: Vec<f64> = (0..=images).map(|image| plan.begin + long * count(image)).collect();
    let mut lines = bar(&Style { label: "Images: ", ..TQDM }, &outer);
    for begin in &outer[..images] {
        lines.extend(bar(&TQDM, &moments(begin + 0.01, begin + long - 0.05, 20, 1.0, numbers)));
    }
    lines.sort_by(|one, other| one.0.total_cmp(&other.0));
    Life { steps: 20, ..with(plan, lines) }
}

/// <https://github.com/black-forest-labs/flux/issues/468>: shards, then pipeline components.
fn loading(plan: &Plan, long: f64, numbers: &mut Numbers) -> Vec<Line> {
    let half = plan.begin + long / 2.0;
    let shards = Style { label: "Loading checkpoint shards: ", ..TQDM };
    let parts = Style { label: "Loading pipeline components...: ", ..TQDM };
    let mut lines = bar(&shards, &moments(plan.begin, half, 3, 1.0, numbers));
    lines.extend(bar(&parts, &moments(half, plan.begin + long, 7, 1.0, numbers)));
    lines
}

fn loading_before(plan: &Plan, numbers: &mut Numbers) -> Life {
    let long = numbers.between(0.8, 2.0);
    let mut lines = loading(plan, long, numbers);
    let begin = plan.begin + long + 0.2;
    lines.extend(bar(&TQDM, &moments(begin, plan.end, 28, 1.0, numbers)));
    Life { steps: 28, ..with(plan, lines) }
}

/// Trainers and video models: `flux_train_replicate:  83%|..| 2482/3000 [43:27<09:04,  1.05s/it, lr:
/// 4.0e-04 loss: 2.472e-01]`.
fn other_units(plan: &Plan, numbers: &mut Numbers) -> Life {
    let unit = numbers.one_of(&["frame", "step", "img", " frames"]);
    let style =
        Style { label: "Sampling: ", unit, postfix: ", lr: 4.0e-04 loss: 2.472e-01", ..TQDM };
    let steps = numbers.one_of(&[24, 49, 81]);
    Life { steps, ..with(plan, bar(&style, &plan.steps(steps, 1.0, numbers))) }
}

/// <https://github.com/ModelSurge/sd-webui-comfyui/issues/107>: a bar without its `|`, and one of all
/// bars, `Total progress: 100% 20/20 [00:04<00:00,  4.01it/s]`.
fn web_ui(plan: &Plan, numbers: &mut Numbers) -> Life {
    let moments = plan.steps(20, 1.0, numbers);
    let mut lines = bar(&Style { drawn: false, ..TQDM }, &moments);
    lines.extend(bar(&Style { label: "Total progress: ", drawn: false, ..TQDM }, &moments));
    lines.sort_by(|one, other| one.0.total_cmp(&other.0));
    Life { steps: 20, ..with(plan, lines) }
}

/// One line a step: `  |==========>       | 4/20 - 2.35s/it`, whose rate is that of the last step.
fn sd_cpp(plan: &Plan, numbers: &mut Numbers) -> Life {
    let moments = plan.steps(20, 1.0, numbers);
    let line = |(done, pair): (usize, &[f64])| {
        let rate = 1.0 / (pair[1] - pair[0]);
        let rate =
            if rate > 1.0 { format!("{rate:.2}it/s") } else { format!("{:.2}s/it", 1.0 / rate) };
        let full = "=".repeat(done);
        (pair[1], format!("\r  |{full}>{}| {}/20 - {rate}", " ".repeat(20 - done), done + 1))
    };
    Life { steps: 20, ..with(plan, moments.windows(2).enumerate().map(line).collect()) }
}

/// `Step 12/50`, without any rate.
fn words_with_steps(plan: &Plan, numbers: &mut Numbers) -> Life {
    let moments = plan.steps(30, 1.0, numbers);
    let wording = numbers.one_of(&["Step {}/30", "[{}/30] denoising", "{} of 30 steps done"]);
    let line = |(done, at): (usize, &f64)| (*at, wording.replace("{}", &done.to_string()) + "\n");
    Life { steps: 30, ..with(plan, moments.iter().enumerate().map(line).collect()) }
}

fn percent_only(plan: &Plan, numbers: &mut Numbers) -> Life {
    let moments = plan.steps(20, 1.0, numbers);
    let wording = numbers.one_of(&["{}%", "Progress: {}%", "progress: {}.0 % done"]);
    let line =
        |(done, at): (usize, &f64)| (*at, wording.replace("{}", &(done * 5).to_string()) + "\n");
    with(plan, moments.iter().enumerate().map(line).collect())
}

/// ffmpeg's own, twice a second.
fn ffmpeg(plan: &Plan, numbers: &mut Numbers) -> Life {
    let length = numbers.between(5.0, 20.0);
    let speed = length / (plan.end - plan.begin);
    let input = "  Duration: 00:00:LENGTH, start: 0.000000, bitrate: 1205 kb/s\n";
    let mut lines = vec![(plan.begin, input.replace("LENGTH", &format!("{length:05.2}")))];
    let mut at = plan.begin + 0.5;
    while at < plan.end {
        let time = (at - plan.begin) * speed;
        let frame = time * 25.0;
        lines.push((
            at,
            format!(
                "frame={frame:5.0} fps= 25 q=28.0 size=     512kB time=00:00:{time:05.2} bitrate= 819.2kbits/s speed={speed:.2}x\r"
            ),
        ));
        at += 0.5;
    }
    with(plan, lines)
}

fn parts_loaded(plan: &Plan, numbers: &mut Numbers) -> Life {
    let long = numbers.between(0.5, 1.5);
    let lines = loading(plan, long, numbers);
    plan.life(lines)
}

/// As FLUX 1.1 Pro writes: <https://apifox.com/apidoc/docs-site/3868318/api-234151145>.
fn words_only(plan: &Plan, _: &mut Numbers) -> Life {
    let lines = [
        (plan.queue, "Running prediction... \n"),
        (plan.begin, "Using seed: 41298\nGenerating image...\n"),
        (plan.end, "Generated image in 3.1sec\n"),
        (plan.total, "Downloaded image in 0.14sec"),
    ];
    plan.life(lines.map(|(at, text)| (at, text.to_owned())).into())
}

fn no_log(plan: &Plan, _: &mut Numbers) -> Life {
    plan.life(Vec::new())
}
