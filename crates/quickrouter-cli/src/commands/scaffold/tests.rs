use quickrouter::Prediction;
use serde_json::{Value, json};

use super::program;
use crate::args::scaffold::Language;

const ALL: [(&str, Language); 4] = [
    ("rust", Language::Rust),
    ("python", Language::Python),
    ("javascript", Language::Javascript),
    ("curl", Language::Curl),
];

fn prediction(rest: &Value) -> Prediction {
    let mut prediction = json!({
        "id": "p1",
        "status": "succeeded",
        "model": "stability-ai/sdxl",
        "version": "7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc",
        "input": {"prompt": "a \"red\" door {{ id }}", "seed": 7, "apply_watermark": false},
    });
    prediction.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    Prediction::from_json(prediction).unwrap()
}

#[test]
fn a_program_for_each_language_makes_the_prediction_again() {
    for (name, language) in ALL {
        insta::assert_snapshot!(name, program(&prediction(&json!({})), language).unwrap());
    }
}

#[test]
fn a_model_without_a_version_is_created_by_its_name() {
    let official = prediction(&json!({"version": "hidden"}));
    let program = program(&official, Language::Python).unwrap();
    assert!(program.contains("PATH = \"/v1/models/stability-ai/sdxl/predictions\""), "{program}");
    assert!(!program.contains("\"version\""), "{program}");
}

#[test]
fn names_from_a_gateway_end_no_comment_and_no_path() {
    let odd = prediction(&json!({"id": "p\n\"\"\"*/\nevil()", "model": "a/../../b"}));
    for (_, language) in ALL {
        let program = program(&odd, language).unwrap();
        assert!(!program.contains("\nevil"), "{program}");
        assert!(!program.contains(".."), "{program}");
    }
    let nameless = prediction(&json!({"version": null, "model": "a/../../b"}));
    let failure = program(&nameless, Language::Curl).unwrap_err();
    assert_eq!(failure.code, 1);
}

#[test]
fn a_prediction_whose_input_is_gone_makes_no_program() {
    for rest in [json!({"data_removed": true}), json!({"input": null}), json!({"input": "x"})] {
        assert_eq!(program(&prediction(&rest), Language::Rust).unwrap_err().code, 1, "{rest}");
    }
}

#[test]
fn a_seed_that_javascript_would_round_stays_text() {
    let seeded = prediction(&json!({"input": {"seed": 18_446_744_073_709_551_615_u64}}));
    let program = program(&seeded, Language::Javascript).unwrap();
    assert!(program.contains(r#"\"seed\":18446744073709551615}"#), "{program}");
}

#[test]
fn an_input_with_more_values_than_a_macro_takes_is_text_in_rust() {
    let many: Vec<u32> = (0..2000).collect();
    let large = prediction(&json!({"input": {"prompt": "a \"fox\"", "points": many}}));
    let program = program(&large, Language::Rust).unwrap();
    let line = r#"json!(serde_json::from_str::<serde_json::Value>("{\"prompt\":\"a \\\"fox\\\"\","#;
    assert!(program.contains(line), "{program:.2000}");
}
