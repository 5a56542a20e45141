//! The command's own words in a pasted text: exit codes, and the kinds of errors that `--json` names.

use quickrouter::error::ErrorKind;

use crate::exit::codes;
use crate::text::message::Message;

/// An exit code, perhaps by the kind of error that has it.
#[derive(Debug, PartialEq)]
pub(super) struct Own {
    pub(super) kind: Option<&'static str>,
    pub(super) exit_code: u8,
}

impl Own {
    pub(super) fn meaning(&self) -> Message {
        let found = codes::meanings().into_iter().find(|(code, _)| *code == self.exit_code);
        found.map_or_else(|| Message::verbatim(""), |(_, meaning)| meaning)
    }
}

/// Every exit code that a text names, each once: after words such as `exit code`, as the kind of an error,
/// or as the whole text.
pub(super) fn found_in(text: &str) -> Vec<Own> {
    let mut found: Vec<Own> = Vec::new();
    let named = kinds().filter(|(kind, _)| names_kind(text, kind));
    let kinds = named.map(|(kind, exit_code)| Own { kind: Some(kind), exit_code });
    let alone = text.trim().parse().ok();
    let numbers = alone.into_iter().chain(after_words(text));
    let meant = |code: &u8| codes::meanings().iter().any(|(known, _)| known == code);
    let exits = numbers.filter(meant).map(|exit_code| Own { kind: None, exit_code });
    for own in kinds.chain(exits) {
        if !found.iter().any(|known| known.exit_code == own.exit_code) {
            found.push(own);
        }
    }
    found
}

/// The words of a text: codes are letters, digits and underscores.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The kinds of errors, and their exit codes.
fn kinds() -> impl Iterator<Item = (&'static str, u8)> {
    let of_sdk = ErrorKind::ALL.iter().map(|kind| (kind.as_str(), codes::of_kind(*kind)));
    of_sdk.chain([("refused_here", codes::REFUSED_HERE)])
}

/// Whether a text names a kind. One without an underscore is an everyday word: it counts alone only.
fn names_kind(text: &str, kind: &str) -> bool {
    let mut words = words(text);
    if kind.contains('_') {
        return words.any(|word| word.eq_ignore_ascii_case(kind));
    }
    text.trim().eq_ignore_ascii_case(kind)
}

/// The numbers after the words that shells, programs and this command's JSON have for an exit code.
fn after_words(text: &str) -> impl Iterator<Item = u8> {
    const WORDS: [&str; 8] = [
        "exit code",
        "exit_code",
        "exit status",
        "exited with",
        "code=",
        "status=",
        "退出码",
        "退出状态",
    ];
    let text = text.to_lowercase();
    let after = |word: &str| {
        let rests: Vec<_> = text.split(word).skip(1).filter_map(number).collect();
        rests
    };
    WORDS.iter().flat_map(|word| after(word)).collect::<Vec<_>>().into_iter()
}

/// The number at the beginning of a text, behind what stands between a name and its value.
fn number(text: &str) -> Option<u8> {
    let text = text.trim_start_matches(|c: char| " :=\"'：".contains(c));
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::found_in;

    fn codes(text: &str) -> Vec<u8> {
        found_in(text).iter().map(|own| own.exit_code).collect()
    }

    #[test]
    fn exit_codes_and_kinds_are_found_in_what_was_pasted() {
        for (text, expected) in [
            ("6", &[6][..]),
            ("exit code 130", &[130]),
            ("outcome_unknown", &[6]),
            ("Deadline", &[5]),
            (r#"{"error": {"kind": "refused_here", "exit_code": 2}}"#, &[2]),
            ("Error: Process completed with exit code 4.", &[4]),
            ("退出码：5", &[5]),
            ("exit code 3, then exit code 5", &[3, 5]),
            // Everyday words, other numbers, and what is only a part of a word.
            ("the file and the output", &[]),
            ("exit code 77", &[]),
            ("6 files", &[]),
            ("create_outcome_unknown", &[]),
            ("404", &[]),
            ("exit code 999999999999", &[]),
        ] {
            assert_eq!(codes(text), expected, "{text}");
        }
    }
}
