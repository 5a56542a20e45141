//! The configuration file: what it says, and what is wrong with it.

use std::path::Path;

use quickrouter_account::{
    AccountError, Amount, BUILT_IN_PROFILE, Config, KeySource, Per, UsageAdapter,
};
use tempfile::TempDir;

const WHOLE: &str = r#"
default-profile = "work"

[profiles.work]
base-url = "https://gateway.example/replicate"
key-command = "pass show 'my key'"
family = true
group = "默认"
currency = "USD"
confirm-above = 0.5
max-cost = "2"

[profiles.work.prices]
"stability-ai/sdxl" = { amount = 0.004, per = "picture" }
"acme/*" = { amount = 1, most-pictures = 9 }

[profiles.work.usage]
path = "/v1/credits"
available = "/credits/left"

[profiles.home]
key-file = "home.key"
"#;

fn parsed(text: &str) -> Result<Config, AccountError> {
    Config::parse("/etc/quickrouter/config.toml", text)
}

/// The parts of the error that a text causes.
fn wrong(text: &str) -> (Option<usize>, String, String, Option<String>) {
    match parsed(text).unwrap_err() {
        AccountError::ConfigInvalid { line, key, why, suggestion, .. } => {
            (line, key.unwrap_or_default(), why.to_string(), suggestion)
        }
        other => panic!("{text}: {other}"),
    }
}

fn amount(text: &str) -> Option<Amount> {
    text.parse().ok()
}

#[test]
fn a_profile_is_what_the_file_says_and_knows_what_it_does_not_say() {
    let config = parsed(WHOLE).unwrap();
    let work = config.profile(None).unwrap();
    assert_eq!((work.name.as_str(), work.family), ("work", true));
    assert_eq!((work.group.as_deref(), work.currency.as_deref()), (Some("默认"), Some("USD")));
    assert_eq!((work.confirm_above, work.max_cost), (amount("0.5"), amount("2")));
    let KeySource::Command(command) = &work.key else { panic!("{:?}", work.key) };
    assert_eq!(
        (command.program(), command.arguments()),
        ("pass", &["show", "my key"].map(str::to_owned)[..])
    );
    let (_, sdxl) = work.prices.find("stability-ai/sdxl").unwrap();
    assert_eq!((Some(sdxl.amount), sdxl.per), (amount("0.004"), Some(Per::Picture)));
    let (_, acme) = work.prices.find("acme/collage").unwrap();
    assert_eq!((Some(acme.amount), acme.per, acme.most_pictures), (amount("1"), None, Some(9)));
    assert_eq!((work.usage.path.as_str(), work.usage.used.as_deref()), ("/v1/credits", None));
    assert!(work.sets("base-url") && work.sets("usage") && !work.sets("key-file"));

    let home = config.profile(Some("home")).unwrap();
    assert_eq!(home.key, KeySource::File("/etc/quickrouter/home.key".into()));
    assert!(home.family, "its base URL is QuickRouter's");
    assert_eq!(home.usage, UsageAdapter::default());
}

#[test]
fn the_built_in_profile_is_quickrouters_and_the_file_can_add_to_it() {
    for text in ["", "[profiles.quickrouter]\ngroup = \"vip\"\n"] {
        let config = parsed(text).unwrap();
        let profile = config.profile(None).unwrap();
        assert_eq!(profile.name, BUILT_IN_PROFILE);
        assert_eq!(profile.base_url, "https://api.quickrouter.ai/replicate");
        assert_eq!((profile.family, &profile.key), (true, &KeySource::Login));
        assert_eq!(profile.group.is_some(), !text.is_empty());
    }
    let config = Config::built_in();
    assert!(!config.exists() && config.profile(None).unwrap().family);
}

#[test]
fn only_quickrouters_documented_host_is_of_the_family_by_itself() {
    let hosts = [
        ("https://api.quickrouter.ai:443/other", true),
        ("http://api.quickrouter.ai/replicate", false),
        ("https://api.quickrouter.us/replicate", false),
        ("https://api.quickrouter.ai.example/replicate", false),
        ("https://api.replicate.com", false),
    ];
    for (base_url, family) in hosts {
        let config = parsed(&format!("[profiles.a]\nbase-url = \"{base_url}\"")).unwrap();
        assert_eq!(config.profile(Some("a")).unwrap().family, family, "{base_url}");
    }
    for base_url in ["https://api.replicate.com", "https://REPLICATE.com./v1"] {
        let text = format!("[profiles.a]\nbase-url = \"{base_url}\"\nfamily = true");
        assert!(wrong(&text).2.contains("Replicate itself"), "{base_url}");
    }
}

