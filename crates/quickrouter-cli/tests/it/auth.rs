//! Keys that are kept: by `auth login`, in files for their owner only, and for their own gateway only.

use serde_json::{Value, json};

use crate::scripted::Scripted;
use crate::{Odd, Ran, narrow};

const KEY: &str = "qr-0123456789abcdef";

fn one(_: &str) -> (u16, Value) {
    (200, json!({"id": "p1", "status": "starting"}))
}

/// Runs the command without a key in the variable, and without a base URL.
fn bare(odd: &Odd, arguments: &[&str]) -> std::process::Command {
    let mut command = odd.command(arguments);
    command.env_remove("QUICKROUTER_API_KEY").env_remove("QUICKROUTER_BASE_URL");
    command
}

fn run(odd: &Odd, arguments: &[&str]) -> Ran {
    bare(odd, arguments).output().unwrap().into()
}

fn fed(odd: &Odd, arguments: &[&str], stdin: &[u8]) -> Ran {
    use std::io::Write;
    use std::process::Stdio;
    let mut command = bare(odd, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that refuses what it was given does not read it.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert!(!format!("{ran:?}").contains("0123456789abcdef"), "a key is not shown: {ran:?}");
    ran
}

fn login(odd: &Odd, base: &str, profile: &str) {
    let arguments = ["auth", "login", "--profile", profile, "--base-url", base];
    let ran = fed(odd, &arguments, KEY.as_bytes());
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

/// What was printed, without what differs from run to run.
fn shown(odd: &Odd, ran: &Ran) -> String {
    let text = format!("{}{}[exit {}]", ran.stdout, ran.stderr, ran.code.unwrap());
    let text = text.replace(odd.folder.path().to_str().unwrap(), "FOLDER");
    narrow(&text.replace(odd.base.trim_end_matches("/replicate"), "http://GATEWAY"))
}

#[test]
fn a_key_that_is_piped_in_is_cleaned_kept_for_its_owner_and_used() {
    for form in ["{}", "\u{feff}{}\r\n", "  {}\n\n"] {
        let odd = Odd::new(one);
        let base = odd.base.clone();
        let arguments = ["auth", "login", "--profile", "work", "--base-url", &base];
        let ran = fed(&odd, &arguments, form.replace("{}", KEY).as_bytes());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let file = odd.folder.path().join("home/config/quickrouter/keys/key-work");
        let kept = std::fs::read_to_string(&file).unwrap();
        assert!(kept.contains(&format!("\"{KEY}\"")), "{form:?}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &std::path::Path| {
                std::fs::metadata(path).unwrap().permissions().mode() & 0o777
            };
            assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
        }
        let ran = run(&odd, &["predictions", "get", "p1", "--profile", "work"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let ran = run(&odd, &["auth", "logout", "--profile", "work"]);
        assert!(ran.code == Some(0) && !file.exists(), "{ran:?}");
        let ran = run(&odd, &["predictions", "get", "p1", "--profile", "work"]);
        assert!(ran.code == Some(2) && ran.stderr.contains("key is missing"), "{ran:?}");
    }
}

#[test]
fn what_is_no_key_is_not_kept() {
    let forms = [
        ("", "no key was given"),
        (" \r\n", "no key was given"),
        ("\"{}\"", "in quotes"),
        ("{}\n{}", "several lines"),
        ("Bearer {}", "authentication scheme"),
        ("{}\u{e9}", "non-ASCII"),
    ];
    for (form, why) in forms {
        let odd = Odd::new(one);
        let ran = fed(&odd, &["auth", "login"], form.replace("{}", KEY).as_bytes());
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(why), "{form:?}: {ran:?}");
        assert!(!odd.folder.path().join("home/config/quickrouter").exists(), "{form:?}");
    }
    let odd = Odd::new(one);
    let ran = fed(&odd, &["auth", "login"], &[b'a'; 5000]);
    assert!(ran.code == Some(2) && ran.stderr.contains("longer than"), "{ran:?}");
}

#[test]
fn a_kept_key_goes_to_no_other_origin_and_the_error_names_both() {
    let odd = Odd::new(one);
    let other = Scripted::new(|_| (200, "", "{}"));
    login(&odd, &odd.base, "work");
    let other_base = other.base.as_str();
    let get = ["predictions", "get", "p1", "--profile", "work"];
    let flag = run(&odd, &[&get[..], &["--base-url", other_base]].concat());
    let mut variable = bare(&odd, &get);
    let variable = Ran::from(variable.env("QUICKROUTER_BASE_URL", other_base).output().unwrap());
    for ran in [flag, variable] {
        assert_eq!(ran.code, Some(2), "{ran:?}");
        for origin in [&odd.base, other_base] {
            assert!(ran.stderr.contains(origin.trim_end_matches("/replicate")), "{ran:?}");
        }
        assert!(ran.stderr.contains("hint: ") && ran.stderr.contains("--profile"), "{ran:?}");
    }
    assert!(other.taken().is_empty() && odd.asked.lock().unwrap().is_empty(), "nothing is sent");
    // A key of the variable goes where the base URL says.
    let mut command = bare(&odd, &get);
    command.env("QUICKROUTER_API_KEY", "given").env("QUICKROUTER_BASE_URL", other_base);
    command.output().unwrap();
    let requests = other.taken();
    assert!(requests.iter().all(|request| request.contains("Bearer given")), "{requests:?}");
    assert!(!requests.is_empty());
}

#[test]
fn a_key_does_not_follow_its_profile_to_another_gateway() {
    let odd = Odd::new(one);
    login(&odd, "https://first.example/replicate", "work");
    let file = odd.folder.path().join("home/config/quickrouter/config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("https://first.example/replicate", &odd.base)).unwrap();
    let ran = run(&odd, &["predictions", "get", "p1", "--profile", "work"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("belongs to https://first.example"), "{ran:?}");
    assert!(odd.asked.lock().unwrap().is_empty());
}

#[cfg(unix)]
#[test]
fn a_key_command_is_tried_kept_and_used() {
    let odd = Odd::new(one);
    let file = odd.folder.path().join("home/config/quickrouter/config.toml");
    let base = odd.base.clone();
    let start = ["auth", "login", "--profile", "work", "--base-url", &base, "--with-key-command"];
    let ran = fed(&odd, &[&start[..], &["false"]].concat(), b"");
    assert!(ran.code == Some(2) && ran.stderr.contains("exit code 1"), "{ran:?}");
    let ran = fed(&odd, &[&start[..], &["echo"]].concat(), b"");
    assert!(ran.code == Some(2) && ran.stderr.contains("is not a key"), "{ran:?}");
    assert!(!file.exists(), "a command that prints no key is not kept");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "# mine\n").unwrap();
    let ran = fed(&odd, &[&start[..], &[&format!("printf '{KEY}'")]].concat(), b"");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("# mine\n"));
    let ran = run(&odd, &["predictions", "get", "p1", "--profile", "work"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(odd.asked.lock().unwrap().len(), 1, "of the new profile's gateway");
    let ran = run(&odd, &["auth", "status", "--profile", "work"]);
    assert!(ran.code == Some(0) && ran.stdout.contains("printed by printf"), "{ran:?}");
    let ran = fed(&odd, &["auth", "login", "--profile", "work"], KEY.as_bytes());
    assert!(ran.code == Some(2) && ran.stderr.contains("remove key-command"), "{ran:?}");
}

#[test]
fn the_status_says_where_the_key_is_in_both_languages() {
    let odd = Odd::new(one);
    let status = |lang: &str| {
        let arguments = ["auth", "status", "--profile", "work", "--lang", lang];
        let mut command = bare(&odd, &arguments);
        let alone = Ran::from(command.output().unwrap());
        let given = Ran::from(command.env("QUICKROUTER_API_KEY", "abc").output().unwrap());
        let elsewhere = ["--base-url", "https://other.example/replicate"];
        let elsewhere = run(&odd, &[&arguments[..], &elsewhere].concat());
        let all = [alone, given, elsewhere].map(|ran| shown(&odd, &ran));
        all.join("\n\n")
    };
    let before = shown(&odd, &run(&odd, &["auth", "status"]));
    login(&odd, &odd.base, "work");
    insta::assert_snapshot!("status", format!("{before}\n\n{}", status("en")));
    insta::assert_snapshot!("status_zh", status("zh"));
    assert!(odd.asked.lock().unwrap().is_empty(), "nothing is sent");
    let json = run(&odd, &["auth", "status", "--profile", "work", "--json"]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["key"]["characters"], KEY.len());
    assert_eq!(json["key"]["source"]["kind"], "login");
}

#[cfg(target_os = "linux")]
#[test]
fn a_home_that_cannot_be_written_is_a_clear_error() {
    let odd = Odd::new(one);
    let with = |name: &str, value: &str| {
        use std::io::Write;
        use std::process::Stdio;
        let mut command = bare(&odd, &["auth", "login"]);
        command.env(name, value).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(KEY.as_bytes());
        Ran::from(child.wait_with_output().unwrap())
    };
    // Nothing can be created there, by anyone.
    let ran = with("XDG_CONFIG_HOME", "/proc/home");
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("/proc/home/quickrouter/keys/key-quickrouter cannot"), "{ran:?}");
    assert!(ran.stderr.contains("--config FILE"), "{ran:?}");
    // XDG Base Directory Specification: relative paths are ignored, and an empty one counts as unset.
    let ran = with("XDG_CONFIG_HOME", "relative");
    assert!(ran.code == Some(0) && ran.stderr.contains("XDG_CONFIG_HOME is relative"), "{ran:?}");
    assert!(odd.folder.path().join("home/.config/quickrouter/keys/key-quickrouter").exists());
    let ran = with("XDG_CONFIG_HOME", "");
    assert!(ran.code == Some(0) && !ran.stderr.contains("XDG_CONFIG_HOME"), "{ran:?}");
}

#[test]
fn what_cannot_be_the_name_of_a_profile_is_refused_whole_and_makes_none() {
    let odd = Odd::new(one);
    let long = "x".repeat(41);
    for name in ["", " ", "a/b", "..", "a\nb", "a.b", "\u{914d}", "Work", &long] {
        for command in
            [&["auth", "login", "--base-url", "https://a.example"][..], &["config", "show"]]
        {
            let ran = fed(&odd, &[command, &["--profile", name]].concat(), KEY.as_bytes());
            assert_eq!(ran.code, Some(2), "{name:?}: {ran:?}");
            assert!(ran.stderr.contains("cannot be the name of a profile"), "{name:?}: {ran:?}");
            assert!(ran.stderr.contains("hint: use lower-case"), "{name:?}: {ran:?}");
        }
        assert!(!odd.folder.path().join("home/config/quickrouter").exists(), "{name:?}");
    }
    // What was probably meant is worth more than the rule.
    login(&odd, "https://a.example", "work");
    let ran = run(&odd, &["config", "show", "--profile", "Work"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("did you mean work?"), "{ran:?}");
    let ran = fed(&odd, &["auth", "login", "--profile", "Work", "--base-url", "https://b"], b"k");
    assert!(ran.stderr.contains("cannot be the name"), "{ran:?}");
}

#[test]
fn a_file_in_utf_16_that_settings_are_read_from_takes_another_profile_too() {
    let odd = Odd::new(one);
    let folder = odd.folder.path().join("home/config/quickrouter");
    std::fs::create_dir_all(&folder).unwrap();
    let text = "\u{feff}[profiles.old]\r\nbase-url = 'https://a.example'\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.join("config.toml"), bytes).unwrap();
    login(&odd, "https://b.example", "new");
    let text = std::fs::read_to_string(folder.join("config.toml")).unwrap();
    assert!(text.contains("profiles.old") && text.contains("profiles.new"), "{text}");
}

/// As in folders of settings that other programs manage (docker/cli#2627, openai/codex#6646).
#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_file_stays_one_and_so_do_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let odd = Odd::new(one);
    let folder = odd.folder.path().join("home/config/quickrouter");
    std::fs::create_dir_all(&folder).unwrap();
    let (link, own) = (folder.join("config.toml"), odd.folder.path().join("own/settings.toml"));
    symlink("../../../own/settings.toml", &link).unwrap();
    login(&odd, "https://a.example", "one");
    std::fs::set_permissions(&own, PermissionsExt::from_mode(0o640)).unwrap();
    login(&odd, "https://b.example", "two");
    let text = std::fs::read_to_string(&own).unwrap();
    assert!(text.contains("profiles.one") && text.contains("profiles.two"), "{text}");
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&own).unwrap().permissions().mode() & 0o777, 0o640);
}
