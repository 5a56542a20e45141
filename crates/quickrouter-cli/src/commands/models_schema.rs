//! `models MODEL --json-schema`: the input as a plain JSON Schema, for editors, forms and agents.

use quickrouter::catalog::{Model, input_json_schema, input_json_schema_zh};
use serde_json::Value;

use crate::text::lang::Lang;

/// The input's schema in a language.
pub(super) fn json_schema(model: &'static Model, lang: Lang) -> Value {
    match lang {
        Lang::English => input_json_schema(model),
        Lang::Chinese => input_json_schema_zh(model),
    }
}

#[cfg(test)]
mod tests {
    use quickrouter::catalog::{ModelInput, models};
    use quickrouter::inputs::SdxlInput;
    use quickrouter::{AnyInput, Client, CreateRequest};
    use serde_json::{Value, json};

    use super::json_schema;
    use crate::text::describe;
    use crate::text::lang::Lang;

    #[test]
    fn the_schema_is_as_it_is_printed() {
        let model = SdxlInput::model();
        let shown = |lang| format!("{:#}", json_schema(model, lang));
        insta::assert_snapshot!("sdxl", shown(Lang::English));
        insta::assert_snapshot!("sdxl_zh", shown(Lang::Chinese));
    }

    #[test]
    fn every_schema_is_valid_and_has_no_keyword_of_its_own() {
        for model in models() {
            let schema = json_schema(model, Lang::English);
            jsonschema::draft202012::meta::validate(&schema).unwrap();
            assert!(!schema.to_string().contains("\"x-"), "{}", model.name);
        }
    }

    /// Values that an input of any model may be given.
    fn values() -> Vec<Value> {
        let texts = [
            "",
            "a fox",
            "狐狸",
            "a\0b",
            "K_EULER",
            "k_euler",
            "png",
            "1:1",
            "16:9",
            "Auto",
            "None",
            "https://example.com/a.png",
            "data:image/png;base64,AAAA",
            "file:///a.png",
            "FILE:a",
            "a.png",
            "no uri at all",
            "http://[::1",
            "https://a.example/%zz",
        ];
        let numbers = [
            "-9223372036854775809",
            "-1",
            "0",
            "0.0",
            "0.5",
            "0.75",
            "1",
            "1.0",
            "1.5",
            "2",
            "3",
            "4",
            "5",
            "7.5",
            "8",
            "50",
            "51",
            "64",
            "100",
            "101",
            "500",
            "501",
            "768",
            "769",
            "1024",
            "1032",
            "2048",
            "18446744073709551615",
            "18446744073709551616",
            "1e300",
        ];
        let others = [json!(null), json!(true), json!(false), json!([]), json!(["a"]), json!({})];
        let numbers = numbers.map(|number| serde_json::from_str(number).unwrap());
        texts.into_iter().map(Value::from).chain(numbers).chain(others).collect()
    }

    #[test]
    fn it_accepts_and_refuses_what_the_local_check_does() {
        let client = Client::builder()
            .base_url("http://127.0.0.1:9/replicate")
            .api_key("k")
            .build()
            .unwrap();
        let (mut accepted, mut refused) = (0, 0);
        for model in models() {
            let schema = json_schema(model, Lang::English);
            let validator =
                jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            let usual: Value = model
                .required()
                .map(|name| {
                    let is_uri = describe::is_uri(model.input(name).unwrap());
                    let value = if is_uri { "https://example.com/a.png" } else { "a fox" };
                    (name.to_owned(), Value::from(value))
                })
                .collect();
            let mut inputs = vec![json!({}), usual.clone()];
            let names = model.inputs().map(|(name, _)| name).chain(["unknown", "x-own"]);
            for name in names {
                for value in values() {
                    let mut input = usual.clone();
                    input[name] = value;
                    inputs.push(input);
                }
            }
            for input in inputs {
                let request = CreateRequest::new(AnyInput::new(model.name, input.clone()));
                let fits = client.check(request).is_ok();
                assert_eq!(validator.is_valid(&input), fits, "{} {input}", model.name);
                *if fits { &mut accepted } else { &mut refused } += 1;
            }
        }
        assert!(accepted > 500 && refused > 1000, "{accepted} {refused}");
    }
}
