//! `models`: shows what the contract describes.

use quickrouter::catalog::{Effect, Model, models};
use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

use crate::args::flags::flags_of;
use crate::args::models::ModelsArgs;
use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::text::describe;
use crate::text::lang::Lang;
use crate::text::message::{Message, message};
use quickrouter::catalog::ModelName;

/// How many digits of a version are shown.
const SHORT_VERSION: usize = 12;

/// Prints all models, or one with its inputs.
pub(crate) fn run(typed: &ModelsArgs, printer: &Printer) -> Result<u8, Failure> {
    let model = typed.model.as_ref().and_then(|named| named.known);
    let lang = printer.lang();
    match (model, typed.json) {
        (Some(model), true) => printer.json(&schema(model))?,
        (None, true) => printer.json(&models().iter().map(schema).collect())?,
        (Some(model), false) => printer.exact(&sheet(model, lang))?,
        (None, false) => printer.exact(&table(lang))?,
    }
    Ok(0)
}

/// One model per line.
fn table(lang: Lang) -> String {
    let head = [
        message!("models-name"),
        message!("models-short"),
        message!("models-version"),
        message!("models-inputs"),
        message!("models-description"),
    ];
    let mut rows = vec![head.map(|heading| heading.to_text(lang))];
    rows.extend(models().iter().map(|model| {
        [
            model.name.to_owned(),
            ModelName::short(model).unwrap_or("-").to_owned(),
            model
                .version
                .map_or("-", |version| &version[..SHORT_VERSION.min(version.len())])
                .to_owned(),
            model.inputs().count().to_string(),
            lang.of(model.description(), model.description_zh()).to_owned(),
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max();
    let widths = [0, 1, 2, 3].map(|column| width(column).unwrap_or_default());
    let line = |row: &[String; 5]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| {
            // Chinese characters are two columns wide.
            let rest = width.saturating_sub(cell.width()) + 2;
            format!("{cell}{:rest$}", "")
        });
        cells.collect::<String>() + &row[4]
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// One model with everything the contract says about its inputs.
fn sheet(model: &'static Model, lang: Lang) -> String {
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
    lines.join("\n")
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

    use super::{schema, sheet, table};
    use crate::text::lang::Lang;

    #[test]
    fn the_table_has_every_model_in_both_languages() {
        insta::assert_snapshot!("models", table(Lang::English));
        insta::assert_snapshot!("models_zh", table(Lang::Chinese));
    }

    #[test]
    fn a_sheet_has_every_input_with_its_limits() {
        insta::assert_snapshot!("sheet", sheet(SdxlInput::model(), Lang::English));
        insta::assert_snapshot!("sheet_zh", sheet(SdxlInput::model(), Lang::Chinese));
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
