//! What a model uses where an input leaves something out.

use std::fmt::Write as _;

use proptest::prelude::*;
use quickrouter_api::inputs::{
    FluxFillDevInput, FluxFillProInput, FluxKontextMaxInput, FluxKontextProInput,
    IdeogramV2TurboInput, MultiImageKontextMaxInput, SdxlInput, SdxlInputRefine,
    SdxlInputScheduler, StableDiffusionInput, Video01LiveInput,
};
use quickrouter_api::{Model, ModelInput, models};
use serde_json::{Map, Value, json};

const IMAGE: &str = "https://example.com/in.png";

fn sdxl() -> &'static Model {
    SdxlInput::model()
}

fn object(value: impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(value).unwrap() {
        Value::Object(map) => map,
        other => panic!("{other}"),
    }
}

/// What a model requires, and nothing else.
fn minimal(model: &Model) -> Map<String, Value> {
    let value = |name: &str| match model.input(name).unwrap().get("format") {
        Some(_) => json!(IMAGE),
        None => json!("a red door"),
    };
    model.required().map(|name| (name.to_owned(), value(name))).collect()
}

fn lines(map: &Map<String, Value>) -> String {
    map.iter().fold(String::new(), |mut text, (name, value)| {
        writeln!(text, "  {name}: {value}").unwrap();
        text
    })
}