#[test]
fn an_error_names_its_line_its_key_and_what_was_probably_meant() {
    let cases = [
        ("[profiles.a]\nbase_url = \"x\"", 2, "base_url", "unknown field", Some("base-url")),
        ("[profiles.a]\n\ncurency = \"x\"", 3, "curency", "unknown field", Some("currency")),
        ("defaultprofile = \"a\"", 1, "defaultprofile", "unknown field", Some("default-profile")),
        ("[profiles.a]\napi-key = \"sk-1\"", 2, "api-key", "key-file or key-command", None),
        ("[profiles.a]\ngroup = \"x\"\ngroup = \"y\"", 3, "group", "duplicate key", None),
        ("[profiles.a]\r\nfamily = 1\r\n", 2, "family", "expected a boolean", None),
        ("[profiles.a]\nmax-cost = -1", 2, "max-cost", "cannot be negative", None),
        ("[profiles.a]\nmax-cost = nan", 2, "max-cost", "\"NaN\" is not an amount", None),
        ("[profiles.a]\nmax-cost = \"4 USD\"", 2, "max-cost", "without a currency", None),
        ("[profiles.a]\nbase-url = \"ftp://a\"", 2, "base-url", "neither http nor https", None),
        ("[profiles.a]\ngroup = \"\"", 2, "group", "1 to 64 printable", None),
        ("[profiles.a]\nkey-command = \"a 'b\"", 2, "key-command", "not a command", None),
        ("[profiles.a]\nkey-command = []", 2, "key-command", "not a command", None),
        ("[profiles.a.usage]\ndivisor = 0", 2, "divisor", "use 1 or more", None),
        ("[profiles.a.usage]\npath = \"http://b\"", 2, "path", "start with /", None),
        ("[profiles.a.prices]\n\"a/*b\" = {amount = 1}", 2, "\"a/*b\"", "at the end only", None),
        ("[profiles.a.prices]\n\"a/b\" = 1", 2, "\"a/b\"", "expected a table such as", None),
        ("[profiles.a.prices]\n\"a/b\" = {}", 2, "\"a/b\"", "missing field `amount`", None),
        ("[profiles.A]", 1, "profiles.A", "lower-case", None),
        ("[profiles.\"../a\"]", 1, "profiles.\"../a\"", "lower-case", None),
        ("[profiles.a]\ngroup", 2, "", "expected", None),
    ];
    for (text, line, key, why, suggestion) in cases {
        let found = wrong(text);
        assert_eq!((found.0, found.1.as_str()), (Some(line), key), "{text}: {found:?}");
        assert!(found.2.contains(why), "{text}: {}", found.2);
        assert_eq!(found.3.as_deref(), suggestion, "{text}");
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    let both = wrong("[profiles.a]\nkey-file = \"a\"\nkey-command = \"b\"");
    assert!(both.1 == "profiles.a" && both.2.contains("both key-file and key-command"), "{both:?}");
    let twice = wrong("[profiles.a.prices]\n\"a/b\" = {amount = 1}\n\"A/B\" = {amount = 2}");
    assert!(twice.2.contains("which are the same"), "{twice:?}");
    let missing = wrong("default-profile = \"wrk\"\n[profiles.work]");
    assert!(missing.1 == "default-profile" && missing.3.as_deref() == Some("work"), "{missing:?}");
}

#[test]
fn an_unknown_profile_is_named_with_the_known_ones() {
    match parsed(WHOLE).unwrap().profile(Some("wrok")).unwrap_err() {
        AccountError::ProfileUnknown { name, known, suggestion } => {
            assert_eq!((name.as_str(), suggestion.as_deref()), ("wrok", Some("work")));
            assert_eq!(known, ["home", "quickrouter", "work"]);
        }
        other => panic!("{other}"),
    }
}

fn written(folder: &TempDir, bytes: &[u8]) -> Result<Config, AccountError> {
    let path = folder.path().join("config.toml");
    std::fs::write(&path, bytes).unwrap();
    Config::read(Some(&path))
}

#[test]
fn files_of_editors_are_read_and_other_encodings_refused() {
    let folder = tempfile::tempdir().unwrap();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let marked = format!("\u{feff}{}", WHOLE.replace('\n', "\r\n"));
    for bytes in [WHOLE.into(), marked.clone().into_bytes(), utf16(&marked)] {
        assert_eq!(written(&folder, &bytes).unwrap().profiles().len(), 3);
    }
    let refused = [
        (utf16("a = 1"), "UTF-16 without a byte order mark"),
        (b"group = \"caf\xe9\"".to_vec(), "not UTF-8"),
        (b"\xff\xfe\0\0a\0\0\0".to_vec(), "not UTF-8"),
        (b"\xff\xfea".to_vec(), "not UTF-8"),
        (vec![b'#'; 2 << 20], "2097152 bytes, more than the 1048576 allowed"),
    ];
    for (bytes, why) in refused {
        let error = written(&folder, &bytes).unwrap_err();
        assert_eq!(error.code(), "config-unreadable");
        assert!(error.to_string().contains(why), "{error}");
    }
    let nested = format!("a = {}", "[".repeat(500_000));
    assert_eq!(written(&folder, nested.as_bytes()).unwrap_err().code(), "config-invalid");
}

#[test]
fn a_named_file_has_to_be_there_and_to_be_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Config::read(Some(&folder.path().join("none.toml"))).unwrap_err();
    assert!(missing.to_string().ends_with("there is no such file"), "{missing}");
    let not_a_file = Config::read(Some(folder.path())).unwrap_err();
    assert!(not_a_file.to_string().ends_with("it is a folder"), "{not_a_file}");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_change_is_refused_with_the_command_that_mends_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    written(&folder, b"").unwrap();
    let path = folder.path().join("config.toml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    let error = Config::read(Some(&path)).unwrap_err();
    assert_eq!(error.code(), "config-writable");
    assert!(error.to_string().contains("(mode 666)"), "{error}");
    assert!(error.to_string().contains(&format!("chmod o-w {}", path.display())), "{error}");
}

#[test]
fn stored_keys_are_beside_the_file() {
    let config = parsed("").unwrap();
    let path = config.key_store().path("work").unwrap();
    assert_eq!(path, Path::new("/etc/quickrouter/keys/key-work"));
}
