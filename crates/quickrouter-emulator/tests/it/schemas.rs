//! Schemas as real models have them, of OpenAPI 3.0 and 3.1, and what pydantic and Cog write: what an
//! input may be, and what is put out.

use crate::definitions::run;
use crate::rig::{Rig, settings};
use http::StatusCode;
use quickrouter_emulator::{Emulator, ModelDefinition};
use serde_json::{Value, json};

const VERSIONS: [&str; 2] = ["3.0.2", "3.1.0"];

fn document(openapi: &str, schemas: &Value) -> Value {
    json!({"openapi": openapi, "components": {"schemas": schemas}})
}

/// A gateway with a model that has the input `x`.
fn with_input(openapi: &str, x: &Value) -> Rig {
    let choices = json!({"type": "string", "enum": ["a", "b"]});
    let input = json!({"type": "object", "properties": {"x": x}});
    let document = document(openapi, &json!({"Input": input, "choices": choices}));
    Rig::with(settings().model(ModelDefinition::new("acme/model").openapi_schema(document)))
}

/// What a create with this input is refused for; nothing if it is accepted.
async fn refused(rig: &Rig, input: &Value) -> String {
    let created = rig.post("/replicate/v1/models/acme/model/predictions", input).await;
    let body = created.json();
    if created.status == StatusCode::CREATED { String::new() } else { body["detail"].to_string() }
}

