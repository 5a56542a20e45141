use std::collections::HashSet;

use rmcp::model::Tool;
use serde_json::{Value, json};

use crate::error::ToolError;
use crate::inputs::arguments;
use crate::pictures::Images;
use crate::results::content;
use crate::results::prediction::PredictionReport;
use crate::schema::{names, tools};

fn inputs() -> impl Iterator<Item = (Tool, Value)> {
    tools().into_iter().map(|tool| {
        let schema = Value::Object(tool.input_schema.as_ref().clone());
        (tool, schema)
    })
}

fn output(name: &str) -> Value {
    let tool = tools().into_iter().find(|tool| tool.name == name).unwrap();
    Value::Object(tool.output_schema.unwrap().as_ref().clone())
}

/// Calls `visit` with every schema of a schema and where it is: itself, its properties, its items.
fn walk(place: &str, schema: &Value, visit: &mut impl FnMut(&str, &Value)) {
    visit(place, schema);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        walk(&format!("{place}.{name}"), property, visit);
    }
    if let Some(items) = schema.get("items") {
        walk(&format!("{place}[]"), items, visit);
    }
}

#[test]
fn the_tools_are_as_they_are_listed() {
    for tool in tools() {
        let shown = serde_json::to_string_pretty(&tool).unwrap();
        insta::assert_snapshot!(tool.name.as_ref(), shown);
    }
}

#[test]
fn every_tool_has_a_name_a_title_and_a_description_that_clients_take() {
    let all = tools();
    let unique: HashSet<&str> = all.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!((all.len(), unique.len()), (9, 9));
    for tool in &all {
        // Limits of OpenAI (github.com/nanbingxyz/5ire/issues/403, and for descriptions
        // github.com/janwilmake/openapi-mcp-server/issues/23).
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        assert!(tool.name.len() <= 64 && tool.name.chars().all(fits), "{}", tool.name);
        assert!(tool.title.is_some(), "{}", tool.name);
        let description = tool.description.as_deref().unwrap();
        assert!((80..=1024).contains(&description.len()), "{}: {}", tool.name, description.len());
    }
}

#[test]
fn only_the_tools_that_create_or_cancel_say_so() {
    for tool in tools() {
        let hints = tool.annotations.unwrap();
        let creates = [names::GENERATE_IMAGE, names::RUN_MODEL].contains(&tool.name.as_ref());
        let saves = [names::WAIT_PREDICTION, names::SAVE_OUTPUTS].contains(&tool.name.as_ref());
        let cancels = tool.name == names::CANCEL_PREDICTION;
        let writes = creates || saves || cancels;
        assert_eq!(hints.read_only_hint, Some(!writes), "{}", tool.name);
        assert_eq!(hints.destructive_hint, writes.then_some(cancels), "{}", tool.name);
        assert_eq!(hints.idempotent_hint, writes.then_some(true), "{}", tool.name);
        let closed = [names::LIST_MODELS, names::DESCRIBE_MODEL].contains(&tool.name.as_ref());
        assert_eq!(hints.open_world_hint, Some(!closed), "{}", tool.name);
        assert_eq!(tool.description.unwrap().contains("Costs money"), creates, "{}", tool.name);
    }
}

#[test]
fn every_schema_is_an_object_of_the_newest_draft() {
    for tool in tools() {
        for schema in [Some(tool.input_schema), tool.output_schema] {
            let schema = Value::Object(schema.unwrap().as_ref().clone());
            jsonschema::draft202012::meta::validate(&schema).unwrap();
            assert_eq!(schema["type"], "object", "{}", tool.name);
            assert!(schema["properties"].is_object(), "{}", tool.name);
            assert!(schema.get("$schema").is_none() && !schema.to_string().contains("$ref"));
        }
    }
}

