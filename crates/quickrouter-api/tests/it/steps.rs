//! How many bars a log will draw, and of how many steps.

use quickrouter_api::{find_model, models};
use serde_json::{Value, json};

fn passes(model: &str, input: &Value) -> Vec<u64> {
    find_model(model).unwrap().progress_bars(input.as_object().unwrap())
}

#[test]
fn one_bar_has_the_steps_that_were_sent_or_the_contracts_default() {
    let sdxl = "stability-ai/sdxl";
    assert_eq!(passes(sdxl, &json!({})), [50]);
    assert_eq!(passes(sdxl, &json!({"num_inference_steps": 7})), [7]);
    assert_eq!(passes(sdxl, &json!({"num_inference_steps": 7.0})), [7]);
    assert_eq!(passes(sdxl, &json!({"num_inference_steps": 7, "refine_steps": 3})), [7]);
    assert_eq!(passes(sdxl, &json!({"num_inference_steps": 7, "refine": "no_refiner"})), [7]);
    assert_eq!(passes("stability-ai/stable-diffusion", &json!({})), [50]);
}

#[test]
fn a_shared_second_bar_has_what_the_first_leaves() {
    let with = |more: Value| {
        let mut input = json!({"num_inference_steps": 25, "refine": "expert_ensemble_refiner"});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        passes("stability-ai/sdxl", &input)
    };
    assert_eq!(with(json!({})), [20, 5]);
    assert_eq!(with(json!({"high_noise_frac": 0.5})), [13, 12]);
    assert_eq!(with(json!({"high_noise_frac": 1})), [25]);
    assert_eq!(with(json!({"high_noise_frac": 0, "refine_steps": 9})), [25]);
}

#[test]
fn a_second_bar_of_its_own_has_its_steps_or_as_many_as_the_first() {
    let refine = "base_image_refiner";
    let sdxl = |input: Value| passes("stability-ai/sdxl", &input);
    assert_eq!(sdxl(json!({"refine": refine})), [50, 50]);
    assert_eq!(sdxl(json!({"refine": refine, "num_inference_steps": 20})), [20, 20]);
    assert_eq!(sdxl(json!({"refine": refine, "refine_steps": 5})), [50, 5]);
    assert_eq!(sdxl(json!({"refine": refine, "high_noise_frac": 0.5})), [50, 50]);
}

#[test]
fn what_counts_no_steps_or_does_not_say_how_many_is_unknown() {
    assert_eq!(passes("minimax/video-01-live", &json!({"prompt": "a"})), [0; 0]);
    let counted = json!({"prompt": "a", "num_inference_steps": 28});
    assert_eq!(passes("black-forest-labs/flux-fill-dev", &counted), [0; 0], "its log shows none");
    for steps in [json!("many"), json!(-1), json!(2.5), json!(0)] {
        let input = json!({"num_inference_steps": steps});
        assert_eq!(passes("stability-ai/sdxl", &input), [0; 0], "{steps}");
    }
}

#[test]
fn every_input_that_counts_steps_by_its_name_is_named_as_such() {
    for model in models() {
        let names = ["num_inference_steps", "steps"];
        let counts = model.inputs().any(|(name, _)| names.contains(&name));
        assert_eq!(model.input_schema().get("x-steps").is_some(), counts, "{}", model.name);
    }
}
