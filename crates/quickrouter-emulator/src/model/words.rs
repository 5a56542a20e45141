//! The text that the emulator puts out in place of a model of text. It says what it is.

use crate::model::rng::Rng;
use serde_json::{Map, Value};

/// Longest text, in pieces: the emulator's own limit.
const MAX_PIECES: usize = 2_000;
/// Longest text without a limit in the input.
const USUAL: usize = 60;
/// The inputs that limit its length: <https://replicate.com/collections/language-models>.
const LIMITS: [&str; 5] =
    ["max_tokens", "max_new_tokens", "max_completion_tokens", "max_output_tokens", "max_length"];
/// The inputs that hold what is asked, the first that is there.
const PROMPTS: [&str; 5] = ["prompt", "messages", "text", "input", "question"];
/// Longest piece of a fixed text, in characters: scripts without spaces are cut, too.
const LONGEST_PIECE: usize = 12;

const NOTICE: &str = "No model has written this: it is an emulator's text.";

const WORDS: [&str; 16] = [
    "emulated",
    "words",
    "follow",
    "one",
    "another",
    "here",
    "so",
    "that",
    "a",
    "stream",
    "has",
    "something",
    "to",
    "carry",
    "in",
    "pieces",
];

/// What is asked: a text as it is, messages as JSON.
pub(crate) fn prompt(input: &Map<String, Value>) -> String {
    let asked = PROMPTS.iter().filter_map(|name| input.get(*name)).find(|value| !value.is_null());
    match asked {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// The text for a prompt, in pieces that joined together are the whole: the same for the same prompt
/// and seed.
pub(crate) fn answer(prompt: &str, seed: &str, input: &Map<String, Value>) -> Vec<String> {
    let asked = LIMITS.iter().find_map(|name| input.get(*name)?.as_u64());
    let most = asked.map_or(USUAL, |most| usize::try_from(most).unwrap_or(MAX_PIECES));
    let mut rng = Rng::from_bytes(format!("{seed}/{prompt}").as_bytes());
    let notice = NOTICE.split_inclusive(' ').map(str::to_owned);
    let drawn = std::iter::repeat_with(|| {
        let index = usize::try_from(rng.below(WORDS.len() as u64)).unwrap_or_default();
        format!(" {}", WORDS[index])
    });
    notice.chain(drawn).take(most.clamp(1, MAX_PIECES)).collect()
}

/// A fixed text in pieces that joined together are the whole. A very long one has longer pieces.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let longest = LONGEST_PIECE.max(letters.len().div_ceil(MAX_PIECES));
    let by_words = letters.split_inclusive(|letter| letter.is_whitespace());
    let words: Vec<_> = by_words.flat_map(|word| word.chunks(longest)).collect();
    let pieces = if words.len() <= MAX_PIECES { words } else { letters.chunks(longest).collect() };
    pieces.into_iter().map(|piece| piece.iter().collect()).collect()
}