/// The output of a model with this schema of it.
async fn output(openapi: &str, output: &Value, input: &Value) -> Value {
    let document = document(openapi, &json!({"Input": {"type": "object"}, "Output": output}));
    let model = ModelDefinition::new("acme/model").openapi_schema(document);
    run(&Rig::with(settings().model(model)), "acme/model", input.clone()).await["output"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_bound_is_exclusive_by_a_number_and_by_a_flag_in_every_version() {
    let forms = [
        json!({"type": "integer", "exclusiveMinimum": 30, "exclusiveMaximum": 32}),
        json!({"type": "integer", "minimum": 30, "exclusiveMinimum": true, "maximum": 31}),
        json!({"type": "integer", "minimum": 31, "exclusiveMinimum": false, "maximum": 31}),
    ];
    for (version, form) in
        VERSIONS.iter().flat_map(|version| forms.iter().map(move |x| (version, x)))
    {
        let rig = with_input(version, form);
        for (x, fits) in
            [(json!(30), false), (json!(31), true), (json!(31.0), true), (json!(32), false)]
        {
            let why = refused(&rig, &json!({"input": {"x": x}})).await;
            assert_eq!(why.is_empty(), fits, "{version} {form} {x}: {why}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_be_null_may_be_so_however_the_schema_says_it() {
    let forms = [
        json!({"type": "string", "enum": ["a", "b"], "nullable": true}),
        json!({"allOf": [{"$ref": "#/components/schemas/choices"}], "nullable": true, "default": "a"}),
        json!({"$ref": "#/components/schemas/choices", "nullable": true}),
        json!({"anyOf": [{"$ref": "#/components/schemas/choices"}, {"type": "null"}]}),
        json!({"type": ["string", "null"], "enum": ["a", "b", null]}),
    ];
    for (version, form) in
        VERSIONS.iter().flat_map(|version| forms.iter().map(move |x| (version, x)))
    {
        let rig = with_input(version, form);
        for x in [json!(null), json!("a")] {
            assert_eq!(refused(&rig, &json!({"input": {"x": x}})).await, "", "{version} {form}");
        }
        let why = refused(&rig, &json!({"input": {"x": "c"}})).await;
        assert!(why.starts_with(r#""- input.x: Must be one of: \"a\", \"b\""#), "{form}: {why}");
    }
    let rig = with_input("3.1.0", &json!({"type": ["string", "null"]}));
    let why = refused(&rig, &json!({"input": {"x": 7}})).await;
    assert_eq!(why, r#""- input.x: Invalid type. Expected: null, string\n""#);
    let rig = with_input("3.0.2", &json!({"type": "string"}));
    assert!(!refused(&rig, &json!({"input": {"x": null}})).await.is_empty(), "not null");
}

#[tokio::test(start_paused = true)]
async fn what_is_beside_a_reference_counts_with_openapi_3_1_also_where_that_is_a_number() {
    let x = json!({"$ref": "#/components/schemas/choices", "const": "a"});
    for (version, counts) in [(json!("3.0.2"), false), (json!("3.1.0"), true), (json!(3.1), true)] {
        let choices = json!({"type": "string", "enum": ["a", "b"]});
        let input = json!({"type": "object", "properties": {"x": x}});
        let document = json!({
            "openapi": version,
            "components": {"schemas": {"Input": input, "choices": choices}},
        });
        let model = ModelDefinition::new("acme/model").openapi_schema(document);
        let why = refused(&Rig::with(settings().model(model)), &json!({"input": {"x": "b"}})).await;
        assert_eq!(!why.is_empty(), counts, "{version}: {why}");
    }
}

#[test]
fn a_schema_that_cannot_be_used_is_refused_with_its_place() {
    for (x, place) in [
        (
            json!({"type": "string", "pattern": "^[a"}),
            "/components/schemas/Input/properties/x/pattern",
        ),
        (json!({"type": "text"}), "/components/schemas/Input/properties/x/type"),
        (json!({"$ref": "#/components/schemas/none"}), "/components/schemas/none"),
    ] {
        let input = json!({"type": "object", "properties": {"x": x}});
        let document = document("3.0.2", &json!({"Input": input}));
        let model = ModelDefinition::new("acme/model").openapi_schema(document);
        let error = Emulator::builder().model(model).in_memory().err().unwrap().to_string();
        assert!(error.contains("acme/model: openapi_schema") && error.contains(place), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_default_beyond_the_emulators_limits_is_the_models_own_choice() {
    let properties = json!({
        "width": {"type": "integer", "default": 0},
        "num_outputs": {"type": "integer", "default": 0},
        "steps": {"type": "integer", "default": 1_000_000},
    });
    let input = json!({"type": "object", "properties": properties});
    let document = document("3.0.2", &json!({"Input": input}));
    let model = ModelDefinition::new("acme/model").openapi_schema(document);
    let rig = Rig::with(settings().model(model));
    for input in [json!({}), json!({"width": 0, "num_outputs": 0, "steps": 1_000_000})] {
        let done = run(&rig, "acme/model", input).await;
        let picture = rig.output(&done["output"][0]).await;
        // The width in an IHDR chunk: https://www.w3.org/TR/png-3/#11IHDR
        assert_eq!(picture.body[16..20], 1024_u32.to_be_bytes());
    }
    let why = refused(&rig, &json!({"input": {"width": 8192}})).await;
    assert!(why.contains("input.width: The emulator's own limit"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn an_output_that_may_be_null_is_what_it_is_otherwise() {
    let file = json!({"type": "string", "format": "uri"});
    let absent = json!({"type": "null"});
    let none = json!({});
    for (openapi, schema) in [
        ("3.1.0", json!({"anyOf": [file, absent]})),
        ("3.1.0", json!({"anyOf": [absent, file]})),
        ("3.1.0", json!({"type": ["string", "null"], "format": "uri"})),
        ("3.0.2", json!({"type": "string", "format": "uri", "nullable": true})),
    ] {
        let url = output(openapi, &schema, &none).await;
        assert!(url.as_str().unwrap().ends_with("/out-0.png"), "{schema}: {url}");
    }
    for schema in [
        json!({"type": ["array", "null"], "items": file}),
        json!({"type": "array", "items": {"anyOf": [file, absent]}}),
    ] {
        let urls = output("3.1.0", &schema, &json!({"num_outputs": 2})).await;
        assert_eq!(urls.as_array().unwrap().len(), 2, "{schema}: {urls}");
    }
    let text = output("3.1.0", &json!({"type": ["string", "null"]}), &none).await;
    assert!(text.as_str().unwrap().starts_with("No model has written this"));
}

#[tokio::test(start_paused = true)]
async fn an_output_of_json_is_one_that_its_schema_allows() {
    let choices = json!({"type": "string", "enum": ["a", "b"]});
    let all = [
        choices.clone(),
        json!({"type": "array", "items": choices}),
        json!({"type": "number", "exclusiveMinimum": 5}),
        json!({"type": "number", "minimum": 0, "exclusiveMaximum": 1, "exclusiveMinimum": 0.5}),
        json!({"type": "integer", "exclusiveMinimum": 2.5, "maximum": 3}),
        json!({"type": "integer", "maximum": -3}),
        json!({"type": "array", "items": {"type": "integer"}, "minItems": 3}),
        json!({"type": "array", "items": {"type": "integer"}, "maxItems": 0}),
        json!({"type": "object", "additionalProperties": {"type": "string", "format": "uri"},
               "minProperties": 1}),
        json!({"type": "object", "required": ["a", "b"], "properties": {
            "a": {"type": "string", "minLength": 40},
            "b": {"anyOf": [{"type": "null"}, {"type": "string", "maxLength": 3}]},
            "c": {"type": ["integer", "null"]},
        }}),
    ];
    for schema in all {
        let value = output("3.1.0", &schema, &json!({})).await;
        let allowed = jsonschema::validate(&schema, &value);
        assert!(allowed.is_ok() && !value.is_null(), "{schema}: {value} {allowed:?}");
    }
}
