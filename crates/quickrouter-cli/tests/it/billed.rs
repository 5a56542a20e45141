//! Money end to end: the command with an emulator that counts what it would bill, and what a dry run
//! shows, run by a shell.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Ran, command, served};

/// An emulator of the command, with a profile that names it as of the family.
struct Serving {
    child: Child,
    // The emulator stops if nobody reads what it prints.
    _stdout: BufReader<ChildStdout>,
    base: String,
    key: String,
    folder: TempDir,
}

impl Serving {
    fn new(arguments: &[&str], lines: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let all = [&["serve", "--time-scale", "0", "--personality", "gateway"], arguments].concat();
        let mut command = command(folder.path(), "http://127.0.0.1:9", &all);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut value = || {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            line.trim().split_once('=').unwrap().1.to_owned()
        };
        let (base, key) = (value(), value());
        let home = folder.path().join("home/config/quickrouter");
        std::fs::create_dir_all(&home).unwrap();
        let profile = format!(
            "default-profile = \"here\"\n[profiles.here]\nbase-url = \"{base}\"\nfamily = true\n{lines}"
        );
        std::fs::write(home.join("config.toml"), profile).unwrap();
        Self { child, _stdout: stdout, base, key, folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(self.folder.path(), &self.base, arguments);
        command.env("QUICKROUTER_API_KEY", &self.key);
        command
    }

    fn run(&self, locale: &str, arguments: &[&str]) -> Ran {
        self.command(arguments).env("LC_ALL", locale).output().unwrap().into()
    }

    /// A shell runs a command that was printed, with the key in the environment.
    fn by_shell(&self, script: &str, variables: &[(&str, &str)]) -> Value {
        let mut shell = self.shell(script);
        let ran = Ran::from(shell.envs(variables.iter().copied()).output().unwrap());
        assert_eq!(ran.code, Some(0), "{script:.300}: {ran:?}");
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"))
    }

    fn shell(&self, script: &str) -> Command {
        let file = self.folder.path().join("command.sh");
        std::fs::write(&file, script).unwrap();
        let mut shell = Command::new("sh");
        shell.arg(file).env("NO_PROXY", "127.0.0.1").stdin(Stdio::null());
        shell.env("QUICKROUTER_API_KEY", &self.key);
        shell
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_balance_falls_by_what_a_run_took() {
    let lines = "group = \"default\"\ncurrency = \"USD\"\n";
    let serving = Serving::new(&["--price", "0.04", "--quota", "500000"], lines);
    let mut shown = Vec::new();
    for locale in ["C", "zh_CN.UTF-8"] {
        for arguments in [
            &["balance"][..],
            &["generate", "a fox", "--max-cost", "0.04", "--output", "pictures"],
            &["balance"],
            &["generate", "a fox", "--max-cost", "0.03"],
        ] {
            let ran = serving.run(locale, arguments);
            let saved = ran.stdout.lines().filter(|line| line.starts_with("pictures/")).count();
            let stdout = if saved > 0 { format!("{saved} file(s)\n") } else { ran.stdout };
            let notes = ran.stderr.lines().filter(|line| {
                // Lines of progress name the prediction.
                !line.starts_with("prediction ") && !line.starts_with("预测 ")
            });
            let notes = notes.collect::<Vec<_>>().join("\n");
            shown.push(format!("$ {}\n{stdout}{notes}", arguments.join(" ")));
        }
    }
    insta::assert_snapshot!("billed", shown.join("\n"));
}

#[test]
fn a_shell_makes_what_the_printed_command_says() {
    let serving = Serving::new(&["--price", "0.04"], "");
    let prompt = "it's \"$HOME\" `id` \\ !! 狐狸\n100%";
    let ran = serving.run("C", &["generate", prompt, "--seed", "7", "--dry-run=curl"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stdout.contains(&serving.key), "the key stays in its variable");
    assert!(ran.stdout.contains(r#""Authorization: Bearer $QUICKROUTER_API_KEY""#), "{ran:?}");
    let made = serving.by_shell(&ran.stdout, &[]);
    assert!(made["id"].is_string(), "{made}");
    assert_eq!(made["input"]["prompt"], prompt, "{made}");
    assert_eq!(made["input"]["seed"], 7, "{made}");
}

/// Bytes that begin like a PNG.
fn picture(size: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.resize(size, b'x');
    bytes
}

#[test]
fn a_shell_sends_a_file_whole_where_it_is_too_long_for_an_argument() {
    let serving = Serving::new(&[], "");
    std::fs::write(serving.folder.path().join("in.png"), picture(200_000)).unwrap();
    let all = ["generate", "a $5 \\ `fox`", "--image", "in.png", "--dry-run=curl"];
    let ran = serving.run("C", &all);
    assert!(ran.stdout.len() > 200_000, "the whole file is in it");
    let made = serving.by_shell(&ran.stdout, &[]);
    assert_eq!(made["input"]["prompt"], "a $5 \\ `fox`");
    let image = made["input"]["image"].as_str().unwrap();
    assert!(image.len() > 260_000 && image.starts_with("data:image/png;base64,"), "{image:.60}");
}

#[test]
fn a_file_that_is_to_be_uploaded_is_a_variable_of_the_printed_command() {
    let serving = Serving::new(&[], "");
    let folder = serving.folder.path();
    std::fs::write(folder.join("large.png"), picture(3 << 20)).unwrap();
    std::fs::write(folder.join("small.png"), picture(200_000)).unwrap();
    for more in [&[][..], &["--mask", "small.png"]] {
        let all = [&["generate", "a", "--image", "large.png", "--dry-run=curl"], more].concat();
        let ran = serving.run("C", &all);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stderr.contains("set IMAGE_URL"), "{}", ran.stderr);
        let url = "https://example.com/large.png";
        let made = serving.by_shell(&ran.stdout, &[("IMAGE_URL", url)]);
        assert_eq!(made["input"]["image"], url);
        // Without the URL nothing is sent.
        let ran = Ran::from(serving.shell(&ran.stdout).output().unwrap());
        assert!(ran.code != Some(0) && ran.stdout.is_empty(), "{ran:?}");
    }
}

#[test]
fn a_sidecar_has_the_price_that_was_estimated_before_the_run_and_none_that_is_unknown() {
    let listed = "group = \"default\"\ncurrency = \"USD\"\n";
    let ruled = "prices.\"*\" = { amount = 0.01, per = \"picture\" }\n";
    let cases = [
        (listed, Some(("0.04", "call"))),
        (ruled, Some(("0.02", "picture"))),
        // The list needs a group.
        ("", None),
    ];
    for (lines, expected) in cases {
        let serving = Serving::new(&["--price", "0.04"], lines);
        for limit in [&[][..], &["--max-cost", "1", "--unpriced"]] {
            let all = ["generate", "a fox", "--num-outputs", "2", "--sidecar", "--overwrite"];
            let ran = serving.run("C", &[&all[..], limit].concat());
            assert_eq!(ran.code, Some(0), "{ran:?}");
            for file in ran.stdout.lines() {
                let sidecar = served::json(serving.folder.path().join(format!("{file}.json")));
                let price = &sidecar["price"];
                let found = expected.map(|_| ());
                assert_eq!(price.as_object().map(|_| ()), found, "{price}");
                if let Some((most, per)) = expected {
                    assert_eq!((&price["at_most"], &price["per"]), (&most.into(), &per.into()));
                }
            }
        }
    }
}
