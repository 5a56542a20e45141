//! Money: what is left, what a run may cost, what is shown of it before it is sent, and what it took.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::{Answers, Odd, Ran, failed};

impl Odd {
    /// A gateway with a profile of its own, which has these lines beside its address.
    pub(crate) fn with_profile(answers: Answers, lines: &str) -> Self {
        let odd = Self::new(answers);
        let folder = odd.folder.path().join("home/config/quickrouter");
        std::fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "default-profile = \"here\"\n[profiles.here]\nbase-url = \"{}\"\n{lines}\n",
            odd.base
        );
        std::fs::write(folder.join("config.toml"), text).unwrap();
        odd
    }

    /// A gateway that its profile names as of the family.
    fn of_family(answers: Answers) -> Self {
        Self::with_profile(answers, "family = true")
    }

    /// Without its port, in a language.
    pub(crate) fn shown(&self, locale: &str, arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        let mut ran = Ran::from(command.env("LC_ALL", locale).output().unwrap());
        let origin = self.base.trim_end_matches("/replicate");
        for text in [&mut ran.stdout, &mut ran.stderr] {
            *text = text.replace(origin, "[ORIGIN]");
        }
        ran
    }

    /// What was asked, without bodies and versions of HTTP.
    pub(crate) fn requests(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let line = |asked: &String| asked.split(" HTTP/").next().unwrap_or_default().to_owned();
        asked.iter().map(line).collect()
    }
}

const USAGE: &str = "GET /api/usage/token/";
const PRICING: &str = "GET /api/pricing";
const CHARGES: &str = "GET /api/log/token";
const CREATE: &str = "POST /replicate/v1/predictions";

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A usage of the stock kind.
fn usage(left: i64, used: i64, unlimited: bool, expires_at: u64) -> (u16, Value) {
    let data = json!({
        "object": "token_usage",
        "name": "a key",
        "total_granted": left + used,
        "total_used": used,
        "total_available": left,
        "unlimited_quota": unlimited,
        "model_limits": {},
        "expires_at": expires_at,
    });
    (200, json!({"code": true, "message": "ok", "data": data}))
}

/// A gateway of the family, at which every create fails.
fn family(line: &str) -> (u16, Value) {
    match line.split(" HTTP/").next().unwrap_or_default() {
        USAGE => usage(6_250_000, 250_000, false, 0),
        PRICING => (
            200,
            json!({
                "success": true,
                "data": [{
                    "model_name": "stability-ai/sdxl",
                    "quota_type": 1,
                    "model_price": 0.04,
                    "enable_groups": ["default", "vip"],
                }],
                "group_ratio": {"default": 1, "vip": 0.5},
            }),
        ),
        CHARGES => (404, json!({"error": {"message": "Invalid URL (GET /api/log/token)"}})),
        _ => failed(line),
    }
}

#[test]
fn a_balance_is_what_the_gateway_says_in_both_languages() {
    let answers: [(&str, Answers); 8] = [
        ("plain", |_| usage(6_250_000, 250_001, false, 4_102_444_800)),
        ("unlimited", |_| usage(-250_000, 250_000, true, 0)),
        ("expired", |_| usage(500_000, 0, false, 1_700_000_000)),
        ("overdrawn", |_| usage(-1, 500_001, false, 0)),
        ("refused", |_| (200, json!({"success": false, "message": "令牌无效 (request id: 7)"}))),
        ("page", |_| (200, "<!doctype html><title>console</title>".into())),
        ("not_served", |_| (404, json!({"error": {"message": "Invalid URL"}}))),
        ("unauthorized", |_| (401, json!({"success": false, "message": "No token"}))),
    ];
    for (name, answers) in answers {
        let odd = Odd::of_family(answers);
        let mut shown = String::new();
        for locale in ["C", "zh_CN.UTF-8"] {
            let ran = odd.shown(locale, &["balance"]);
            let code = ran.code.unwrap().to_string();
            shown.extend([&ran.stdout, &ran.stderr, "exit code ", &code, "\n"]);
        }
        insta::assert_snapshot!(format!("balance_{name}"), shown);
        assert!(odd.requests().iter().all(|line| line == USAGE), "{:?}", odd.requests());
    }
}

