//! Rule 5: refuse before it costs.

use std::fmt::Write;

use quickrouter::{AnyInput, CreateRequest, Error, ModelInput, SdxlInput, models};
use serde_json::{Value, json};

use crate::scripted::{Script, answer, prediction};

const SDXL: &str = "stability-ai/sdxl";

async fn refused(model: &str, input: Value) -> Error {
    let script = Script::new([]);
    let error = script.client().run(AnyInput::new(model, input)).await.unwrap_err();
    assert!(script.sent().is_empty(), "nothing may be sent");
    error
}

#[tokio::test]
async fn bad_input_is_refused_with_field_value_and_limit_before_any_request() {
    let wrong = [
        json!({"num_outputs": 5}),
        json!({"num_outputs": 0}),
        json!({"width": 1001}),
        json!({"width": 0}),
        json!({"width": -8}),
        json!({"refine_steps": 0, "refine": "base_image_refiner"}),
        json!({"width": 1000.5}),
        json!({"width": "wide"}),
        json!({"width": null}),
        json!({"scheduler": "EULER"}),
        json!({"scheduler": 3}),
        json!({"guidance_scale": 50.1}),
        json!({"apply_watermark": "yes"}),
        json!({"widht": 768}),
        json!({"sampler": "ddim"}),
        json!({"image": "picture.png"}),
        json!({"prompt": ["a"]}),
        json!({"prompt_strength": -0.1}),
    ];
    let mut shown = String::new();
    for input in wrong {
        writeln!(shown, "{}", refused(SDXL, input).await).unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let input = json!({"num_outputs": 5, "width": 1001, "scheduler": "EULER", "promt": "a"});
    let error = refused(SDXL, input).await;
    let Error::InputRefused { violations, .. } = &error else { panic!("{error}") };
    let fields: Vec<&str> = violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["num_outputs", "width", "scheduler", "promt"]);
    assert_eq!(violations[0].value, Some(json!(5)));
    insta::assert_snapshot!(error);
}

#[tokio::test]
async fn what_a_model_requires_must_be_there() {
    for model in models().iter().filter(|model| model.required().next().is_some()) {
        let error = refused(model.name, json!({})).await;
        let Error::InputRefused { violations, .. } = &error else { panic!("{error}") };
        let missing: Vec<&str> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(missing, model.required().collect::<Vec<_>>(), "{}", model.name);
    }
}

#[tokio::test]
async fn a_rule_between_inputs_can_refuse() {
    let input =
        json!({"prompt": "a", "input_image": "https://example.com/a.png", "safety_tolerance": 5});
    insta::assert_snapshot!(refused("black-forest-labs/flux-kontext-pro", input).await);
}

#[tokio::test]
async fn what_the_model_would_ignore_comes_back_as_warnings() {
    let image = "https://example.com/a.png";
    let ignored = [
        json!({"mask": image}),
        json!({"prompt_strength": 0.5}),
        json!({"image": image, "width": 512, "height": 512}),
        json!({"high_noise_frac": 0.5}),
        json!({"refine_steps": 5, "refine": "expert_ensemble_refiner"}),
        json!({"lora_scale": 0.5}),
    ];
    let mut shown = String::new();
    for input in ignored {
        let script = Script::new([answer(201, &prediction("starting"))]);
        let created = script.client().create(AnyInput::new(SDXL, input.clone())).await.unwrap();
        writeln!(shown, "{input}").unwrap();
        for warning in created.warnings() {
            writeln!(shown, "  {warning}\n  {}", warning.message_zh).unwrap();
        }
    }
    insta::assert_snapshot!(shown);
    let fine = json!({"image": image, "mask": image, "width": 512, "prompt_strength": 0.5, "refine": "base_image_refiner", "refine_steps": 5});
    let script = Script::new([]);
    assert_eq!(script.client().check(AnyInput::new(SDXL, fine)).unwrap(), []);
}

#[tokio::test]
async fn limits_themselves_are_allowed() {
    let inputs = [
        json!({"num_outputs": 1}),
        json!({"num_outputs": 4}),
        json!({"num_inference_steps": 500}),
        json!({"guidance_scale": 1}),
        json!({"guidance_scale": 50}),
        json!({"width": 8}),
        json!({"width": 768.0}),
        json!({"prompt_strength": 0, "image": "data:image/png;base64,AAAA"}),
        json!({"seed": -1}),
        json!({"prompt": ""}),
    ];
    for input in inputs {
        let checked = Script::new([]).client().check(AnyInput::new(SDXL, input.clone()));
        assert!(checked.is_ok(), "{input}: {checked:?}");
    }
}

#[tokio::test]
async fn a_file_too_large_for_an_input_is_refused_with_both_sizes() {
    let file = format!("data:image/png;base64,{}", "A".repeat(1_500_000));
    insta::assert_snapshot!(refused(SDXL, json!({"image": file})).await);
}

#[tokio::test]
async fn a_model_that_is_no_model_is_refused() {
    let mut shown = String::new();
    for model in
        ["", "sdxl", "SDXL", "a/b/c", "stability-ai/", "a/..", "a/b:c", "stability-ai/sdxl:7762"]
    {
        writeln!(shown, "{}", refused(model, json!({})).await).unwrap();
    }
    writeln!(shown, "{}", refused(SDXL, json!([1])).await).unwrap();
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn an_unchecked_request_is_sent_as_it_is() {
    let script = Script::new([answer(201, &prediction("starting"))]);
    let request = CreateRequest::new(AnyInput::new(SDXL, json!({"new_input": 1}))).unchecked();
    script.client().create(request).await.unwrap();
    assert_eq!(script.sent()[0].body["input"], json!({"new_input": 1}));
}

#[test]
fn the_json_schema_of_an_input_is_the_contracts_own() {
    let schema = schemars::schema_for!(SdxlInput);
    let width = schema.pointer("/properties/width/multipleOf");
    assert_eq!(width, SdxlInput::model().input_schema().pointer("/properties/width/multipleOf"));
    assert!(width.is_some(), "limits are not lost");
}
