//! `models`: shows what the contract describes.

use quickrouter::catalog::{Effect, Model, models};
use serde_json::{Map, Value, json};

use crate::args::flags::flags_of;
use crate::args::models::ModelsArgs;
use crate::commands::models_schema::json_schema;
use crate::commands::models_table::table;
use crate::exit::failure::Failure;
use crate::output::printer::{Printer, width};
use crate::text::describe;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};
use crate::text::wrap::wrapped;
use quickrouter::catalog::ModelName;

/// Prints all models, or one with its inputs.
pub(crate) fn run(typed: &ModelsArgs, printer: &Printer) -> Result<u8, Failure> {
    let model = typed.model.as_ref().and_then(|named| named.known);
    let lang = printer.lang();
    if typed.json_schema {
        let model = model.ok_or_else(|| {
            Failure::refused(message!("json-schema-of-which")).hint(message!("json-schema-how"))
        })?;
        printer.json(&json_schema(model, lang))?;
        return Ok(0);
    }
    match (model, typed.json) {
        (Some(model), true) => printer.json(&schema(model))?,
        (None, true) => printer.json(&models().iter().map(schema).collect())?,
        (Some(model), false) => printer.exact(&sheet(model, lang, width()))?,
        (None, false) => printer.table(&table(lang))?,
    }
    Ok(0)
}

/// One model with everything the contract says about its inputs.
fn sheet(model: &'static Model, lang: Lang, width: Option<usize>) -> String {
    let mut lines = vec![
        match ModelName::short(model) {
            Some(short) => format!("{} ({short})", model.name),
            None => model.name.to_owned(),
        },
        lang.of(model.description(), model.description_zh()).to_owned(),
    ];
    let version = |text| message!("sheet-version", version = text).to_text(lang);
    lines.extend(model.version.map(version));
    lines.push(message!("sheet-output", media_type = model.media()).to_text(lang));
    lines.extend([String::new(), message!("sheet-inputs").to_text(lang)]);
    for flag in flags_of(&ModelName::from(model)) {
        let kind = describe::type_name(flag.schema);
        let facts = describe::bracketed(flag.schema, flag.required, lang);
        lines.push(format!("  {} ({kind}, --{}){facts}", flag.input, flag.name));
        lines.push(format!("      {}", describe::description(flag.schema, lang)));
    }
    if !model.rules().is_empty() {
        lines.extend([String::new(), message!("sheet-rules").to_text(lang)]);
    }
    lines.extend(model.rules().iter().map(|rule| {
        let text = Message::of_contract(&rule.message, &rule.message_zh);
        let line = match rule.effect {
            Effect::Error => message!("error", text = text),
            Effect::Warning => message!("warning", text = text),
        };
        format!("  {}", line.to_text(lang))
    }));
    let sheet = lines.join("\n");
    match width {
        Some(width) => wrapped(&sheet, width).join("\n"),
        None => sheet,
    }
}

/// The input's JSON Schema, with the model's name, version and rules.
fn schema(model: &'static Model) -> Value {
    let mut about = Map::new();
    about.insert("name".to_owned(), model.name.into());
    if let Some(version) = model.version {
        about.insert("version".to_owned(), version.into());
    }
    let rule = |rule: &quickrouter::catalog::Rule| {
        json!({
            "when": rule.when,
            "field": rule.field,
            "effect": effect(rule.effect),
            "message": rule.message,
            "message-zh": rule.message_zh,
        })
    };
    let mut schema = model.input_schema().clone();
    schema["x-model"] = Value::Object(about);
    schema["x-rules"] = model.rules().iter().map(rule).collect();
    schema
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Error => "error",
        Effect::Warning => "warning",
    }
}

#[cfg(test)]
mod tests {
    use quickrouter::catalog::ModelInput;
    use quickrouter::inputs::SdxlInput;
    use unicode_width::UnicodeWidthStr;

    use super::{schema, sheet};
    use crate::text::lang::Lang;

    #[test]
    fn a_sheet_has_every_input_with_its_limits() {
        insta::assert_snapshot!("sheet", sheet(SdxlInput::model(), Lang::English, None));
        insta::assert_snapshot!("sheet_zh", sheet(SdxlInput::model(), Lang::Chinese, None));
    }

    #[test]
    fn a_sheet_is_wrapped_at_the_width_of_the_terminal() {
        for width in [40, 80, 120] {
            for lang in [Lang::English, Lang::Chinese] {
                let sheet = sheet(SdxlInput::model(), lang, Some(width));
                for line in sheet.lines() {
                    let text = line.trim_start();
                    assert!(line.width() <= width || !text.contains(' '), "{width}: {line}");
                }
            }
        }
        insta::assert_snapshot!("sheet_40_zh", sheet(SdxlInput::model(), Lang::Chinese, Some(40)));
    }

    #[test]
    fn a_schema_names_its_model() {
        let model = SdxlInput::model();
        let schema = schema(model);
        assert_eq!(schema["x-model"]["name"], model.name);
        assert_eq!(schema["x-model"]["version"].as_str(), model.version);
        assert_eq!(schema["x-rules"].as_array().unwrap().len(), model.rules().len());
    }
}