#[test]
fn a_balance_has_a_currency_only_where_the_profile_names_one() {
    let odd = Odd::with_profile(family, "family = true\ncurrency = \"USD\"");
    let ran = odd.run(&["balance"]);
    assert_eq!(ran.stdout, "left: 12.5 USD\nused: 0.5 USD\ngranted: 13 USD\n", "{ran:?}");
    let ran = odd.run(&["balance", "--json"]);
    insta::assert_snapshot!("balance_json", ran.stdout);
}

#[test]
fn what_is_no_gateway_of_the_family_is_asked_nothing() {
    for lines in ["", "family = false"] {
        let odd = Odd::with_profile(family, lines);
        let ran = odd.shown("C", &["balance"]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        insta::assert_snapshot!("balance_elsewhere", ran.stderr);
        let ran = odd.run(&["generate", "a", "--dry-run", "--cost", "--max-cost", "1", "--yes"]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        let ran = odd.run(&["generate", "a", "--cost", "--unpriced", "--max-cost", "1", "--yes"]);
        assert_eq!(ran.code, Some(4), "{ran:?}");
        assert_eq!(odd.requests(), [CREATE], "{lines}");
    }
    // A profile of the family says nothing of another base URL.
    let (odd, other) = (Odd::of_family(family), Odd::new(family));
    let ran = Ran::from(
        odd.command(&["balance"]).env("QUICKROUTER_BASE_URL", &other.base).output().unwrap(),
    );
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!((odd.requests().len(), other.requests().len()), (0, 0));
}

#[test]
fn replicate_itself_is_asked_nothing() {
    // The proxy is where a request would arrive.
    let odd = Odd::new(family);
    for base in ["http://api.replicate.com", "http://replicate.com./x"] {
        let proxy = odd.base.trim_end_matches("/replicate");
        for arguments in [&["balance"][..], &["generate", "a", "--dry-run"]] {
            let mut command = odd.command(arguments);
            command.env("QUICKROUTER_BASE_URL", base).env("HTTP_PROXY", proxy);
            let ran = Ran::from(command.env("QUICKROUTER_ALLOW_HTTP", "1").output().unwrap());
            assert_eq!(ran.code, Some(if arguments.len() > 1 { 0 } else { 2 }), "{ran:?}");
        }
    }
    assert_eq!(odd.requests(), [""; 0]);
}

#[test]
fn an_amount_that_is_none_is_refused_by_flag_and_value() {
    let odd = Odd::of_family(family);
    let mut shown = String::new();
    for amount in ["1,5", "$1", "-1", "NaN", "1e400", "", "0.04 USD", "9e15"] {
        let flag = format!("--max-cost={amount}");
        let ran = odd.run(&["generate", "a", &flag]);
        assert_eq!(ran.code, Some(2), "{amount}: {ran:?}");
        shown += ran.stderr.split_inclusive('\n').next().unwrap();
    }
    let mut command = odd.command(&["generate", "a"]);
    let ran = Ran::from(command.env("QUICKROUTER_CONFIRM_ABOVE", "lots").output().unwrap());
    assert_eq!(ran.code, Some(2), "{ran:?}");
    insta::assert_snapshot!("amounts", shown + &ran.stderr);
    assert_eq!(odd.requests(), [""; 0]);
}

#[test]
fn what_could_cost_more_than_the_maximum_is_refused_before_anything_is_sent() {
    let prices = "family = true\ncurrency = \"USD\"\nprices.\"stability-ai/*\" = { amount = 0.04, \
                  per = \"picture\" }";
    let odd = Odd::with_profile(family, prices);
    let four = ["generate", "a", "--num-outputs", "4"];
    let mut shown = String::new();
    for locale in ["C", "zh_CN.UTF-8"] {
        let ran = odd.shown(locale, &[&four[..], &["--max-cost", "0.15"]].concat());
        assert_eq!(ran.code, Some(2), "{ran:?}");
        shown += &ran.stderr;
    }
    insta::assert_snapshot!("above", shown);
    assert_eq!(odd.requests(), [""; 0]);
    let variable = |value: &str| {
        let mut command = odd.command(&four);
        Ran::from(command.env("QUICKROUTER_MAX_COST", value).output().unwrap()).code
    };
    assert_eq!(variable("0.15"), Some(2));
    assert_eq!(odd.requests(), [""; 0]);
    assert_eq!(variable("0.16"), Some(4));
    assert_eq!(odd.requests(), [USAGE, CREATE, USAGE]);
}

#[test]
fn what_has_no_price_is_refused_unless_that_is_allowed() {
    let odd = Odd::with_profile(family, "family = true");
    let limited = ["generate", "a", "--max-cost", "1", "--cost=false"];
    let mut shown = String::new();
    for locale in ["C", "zh_CN.UTF-8"] {
        let ran = odd.shown(locale, &limited);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        shown += &ran.stderr;
    }
    insta::assert_snapshot!("unpriced", shown);
    assert_eq!(odd.requests(), [PRICING, PRICING]);
    let ran = odd.run(&[&limited[..], &["--unpriced"]].concat());
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert_eq!(odd.requests(), [PRICING, PRICING, PRICING, CREATE]);
}

#[test]
fn the_gateways_price_list_counts_times_the_ratio_of_the_profiles_group() {
    let odd = Odd::with_profile(family, "family = true\ngroup = \"vip\"\nmax-cost = 0.019");
    let ran = odd.run(&["generate", "a"]);
    assert!(
        ran.stderr.contains("could cost 0.02 units, more than the maximum of 0.019"),
        "{ran:?}"
    );
    // A flag takes precedence over the profile.
    let ran = odd.run(&["generate", "a", "--max-cost", "0.02", "--cost=false"]);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert_eq!(odd.requests(), [PRICING, PRICING, CREATE]);
}

#[test]
fn what_is_to_be_confirmed_is_refused_without_a_terminal_and_yes_confirms_it() {
    let lines = "confirm-above = 0.03\nprices.\"*\" = { amount = 0.04, per = \"call\" }";
    let odd = Odd::with_profile(family, lines);
    let mut shown = String::new();
    for locale in ["C", "zh_CN.UTF-8"] {
        let ran = odd.shown(locale, &["generate", "a"]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        shown += &ran.stderr;
    }
    insta::assert_snapshot!("confirm", shown);
    assert_eq!(odd.requests(), [""; 0]);
    assert_eq!(odd.run(&["generate", "a", "--yes"]).code, Some(4));
    assert_eq!(odd.run(&["generate", "a", "--confirm-above", "0.04"]).code, Some(4));
    assert_eq!(odd.requests(), [CREATE, CREATE]);
    // What has no price may cost more.
    let odd = Odd::with_profile(family, "confirm-above = 100");
    let ran = odd.run(&["generate", "a"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("has no price"), "{ran:?}");
    assert_eq!(odd.requests(), [""; 0]);
}

#[test]
fn without_a_limit_nothing_is_asked_about_money() {
    let odd = Odd::of_family(family);
    assert_eq!(odd.run(&["generate", "a"]).code, Some(4));
    assert_eq!(odd.run(&["run", "some/model", "--input", "{}"]).code, Some(4));
    let create = "POST /replicate/v1/models/some/model/predictions";
    assert_eq!(odd.requests(), [CREATE, create]);
}

#[test]
fn what_a_run_took_never_fails_the_run() {
    let broken: [Answers; 3] = [
        |line| if line.contains("/api/") { (500, json!({})) } else { failed(line) },
        |line| if line.contains("/api/") { (200, "<html>".into()) } else { failed(line) },
        |line| if line.contains("/api/") { (404, json!({})) } else { failed(line) },
    ];
    for answers in broken {
        let odd = Odd::of_family(answers);
        let ran = odd.run(&["generate", "a", "--cost", "--json"]);
        assert_eq!(ran.code, Some(4), "{ran:?}");
        assert!(ran.stderr.contains("what the run takes is unknown"), "{ran:?}");
        let document: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(document.get("cost"), None, "{document}");
        assert_eq!(odd.requests(), [USAGE, CREATE], "it is asked once");
        assert!(!ran.stderr.contains("retrying"), "{ran:?}");
        assert_eq!(odd.run(&["generate", "a", "--cost", "-q"]).stderr.lines().count(), 1);
    }
}

#[test]
fn whether_a_create_of_unknown_outcome_was_charged_is_said_with_how_sure_it_is() {
    fn charges(line: &str, entries: &Value) -> (u16, Value) {
        match line.split(" HTTP/").next().unwrap_or_default() {
            CHARGES => (200, json!({"success": true, "message": "", "data": entries})),
            USAGE => usage(1, 1, false, 0),
            _ => (500, json!({"error": {"message": "upstream (request id: r1)"}})),
        }
    }
    fn entry(id: &str, ago: u64) -> Value {
        let at = now() + 2 - ago;
        json!({"created_at": at, "model_name": "stability-ai/sdxl", "quota": 20_000, "type": 2,
               "request_id": id})
    }
    let answers: [(&str, Answers); 4] = [
        ("certain", |line| charges(line, &json!([entry("r1", 0)]))),
        ("likely", |line| charges(line, &json!([entry("r2", 0), entry("r3", 900)]))),
        ("not", |line| charges(line, &json!([entry("r3", 900)]))),
        ("unclear", |line| charges(line, &json!([entry("r2", 0), entry("r3", 0)]))),
    ];
    let mut shown = Vec::new();
    for (name, answers) in answers {
        let odd = Odd::of_family(answers);
        for locale in ["C", "zh_CN.UTF-8"] {
            let ran = odd.shown(locale, &["generate", "a", "--json"]);
            assert_eq!(ran.code, Some(6), "{ran:?}");
            let document: Value = serde_json::from_str(&ran.stdout).unwrap();
            let details = document["error"]["details"].as_array().unwrap();
            shown.push(format!("{name}: {details:#?}\n{}", document["cost"]));
        }
        assert_eq!(odd.creates(), 2);
        let asked = odd.requests();
        assert_eq!(asked.iter().filter(|line| *line == CHARGES).count(), 2, "{asked:?}");
    }
    insta::assert_snapshot!("charged", shown.join("\n"));
    // Of another gateway nothing is asked.
    let odd = Odd::new(|_| (500, json!({})));
    assert_eq!(odd.run(&["generate", "a"]).code, Some(6));
    assert!(!odd.requests().iter().any(|line| line.contains("/api/")), "{:?}", odd.requests());
}

#[test]
fn again_asks_a_broken_price_list_once_where_no_limit_depends_on_it() {
    let broken: Answers =
        |line| if line.contains("/api/") { (503, json!({})) } else { failed(line) };
    let odd = Odd::of_family(broken);
    let file = b"\x89PNG\r\n\x1a\nfox";
    std::fs::write(odd.folder.path().join("a.png"), file).unwrap();
    let sidecar = json!({
        "quickrouter_sidecar": 1,
        "model": "stability-ai/sdxl",
        "input": {"prompt": "a fox"},
        "picture": {
            "name": "a.png",
            "index": 0,
            "bytes": 11,
            "sha256": "28a202865853c1bb07f7b70b0cfbaa228c1aac5d4aa02825a2d555089c8fc254",
        },
    });
    std::fs::write(odd.folder.path().join("a.png.json"), sidecar.to_string()).unwrap();
    let ran = odd.run(&["again", "a.png", "--yes"]);
    assert!(ran.code == Some(4) && ran.stderr.contains("price: unpriced"), "{ran:?}");
    assert_eq!(odd.requests(), [PRICING, CREATE]);
}
