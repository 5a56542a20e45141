//! How logs look: bars of several kinds, words, or nothing.

use crate::definitions::run;
use crate::rig::{Rig, settings};
use quickrouter_emulator::{LogShape, LogStyle, ModelDefinition, OutputKind};
use serde_json::json;
use std::fmt::Write as _;

/// The log of a model with this style, for four steps.
async fn log(style: impl Into<LogStyle>) -> String {
    let model = ModelDefinition::new("acme/model").output(OutputKind::Images).log(style);
    let rig = Rig::with(settings().model(model));
    let input =
        json!({"prompt": "a", "seed": 7, "steps": 4, "num_outputs": 2, "width": 64, "height": 64});
    run(&rig, "acme/model", input).await["logs"].as_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_style_says_how_a_log_looks() {
    let bars = || LogStyle::from(LogShape::Bars).seconds_per_step(0.5);
    let styles = [
        ("bars", bars()),
        ("every second step", bars().every(2)),
        ("carriage returns", bars().carriage_returns()),
        ("slow steps", bars().seconds_per_step(2.5)),
        ("loading before", bars().loading(3)),
        ("a bar for each output", bars().bar_for_each_output().every(4)),
        ("words", LogShape::Words.into()),
        ("none", LogShape::None.into()),
    ];
    let mut all = String::new();
    for (name, style) in styles {
        let _ = write!(all, "--- {name}\n{}", log(style).await.replace('\r', "\\r"));
    }
    insta::assert_snapshot!("styles", all);
}

#[tokio::test(start_paused = true)]
async fn the_input_decides_the_steps_and_a_model_without_steps_has_no_bar() {
    let text = log(LogShape::Bars).await;
    assert!(text.contains("4/4"), "{text}");
    let rig = Rig::with(settings().model(ModelDefinition::new("acme/model")));
    let done = run(&rig, "acme/model", json!({"prompt": "a"})).await;
    assert!(!done["logs"].as_str().unwrap().contains("it/s"), "{done}");
}

#[tokio::test(start_paused = true)]
async fn a_model_of_the_contract_whose_log_has_words_draws_no_bars() {
    let rig = Rig::new();
    let image = "https://example.com/a.png";
    let input = json!({"prompt": "a", "image": image, "steps": 30});
    let done = run(&rig, "black-forest-labs/flux-fill-pro", input).await;
    let logs = done["logs"].as_str().unwrap();
    assert!(logs.ends_with("Prompt: a\nGenerating...\nDone in 4.0 s\n"), "{logs}");
}
