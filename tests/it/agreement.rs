//! The SDK's local check and the emulator's check, written apart, say the same of every input.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use quickrouter::catalog::{Model, models};
use quickrouter::{AnyInput, Client};
use serde_json::{Map, Value, json};

/// Values around the limits of one input, and some of no type it knows.
fn value(schema: &'static Value) -> BoxedStrategy<Value> {
    let edges: Vec<Value> = ["minimum", "maximum", "multipleOf", "default"]
        .into_iter()
        .filter_map(|key| limit(schema, key))
        .flat_map(|limit| match limit.as_f64() {
            Some(n) => vec![
                json!(n),
                json!(n - 1.0),
                json!(n + 1.0),
                json!(n + 0.5),
                json!(n * 3.0),
                json!(n * 3.0 + 0.25),
            ],
            None => vec![limit.clone()],
        })
        .chain(edges_of_integers(schema))
        .chain(schema.get("enum").and_then(Value::as_array).into_iter().flatten().cloned())
        .chain([json!(0)])
        .collect();
    prop_oneof![
        6 => proptest::sample::select(edges),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<i16>().prop_map(Value::from),
        1 => (-1e6..1e6).prop_map(|n: f64| json!(n)),
        1 => "[a-zA-Z_]{0,8}".prop_map(Value::from),
        3 => uri().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(json!([])),
        1 => Just(json!({"a": 1})),
    ]
    .boxed()
}

/// A limit of the model's own schema, or one from elsewhere.
fn limit<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    schema.get(key).or_else(|| schema["allOf"].get(0)?.get(key))
}

fn edges_of_integers(schema: &Value) -> Vec<Value> {
    let limits = ["minimum", "maximum", "multipleOf"]
        .into_iter()
        .filter_map(|key| limit(schema, key)?.as_i64());
    let around = |n: i64| {
        [Some(n), n.checked_sub(1), n.checked_add(1), n.checked_mul(5)].map(|n| n.map(Value::from))
    };
    limits.flat_map(around).flatten().collect()
}

/// Text that is a URI, nearly one, or none.
fn uri() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![
        Just("https"),
        Just("http"),
        Just("data"),
        Just("ht tp"),
        Just("1a"),
        Just("a+b"),
        Just("")
    ];
    let rest = prop_oneof![
        "//[a-z]{1,5}\\.[a-z]{2}(:[0-9]{1,4})?(/[a-zA-Z0-9._~%!$&'()*+,;=:@-]{0,6}){0,2}(\\?[a-z=&/?]{0,5})?(#[a-z]{0,3})?",
        "image/png;base64,[A-Za-z0-9+/]{0,12}={0,2}",
        "[ -~]{0,10}",
        "//[ -~]{0,10}",
        "[ü中 ]{0,3}",
    ];
    (scheme, any::<bool>(), rest)
        .prop_map(|(scheme, colon, rest)| format!("{scheme}{}{rest}", if colon { ":" } else { "" }))
}

/// An input with any of a model's fields, and at times one it does not have.
fn input(model: &'static Model) -> impl Strategy<Value = Value> {
    let fields: Vec<_> = model
        .inputs()
        .map(|(name, schema)| {
            let often = if model.required().any(|field| field == name) { 0.9 } else { 0.3 };
            (Just(name), proptest::option::weighted(often, likely(schema)))
        })
        .collect();
    (fields, proptest::option::weighted(0.1, "[a-z_]{1,6}")).prop_map(|(fields, extra)| {
        let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let mut input: Map<String, Value> = given.collect();
        if let Some(extra) = extra {
            input.insert(extra, json!(1));
        }
        Value::Object(input)
    })
}

/// Mostly a value that fits, so that whole inputs are accepted often enough.
fn likely(schema: &'static Value) -> BoxedStrategy<Value> {
    let fitting = schema.get("default").cloned().unwrap_or_else(|| match schema.get("format") {
        Some(_) => json!("https://example.com/a.png"),
        None if schema["type"] == "string" => json!("text"),
        None => json!(8),
    });
    prop_oneof![5 => Just(fitting), 1 => value(schema)].boxed()
}

/// Runs both checks over many inputs of one model and fails on the first they differ in.
fn compare(model: &'static Model, what: &str, cases: u32, inputs: impl Strategy<Value = Value>) {
    let client = Client::builder().api_key("k").build().unwrap();
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&inputs, |input| {
        let local = client.check(AnyInput::new(model.name, input.clone()));
        let emulator = quickrouter_emulator::check(model, &input);
        let same = local.is_ok() == emulator.is_ok();
        prop_assert!(same, "{input}: local {local:?}, emulator {emulator:?}");
        Ok(())
    });
    if let Err(error) = result {
        panic!("{} {what}: {error}", model.name);
    }
}

#[test]
fn both_checks_accept_and_refuse_the_same_inputs() {
    for model in models() {
        compare(model, "whole", 250, input(model));
    }
}

#[test]
fn both_checks_agree_on_every_value_around_every_limit() {
    for model in models() {
        for (name, schema) in model.inputs() {
            let inputs = value(schema).prop_map(move |value| {
                let mut input = json!({});
                for field in model.required() {
                    input[field] = json!("https://example.com/a");
                }
                input[name] = value;
                input
            });
            compare(model, name, 150, inputs);
        }
    }
}

#[test]
fn the_inputs_compared_are_accepted_and_refused_often_enough() {
    let client = Client::builder().api_key("k").build().unwrap();
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let (mut accepted, mut refused) = (0, 0);
    for model in models() {
        for _ in 0..100 {
            let tree = input(model).new_tree(&mut runner).unwrap();
            match client.check(AnyInput::new(model.name, tree.current())) {
                Ok(_) => accepted += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(accepted > 50 && refused > 50, "{accepted} accepted, {refused} refused: one-sided");
}

/// `Model::effective` drops inputs by these rules, so their conditions must be evaluated exactly.
#[test]
fn a_rule_applies_where_a_schema_library_says_that_its_condition_holds() {
    let mut fired = 0;
    for model in models() {
        let rules: Vec<_> = model
            .rules()
            .iter()
            .map(|rule| (rule, jsonschema::validator_for(&rule.when).unwrap()))
            .collect();
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new(config);
        for _ in 0..400 {
            let input = input(model).new_tree(&mut runner).unwrap().current();
            for (rule, library) in &rules {
                let matches = rule.matches(input.as_object().unwrap());
                assert_eq!(matches, library.is_valid(&input), "{}: {input}", rule.message);
                fired += usize::from(matches);
            }
        }
    }
    assert!(fired > 100, "{fired}: nearly none matched");
}
