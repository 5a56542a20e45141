//! `--dry-run`: what is shown, and that nothing is sent.

use serde_json::{Value, json};

use crate::{Odd, Ran, failed};

/// Prices for everything, so that no list is needed.
const PRICED: &str = "currency = \"USD\"\nprices.\"*\" = { amount = 0.04, per = \"picture\" }";

#[test]
fn a_dry_run_shows_the_request_and_its_price_and_sends_nothing() {
    let odd = Odd::with_profile(failed, PRICED);
    std::fs::write(
        odd.folder.path().join("in.png"),
        b"\x89PNG\r\n\x1a\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    )
    .unwrap();
    let large = std::fs::File::create(odd.folder.path().join("large.png")).unwrap();
    large.set_len(3 << 20).unwrap();
    let all =
        ["generate", "a fox", "--image", "in.png", "--mask", "large.png", "--num-outputs", "2"];
    let more = ["--lora-scale", "0.5", "--prefer-wait", "30s", "--output", "new"];
    for form in ["text", "json", "curl"] {
        let form_flag = format!("--dry-run={form}");
        let arguments = [&all[..], &more, &[form_flag.as_str()]].concat();
        for (locale, name) in [("C", form.to_owned()), ("zh_CN.UTF-8", format!("{form}_zh"))] {
            let mut command = odd.command(&arguments);
            let command = command.env("LC_ALL", locale).env_remove("QUICKROUTER_API_KEY");
            let ran = Ran::from(command.output().unwrap());
            assert_eq!(ran.code, Some(0), "{ran:?}");
            let origin = odd.base.trim_end_matches("/replicate");
            let shown = format!("{}--- stderr\n{}", ran.stdout, ran.stderr);
            insta::assert_snapshot!(format!("dry_run_{name}"), shown.replace(origin, "[ORIGIN]"));
        }
    }
    assert_eq!(odd.requests(), [""; 0]);
    assert!(!odd.folder.path().join("new").exists(), "no folder is made");
}

#[test]
fn a_dry_run_asks_for_the_public_price_list_alone_and_only_in_the_family() {
    let of_family = Odd::with_profile(failed, "family = true");
    assert_eq!(of_family.run(&["generate", "a", "--dry-run"]).code, Some(0));
    assert_eq!(of_family.requests(), ["GET /api/pricing"]);
    let priced = Odd::with_profile(failed, &format!("family = true\n{PRICED}"));
    assert_eq!(priced.run(&["generate", "a", "--dry-run", "--cost"]).code, Some(0));
    let stranger = Odd::new(failed);
    assert_eq!(stranger.run(&["generate", "a", "--dry-run"]).code, Some(0));
    assert_eq!((priced.requests().len(), stranger.requests().len()), (0, 0));
}

#[test]
fn a_dry_run_is_refused_as_the_run_would_be() {
    let odd = Odd::with_profile(failed, PRICED);
    let ran = odd.run(&["generate", "a", "--dry-run", "--max-cost", "0.01", "--json"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["price"]["at_most"], "0.04");
    assert_eq!(document["error"]["exit_code"], 2);
    let ran = odd.run(&["generate", "a", "--dry-run", "--confirm-above", "0.01"]);
    assert!(ran.code == Some(0) && ran.stdout.contains("is to be confirmed"), "{ran:?}");
    let ran = odd.run(&["generate", "a", "--dry-run", "--width", "7", "--json"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let ran = odd.run(&["generate", "a", "--dry-run", "--emulator"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(odd.requests(), [""; 0]);
}

#[test]
fn a_model_that_is_not_documented_has_no_effective_inputs() {
    let odd = Odd::with_profile(failed, PRICED);
    let ran = odd.run(&["run", "some/model", "--input", "{\"a\": [1]}", "--dry-run=json"]);
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["effective"], Value::Null);
    assert_eq!(document["request"]["body"], json!({"input": {"a": [1]}}));
    // How many pictures it makes is unknown, and so is the price.
    assert_eq!(document["price"]["unpriced"]["code"], "picture-count-unknown");
    assert_eq!(odd.requests(), [""; 0]);
}

#[test]
fn an_output_of_an_earlier_prediction_is_said_to_be_fetched_and_is_a_variable_for_a_shell() {
    let odd = Odd::with_profile(failed, PRICED);
    let all = ["generate", "a fox", "--image", "@last", "--mask", "@p1abc/1"];
    for (locale, said) in [
        ("C", "--image @last would be fetched first, for output:to-come\n"),
        ("zh_CN.UTF-8", "--image @last 会先取回，填入 output:to-come 处\n"),
    ] {
        let ran = odd.shown(locale, &[&all[..], &["--dry-run"]].concat());
        assert!(ran.code == Some(0) && ran.stdout.contains(said), "{ran:?}");
    }
    let ran = odd.run(&[&all[..], &["--dry-run=json"]].concat());
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["request"]["body"]["input"]["image"], "output:to-come");
    let references = json!([
        {"input": "image", "flag": "image", "output": "@last"},
        {"input": "mask", "flag": "mask", "output": "@p1abc/1"},
    ]);
    assert_eq!((&document["references"], &document["uploads"]), (&references, &json!([])));
    let ran = odd.run(&[&all[..], &["--dry-run=curl"]].concat());
    assert!(ran.stdout.contains(r#""image":"'"${IMAGE_URL:?}"'","mask":"'"${MASK_URL:?}"'""#));
    let said = "--mask @p1abc/1 is an output of an earlier prediction; set MASK_URL to its URL";
    assert!(ran.stderr.contains(said) && !ran.stdout.contains("to-come"), "{ran:?}");
    assert_eq!(odd.requests(), [""; 0]);
}