#[test]
fn every_number_has_a_range_and_every_input_a_description() {
    let mut numbers = 0;
    for (tool, schema) in inputs() {
        walk(&tool.name, &schema, &mut |place, schema| {
            if matches!(schema["type"].as_str(), Some("integer" | "number")) {
                numbers += 1;
                let limit = |name: &str| schema[name].as_f64().unwrap_or_else(|| panic!("{place}"));
                assert!(limit("minimum") < limit("maximum"), "{place}");
                // All JSON readers hold such integers exactly.
                assert!(limit("minimum") > -9.1e15 && limit("maximum") < 9.1e15, "{place}");
            }
            let described = schema["description"].as_str().is_some_and(|text| text.len() > 10);
            assert!(described || place == tool.name, "{place}");
        });
    }
    assert!(numbers > 8, "{numbers}");
}

#[test]
fn an_input_schema_has_no_keyword_that_a_client_refuses() {
    let common = HashSet::from([
        "type",
        "description",
        "properties",
        "required",
        "additionalProperties",
        "enum",
        "default",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
    ]);
    for (tool, schema) in inputs() {
        assert_eq!(schema["additionalProperties"], false, "{}", tool.name);
        assert!(schema["required"].is_array(), "{}", tool.name);
        walk(&tool.name, &schema, &mut |place, schema| {
            let keywords = schema.as_object().unwrap().keys();
            for keyword in keywords {
                assert!(common.contains(keyword.as_str()), "{place}: {keyword}");
            }
            assert!(schema["type"].is_string(), "{place}");
            // Gemini refuses empty words (github.com/sbroenne/mcp-server-excel/issues/607), and an
            // object without properties in another (github.com/MarkusPfundstein/mcp-obsidian/issues/21).
            let words = schema["enum"].as_array().into_iter().flatten();
            assert!(
                words.into_iter().all(|word| word.as_str().is_some_and(|word| !word.is_empty()))
            );
            let is_empty = schema["properties"].as_object().is_some_and(serde_json::Map::is_empty);
            assert!(!is_empty || place == tool.name, "{place}");
        });
    }
}

#[test]
fn a_request_id_is_bounded_alike_in_the_schema_and_in_the_code() {
    let schema = inputs().find(|(tool, _)| tool.name == names::GENERATE_IMAGE).unwrap().1;
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (longest, too_long) = ("狐".repeat(128), "狐".repeat(129));
    let ids = ["a", "狐-1 (b)", &longest, "", &too_long, "a\u{1b}", "a\n", "\u{0}", "a\u{9b}"];
    for id in ids {
        let call = json!({"request_id": id});
        let read = arguments::generate_image(call.as_object().unwrap().clone());
        assert_eq!(validator.is_valid(&call), read.is_ok(), "{id:?}");
    }
    assert!(!validator.is_valid(&json!({"prompt": "a fox"})));
    assert!(!validator.is_valid(&json!({"request_id": "a", "promt": "a fox"})));
}

#[test]
fn results_and_errors_fit_the_output_schemas() {
    let report = PredictionReport { id: Some("a".to_owned()), ..PredictionReport::default() };
    let finished = content::prediction(&report, Images::None).structured_content.unwrap();
    let error = ToolError::arguments("It is wrong.", "Correct it.").of_request("a");
    let refused = content::error(&error, None);
    let refused = refused.structured_content.unwrap();
    for tool in tools() {
        let schema = output(&tool.name);
        let validator = jsonschema::validator_for(&schema).unwrap();
        // Older clients of the TypeScript SDK check errors, too
        // (github.com/modelcontextprotocol/typescript-sdk/issues/1943).
        assert!(validator.is_valid(&refused), "{}", tool.name);
        assert!(!validator.is_valid(&json!({"error": {"http_status": "none"}})), "{}", tool.name);
        if schema["properties"].get("percent").is_some() {
            assert!(validator.is_valid(&finished), "{}", tool.name);
            assert!(!validator.is_valid(&json!({"status": 7})), "{}", tool.name);
        }
    }
}
