//! The fuzz targets' corpora, as ordinary tests: no fuzzer is needed to run what one once found.

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use end_to_end::fuzzing::{self, TARGETS, Target};

fn fuzz_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The inputs of a target, with their names.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(fuzz_folder().join("corpus").join(target)).unwrap();
    entries
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// Runs every input; a failing one is named.
fn all_hold(name: &str) {
    let (_, target): &(&str, Target) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let inputs = corpus(name);
    assert!(inputs.len() >= 30, "the corpus of {name} has {} inputs", inputs.len());
    let fails = |input: &[u8]| catch_unwind(|| target(input)).is_err();
    let failed: Vec<_> =
        inputs.iter().filter(|(_, input)| fails(input)).map(|(name, _)| name).collect();
    assert!(failed.is_empty(), "{name} does not hold for {failed:?}");
}

#[test]
fn every_answer_of_the_corpus_is_a_prediction_or_an_unknown_outcome() {
    all_hold("answers");
}

#[test]
fn every_error_of_the_corpus_is_told_safely_and_sent_again_only_if_that_is_free() {
    all_hold("errors");
}

#[test]
fn every_log_of_the_corpus_gives_a_progress_that_can_be_drawn() {
    all_hold("logs");
}

#[test]
fn every_name_of_the_corpus_stays_in_its_place() {
    all_hold("names");
}

#[test]
fn a_pause_that_one_input_asks_for_is_over_for_the_next() {
    let answered_429 = b"\x00\x81\x01600\n{}";
    let answered_502 = b"\x00\xca\x00{}";
    fuzzing::errors(answered_429);
    fuzzing::errors(answered_502);
}

/// Not a measurement: reading a log line by line takes milliseconds, and minutes if every line
/// looks at all others.
#[test]
fn a_long_log_is_read_in_time() {
    const LONG: usize = 64 << 10;
    for (name, input) in corpus("logs").into_iter().filter(|(_, input)| !input.is_empty()) {
        let start = Instant::now();
        fuzzing::logs(&input.repeat(LONG / input.len() + 1));
        assert!(start.elapsed() < Duration::from_secs(5), "{name} took {:?}", start.elapsed());
    }
}

#[test]
fn every_target_has_its_file_and_its_corpus() {
    let known: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let named = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(fuzz_folder().join(folder)).unwrap();
        let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
        entries.map(|entry| stem(entry.unwrap().path())).collect()
    };
    assert_eq!(named("targets"), known);
    assert_eq!(named("corpus"), known);
}