#[test]
fn every_model_tells_what_it_uses_of_an_input_that_sets_only_what_it_must() {
    let told: Vec<String> = models()
        .iter()
        .map(|model| {
            let effective = model.effective(&minimal(model));
            format!("{}\n{}", model.name, lines(&effective))
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_default_that_follows_another_input_and_one_that_needs_it_come_with_it() {
    let cases = [
        json!({"refine": "base_image_refiner", "num_inference_steps": 25}),
        json!({"refine": "base_image_refiner", "refine_steps": 5}),
        json!({"refine": "expert_ensemble_refiner", "refine_steps": 5}),
        json!({"image": IMAGE, "width": 512}),
        json!({"image": IMAGE, "mask": IMAGE, "prompt_strength": 0.5}),
        json!({"mask": IMAGE, "replicate_weights": "owner/lora", "seed": 7}),
    ];
    let told: Vec<String> = cases
        .iter()
        .map(|input| format!("{input}\n{}", lines(&sdxl().effective(&object(input)))))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn defaults_has_every_default_and_nothing_random() {
    let defaults = SdxlInput::defaults();
    assert_eq!(defaults.width, Some(1024));
    assert_eq!(defaults.scheduler, Some(SdxlInputScheduler::KEuler));
    assert_eq!(defaults.prompt.as_deref(), Some("An astronaut riding a rainbow unicorn"));
    assert_eq!(defaults.prompt_strength, Some(0.8), "though it counts only with an image");
    assert_eq!(defaults.refine_steps, defaults.num_inference_steps);
    assert_eq!((defaults.seed, defaults.image, defaults.mask), (None, None, None));
}

#[test]
fn effective_is_what_was_set_then_the_defaults_without_what_is_ignored() {
    let input = SdxlInput::builder()
        .prompt("a red door")
        .width(512)
        .num_inference_steps(25)
        .refine(SdxlInputRefine::BaseImageRefiner)
        .mask(IMAGE)
        .build();
    let effective = input.effective();
    assert_eq!(effective.prompt.as_deref(), Some("a red door"));
    assert_eq!((effective.width, effective.height), (Some(512), Some(1024)));
    assert_eq!(effective.refine_steps, Some(25));
    assert_eq!((effective.mask, effective.prompt_strength), (None, None), "there is no image");
    assert_eq!(effective.high_noise_frac, None, "it is for the other refiner");
    assert_eq!(effective.seed, None);
    let seeded = SdxlInput::builder().seed(i64::MIN).build();
    assert_eq!(seeded.effective().seed, Some(i64::MIN));
}

#[test]
fn what_is_not_set_is_not_sent_whatever_effective_says() {
    let input = SdxlInput::builder().width(512).build();
    let before = object(&input);
    assert_eq!(input.effective().height, Some(1024));
    assert_eq!(object(&input), before);
    assert_eq!(before, object(json!({"width": 512})));
}

/// The typed way and the data agree for a model.
fn agrees<I, E>(input: &I, effective: &E, defaults: &E) -> &'static str
where
    I: ModelInput,
    E: serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let model = I::model();
    let typed = |data: Map<String, Value>| -> E { serde_json::from_value(data.into()).unwrap() };
    assert_eq!(*effective, typed(model.effective(&object(input))), "{}", model.name);
    assert_eq!(*defaults, typed(model.defaults()), "{}", model.name);
    model.name
}

#[test]
fn every_input_type_says_the_same_as_the_data_it_is_made_from() {
    macro_rules! agree {
        ($($input:ident),* $(,)?) => {
            [$({
                let model = $input::model();
                let input: $input = serde_json::from_value(minimal(model).into()).unwrap();
                agrees(&input, &input.effective(), &$input::defaults())
            }),*]
        };
    }
    let seen = agree![
        SdxlInput,
        StableDiffusionInput,
        FluxKontextMaxInput,
        FluxKontextProInput,
        MultiImageKontextMaxInput,
        FluxFillProInput,
        FluxFillDevInput,
        IdeogramV2TurboInput,
        Video01LiveInput,
    ];
    assert_eq!(seen.to_vec(), models().iter().map(|model| model.name).collect::<Vec<_>>());
}

#[test]
fn a_null_counts_as_left_out_and_what_the_contract_does_not_know_is_kept() {
    let input = object(json!({"width": null, "image": null, "prompt_strength": 0.5, "new": [1]}));
    let effective = sdxl().effective(&input);
    assert_eq!((&effective["width"], &effective["new"]), (&json!(1024), &json!([1])));
    assert!(!effective.contains_key("image") && !effective.contains_key("prompt_strength"));
}

/// Some of a model's inputs with a value of some kind, fitting or not.
fn some_input(model: &'static Model) -> impl Strategy<Value = Map<String, Value>> {
    let value = |schema: &Value| {
        let words = schema["enum"].as_array().cloned().unwrap_or_default();
        let all = words.into_iter().chain([json!(1), json!(0.25), json!("text"), json!(true)]);
        proptest::sample::select(all.collect::<Vec<_>>())
    };
    let fields: Vec<_> = model
        .inputs()
        .map(|(name, schema)| (Just(name), proptest::option::of(value(schema))))
        .collect();
    fields.prop_map(|fields| {
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Each value is the one set, or where none is set a default; what is missing although it was set
    /// is what a rule says is ignored.
    #[test]
    fn nothing_that_is_set_is_replaced(
        (model, input) in proptest::sample::select(models().iter().collect::<Vec<_>>())
            .prop_flat_map(|model| (Just(model), some_input(model)))
    ) {
        let effective = model.effective(&input);
        for (name, value) in &effective {
            match input.get(name) {
                Some(set) => prop_assert_eq!(set, value),
                None => {
                    let schema = model.input(name).unwrap();
                    let followed = schema["x-default-from"].as_str();
                    let followed = followed.and_then(|name| input.get(name));
                    let default = followed.cloned().or_else(|| model.defaults().get(name).cloned());
                    prop_assert_eq!(&default, &Some(value.clone()));
                }
            }
        }
        for name in input.keys().filter(|name| !effective.contains_key(*name)) {
            let mut rules = model.rules().iter().filter(|rule| rule.ignored);
            prop_assert!(rules.any(|rule| rule.field == *name && rule.matches(&input)), "{}", name);
        }
        prop_assert_eq!(model.effective(&effective), effective, "once more changes nothing");
    }
}
