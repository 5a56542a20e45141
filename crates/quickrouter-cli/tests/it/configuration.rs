//! Settings and where they come from; a configuration file that is wrong.

use serde_json::{Value, json};

use crate::{Odd, Ran, narrow};

fn failed(_: &str) -> (u16, Value) {
    (201, json!({"id": "p1", "status": "failed", "error": "E1001"}))
}

fn with_file(text: &str) -> Odd {
    let odd = Odd::new(failed);
    let folder = odd.folder.path().join("home/config/quickrouter");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), text).unwrap();
    odd
}

fn shown(odd: &Odd, ran: &Ran) -> String {
    let text = format!("{}{}[exit {}]", ran.stdout, ran.stderr, ran.code.unwrap());
    let text = text.replace(odd.folder.path().to_str().unwrap(), "FOLDER");
    narrow(&text.replace(odd.base.trim_end_matches("/replicate"), "http://GATEWAY"))
}

const WORK: &str = "default-profile = 'work'\n\n[profiles.work]\nbase-url = 'https://relay.example'\n\
                    group = 'vip'\ncurrency = 'USD'\nkey-command = 'printf abc'\n";

#[test]
fn every_setting_is_shown_with_its_source() {
    let odd = with_file(WORK);
    let show = |arguments: &[&str], variables: bool| {
        let mut command = odd.command(&[&["config", "show"], arguments].concat());
        if !variables {
            command.env_remove("QUICKROUTER_API_KEY").env_remove("QUICKROUTER_BASE_URL");
        }
        Ran::from(command.output().unwrap())
    };
    insta::assert_snapshot!("config_show_file", shown(&odd, &show(&[], false)));
    let flags = ["--profile", "quickrouter", "--timeout", "90s", "--lang", "zh"];
    insta::assert_snapshot!("config_show_zh", shown(&odd, &show(&flags, true)));
    let json: Value = serde_json::from_str(&show(&["--json"], true).stdout).unwrap();
    assert_eq!(json["base-url"]["value"], odd.base);
    assert_eq!(json["base-url"]["source"]["name"], "QUICKROUTER_BASE_URL");
    assert_eq!(json["key"]["value"], "1 character", "the key is not shown");
    assert_eq!(json["group"]["source"]["name"], "profiles.work.group");
}

#[test]
fn a_profile_is_chosen_by_its_flag_or_its_variable() {
    let odd = with_file(&format!("{WORK}\n[profiles.home]\ngroup = 'home'\n"));
    let group = |flag: &[&str], variable: Option<&str>| {
        let mut command = odd.command(&[&["config", "show", "--json"], flag].concat());
        if let Some(name) = variable {
            command.env("QUICKROUTER_PROFILE", name);
        }
        let ran = Ran::from(command.output().unwrap());
        let json: Value = serde_json::from_str(&ran.stdout).unwrap();
        json["group"]["value"].clone()
    };
    assert_eq!(group(&[], None), "vip");
    assert_eq!(group(&[], Some("home\r")), "home");
    assert_eq!(group(&["--profile", "work"], Some("home")), "vip");
    let ran = odd.run(&["config", "show", "--profile", "wrok"]);
    insta::assert_snapshot!("profile_unknown", shown(&odd, &ran));
}

#[test]
fn a_file_may_be_elsewhere_and_has_to_exist_there() {
    let odd = with_file("nonsense");
    let file = odd.folder.path().join("own.toml");
    std::fs::write(&file, WORK).unwrap();
    let ran = odd.run(&["config", "show", "--config", "own.toml"]);
    assert!(ran.code == Some(0) && ran.stdout.contains("vip"), "{ran:?}");
    let mut command = odd.command(&["config", "path"]);
    let ran = Ran::from(command.env("QUICKROUTER_CONFIG", "own.toml").output().unwrap());
    assert_eq!(ran.stdout, "own.toml\n");
    let ran = odd.run(&["config", "show", "--config", "none.toml"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("none.toml"), "{ran:?}");
}

#[test]
fn a_file_that_is_wrong_is_named_with_line_and_key_where_it_is_needed() {
    let odd = with_file("[profiles.work]\nbase-ulr = 'https://a.example'\n");
    for (lang, name) in [("en", "config_wrong"), ("zh", "config_wrong_zh")] {
        let ran = odd.run(&["predictions", "get", "p1", "--lang", lang]);
        insta::assert_snapshot!(name, shown(&odd, &ran));
    }
    assert_eq!(odd.run(&["generate", "a"]).code, Some(2));
    assert!(odd.asked.lock().unwrap().is_empty(), "nothing is sent");
    for arguments in [
        &["models"][..],
        &["--help"],
        &["config", "path"],
        &["generate", "a", "--emulator", "--output", "pictures"],
    ] {
        let ran = odd.run(arguments);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
}

#[test]
fn what_is_wrong_with_the_file_is_told_in_the_readers_language() {
    for (text, why) in [
        ("[profiles.a]\nkey-file = 'a'\nkey-command = 'b'\n", "同时有 key-file 和 key-command"),
        ("[profiles.a]\nkey = 'qr-0123456789abcdef'\n", "令牌不写在这里"),
        ("[profiles.a]\nbase-url = 'ftp://a.example'\n", "既不是 http 也不是 https"),
        ("[profiles.a]\nbase-url = 'a.example'\n", "不是 URL"),
        ("[profiles.'a/b']\ngroup = 'x'\n", "只能使用小写字母"),
        ("[profiles.a]\nmax-cost = -1\n", "不能为负"),
        ("[profiles.a]\nkey-command = \"a 'b\"\n", "引号没有配对"),
        ("default-profile = 'wrok'\n[profiles.work]\ngroup = 'x'\n", "是不是想写 work"),
        ("[profiles.a]\ngroup = 'x'\0\n", "NUL"),
    ] {
        let odd = with_file(text);
        let ran = Ran::from(odd.command(&["config", "show", "--lang", "zh"]).output().unwrap());
        assert!(ran.code == Some(2) && ran.stderr.contains(why), "{text}: {ran:?}");
        assert!(!ran.stderr.contains("0123456789"), "{ran:?}");
    }
}

#[test]
fn what_is_wrong_with_a_key_or_a_base_url_is_told_in_the_readers_language() {
    let odd = with_file("[profiles.a]\nkey-command = 'printf \"a b\"'\n");
    let zh = |arguments: &[&str]| {
        let mut command = odd.command(&[&["--lang", "zh"], arguments].concat());
        command.env_remove("QUICKROUTER_API_KEY").env_remove("QUICKROUTER_BASE_URL");
        Ran::from(command.output().unwrap())
    };
    let ran = zh(&["predictions", "get", "p1", "--profile", "a"]);
    assert!(ran.stderr.contains("  API 令牌（由令牌命令 printf 输出）包含空白"), "{ran:?}");
    assert!(ran.stderr.contains("提示：只保留令牌本身"), "{ran:?}");
    for url in ["", "//a.example", "ftp://a.example", "https://u@a.example"] {
        let ran = zh(&["auth", "status", "--base-url", url]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(all.contains("错误：基础地址"), "{url}: {ran:?}");
        assert!(!all.contains("invalid") && !all.contains("neither"), "{url}: {ran:?}");
    }
}
