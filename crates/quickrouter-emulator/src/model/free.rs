//! Models that nobody defined: they take any input, and put out what the input suggests.

use crate::model::behavior::OutputKind;
use crate::model::definition::ModelDefinition;
use crate::model::hex::hex;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// Inputs that models of text take: <https://replicate.com/collections/language-models>.
const TEXT: [&str; 10] = [
    "messages",
    "max_tokens",
    "max_new_tokens",
    "max_length",
    "max_completion_tokens",
    "min_tokens",
    "min_new_tokens",
    "top_p",
    "top_k",
    "system_prompt",
];
/// Inputs that models of speech and music take.
const AUDIO: [&str; 5] = ["voice", "voice_id", "speaker", "lyrics", "prompt_audio"];
/// Inputs that models of video take.
const VIDEO: [&str; 7] = [
    "num_frames",
    "fps",
    "frames_per_second",
    "first_frame_image",
    "video",
    "video_length",
    "duration",
];
/// Inputs that models of pictures take, which decide before the others do.
const PICTURE: [&str; 8] = [
    "width",
    "height",
    "aspect_ratio",
    "num_outputs",
    "negative_prompt",
    "num_inference_steps",
    "guidance_scale",
    "output_format",
];

/// A model of this name, with one version that follows from it.
pub(crate) fn definition(name: &str) -> ModelDefinition {
    let version = hex(&Sha256::digest(name.to_ascii_lowercase()));
    ModelDefinition::new(name)
        .description("Made up by the emulator: it takes any input.")
        .version(version)
}

/// A model of which only a version is known.
pub(crate) fn of_version(version: &str) -> ModelDefinition {
    let start = &version[..12];
    let mut definition = definition(&format!("unknown/{start}"));
    definition.versions = vec![version.to_owned()];
    definition
}

/// Parts of names of models, and what those put out: for inputs that could be any model's, such as a
/// lone prompt.
const NAMES: [(&str, OutputKind); 14] = [
    ("image", OutputKind::Images),
    ("pix", OutputKind::Images),
    ("video", OutputKind::Video),
    ("music", OutputKind::Audio),
    ("speech", OutputKind::Audio),
    ("tts", OutputKind::Audio),
    ("llama", OutputKind::TextStream),
    ("mistral", OutputKind::TextStream),
    ("mixtral", OutputKind::TextStream),
    ("gpt", OutputKind::TextStream),
    ("claude", OutputKind::TextStream),
    ("deepseek", OutputKind::TextStream),
    ("instruct", OutputKind::TextStream),
    ("chat", OutputKind::TextStream),
];

/// What an input suggests that a model puts out, and its name where the input leaves it open.
pub(crate) fn suggested(model: &str, input: &Map<String, Value>) -> OutputKind {
    // Some clients send null for what they leave out.
    let is_sent = |name: &&str| input.get(*name).is_some_and(|value| !value.is_null());
    let has = |names: &[&str]| names.iter().any(is_sent);
    if has(&VIDEO) {
        return OutputKind::Video;
    }
    if has(&PICTURE) {
        return OutputKind::Images;
    }
    if has(&TEXT) {
        return OutputKind::TextStream;
    }
    if has(&AUDIO) {
        return OutputKind::Audio;
    }
    let model = model.to_ascii_lowercase();
    let (_, own) = model.split_once('/').unwrap_or_default();
    let by_name = NAMES.iter().find(|(part, _)| own.contains(part)).map(|(_, kind)| *kind);
    let unsaid = if has(&["text"]) { OutputKind::TextStream } else { OutputKind::Images };
    by_name.unwrap_or(unsaid)
}
