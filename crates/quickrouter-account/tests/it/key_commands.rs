//! Commands that print a key. They are the shell's, which other systems lack.
#![cfg(unix)]

use std::time::Duration;

use quickrouter_account::{AccountError, Key, KeyCommand, KeyPlace, KeySource, KeyStore, Profile};

const KEY: &str = "qr-0123456789abcdef";

async fn key_of(command: KeyCommand) -> Result<Key, AccountError> {
    let base_url = "https://gateway.example/replicate";
    let mut profile = Profile::new("work", base_url);
    profile.key = KeySource::Command(command);
    let found = profile.key_for(base_url, &KeyStore::in_folder("/nonexistent")).await;
    found.map(|key| key.expect("a command prints a key or fails"))
}

fn shell(script: &str) -> KeyCommand {
    KeyCommand::new(["sh", "-c", script].map(str::to_owned)).unwrap()
}

#[tokio::test]
async fn a_command_prints_the_key_and_a_line_break() {
    let key = key_of(shell(&format!("echo {KEY}"))).await.unwrap();
    assert_eq!((key.expose(), key.place()), (KEY, &KeyPlace::Command("sh".to_owned())));
    assert_eq!(key.source().as_str(), "printed by the key command \"sh\"");
}

#[tokio::test]
async fn a_text_is_split_into_words_and_given_to_no_shell() {
    let command = KeyCommand::parse("printf '%s' 'qr-$HOME'").unwrap();
    assert_eq!(command.arguments(), ["%s", "qr-$HOME"]);
    assert_eq!(key_of(command).await.unwrap().expose(), "qr-$HOME");
    for wrong in ["", "  ", "a 'b", "a\0b"] {
        assert_eq!(KeyCommand::parse(wrong), None, "{wrong:?}");
    }
    let debug = format!("{:?}", KeyCommand::parse(&format!("echo {KEY}")).unwrap());
    assert!(debug.contains("echo") && !debug.contains("0123456789"), "{debug}");
}

#[tokio::test]
async fn a_command_that_fails_says_why_without_what_looks_like_a_key() {
    let script =
        format!("echo {KEY}; echo 'vault is\tsealed: {KEY} sk-abcdefghijklmn0p' >&2; exit 3");
    match key_of(shell(&script)).await.unwrap_err() {
        AccountError::KeyCommandFailed { program, exit_code, stderr } => {
            assert_eq!((program.as_str(), exit_code), ("sh", Some(3)));
            assert_eq!(stderr, "vault is sealed: [redacted] [redacted]");
        }
        other => panic!("{other}"),
    }
    let killed = key_of(shell("kill -9 $$")).await.unwrap_err();
    assert_eq!(killed.to_string(), "the key command \"sh\" was ended by a signal");
    let loud = key_of(shell("yes out of order | head -n 90000 >&2; exit 1")).await.unwrap_err();
    assert!(loud.to_string().len() < 1200, "{loud}");
}

#[tokio::test]
async fn a_command_that_prints_no_key_is_named() {
    let cases = [
        ("true", "it is empty"),
        ("yes", "it is longer than 4096 bytes"),
        ("echo a; echo b", "several lines"),
        ("echo Bearer abc", "scheme"),
    ];
    for (script, why) in cases {
        let error = key_of(shell(script)).await.unwrap_err();
        assert_eq!(error.code(), "key-command-output", "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
    let missing = KeyCommand::parse("no-such-program-at-all").unwrap();
    let error = key_of(missing).await.unwrap_err();
    assert_eq!(error.code(), "key-command-not-started");
    assert!(error.to_string().contains("\"no-such-program-at-all\""), "{error}");
}

#[tokio::test]
async fn a_command_that_does_not_end_is_ended() {
    let command = shell("sleep 600").with_time_limit(Duration::from_millis(50));
    let error = key_of(command).await.unwrap_err();
    assert_eq!(error.to_string(), "the key command \"sh\" did not end within 0.05 s");
}

#[tokio::test]
async fn a_command_does_not_read_this_processs_input() {
    assert_eq!(key_of(shell(&format!("cat; echo {KEY}"))).await.unwrap().expose(), KEY);
}

#[tokio::test]
async fn a_command_is_not_run_for_another_origin() {
    let folder = tempfile::tempdir().unwrap();
    let ran = folder.path().join("ran");
    let mut profile = Profile::new("work", "https://gateway.example/replicate");
    profile.key = KeySource::Command(shell(&format!("touch '{}'; echo {KEY}", ran.display())));
    let store = KeyStore::in_folder(folder.path());
    let error = profile.key_for("https://other.example", &store).await.unwrap_err();
    assert_eq!(error.code(), "key-of-another-origin");
    assert!(!ran.exists());
}
