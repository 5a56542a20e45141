//! A flag for every input of a model, built from the contract.

use clap::builder::{NonEmptyStringValueParser, StringValueParser};
use clap::{Arg, Args, Command};
use serde_json::Value;

use super::generate::GenerateFlags;
use super::settings::{Connection, Verbosity};
use super::values::Offering;
use crate::text::describe;
use crate::text::lang::Lang;
use crate::text::message::message;
use quickrouter::catalog::ModelName;

/// The flag of one input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flag {
    /// The input's name.
    pub(crate) input: &'static str,
    /// The flag's name, without its dashes.
    pub(crate) name: String,
    pub(crate) schema: &'static Value,
    pub(crate) required: bool,
}

/// An input flag and the text typed for it.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) flag: Flag,
    pub(crate) text: String,
}

/// The flags of a model's inputs: none where the model is unknown.
pub(crate) fn flags_of(named: &ModelName) -> Vec<Flag> {
    let Some(model) = named.known else { return Vec::new() };
    let required: Vec<_> = model.required().collect();
    flags(model.inputs(), &required, &own_names())
}

/// The names of the command's own flags, which no input flag may have.
pub(super) fn own_names() -> Vec<String> {
    let command = Verbosity::augment_args(Connection::augment_args(Command::new("")));
    let command = GenerateFlags::augment_args(command);
    let names = command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned));
    names.chain(["help".to_owned(), "version".to_owned()]).collect()
}

/// The flags of `inputs`: the input's name in kebab case, or `input-NAME` where the command has a flag
/// of that name.
pub(super) fn flags(
    inputs: impl Iterator<Item = (&'static str, &'static Value)>,
    required: &[&str],
    own: &[String],
) -> Vec<Flag> {
    let inputs: Vec<_> = inputs.collect();
    let plain = |input: &str| input.replace('_', "-").to_ascii_lowercase();
    let is_own = |name: &String| own.contains(name);
    let mut taken: Vec<String> = own.to_vec();
    taken.extend(inputs.iter().map(|(input, _)| plain(input)));
    let name = |input: &str| {
        let mut name = plain(input);
        if is_own(&name) {
            while taken.contains(&name) {
                name.insert_str(0, "input-");
            }
        }
        name
    };
    inputs
        .iter()
        .map(|&(input, schema)| {
            let required = required.contains(&input);
            Flag { input, name: name(input), schema, required }
        })
        .collect()
}

impl Flag {
    /// Its id in clap.
    pub(crate) fn id(&self) -> String {
        format!("input:{}", self.input)
    }

    /// The flag for clap. Ranges and values are left to the SDK's check, which reports all violations at
    /// once.
    pub(crate) fn arg(&self, lang: Lang) -> Arg {
        let arg = Arg::new(self.id())
            .long(self.name.clone())
            .help(self.help(lang))
            .allow_negative_numbers(true);
        let arg =
            if self.name.contains('-') { arg.alias(self.name.replace('-', "_")) } else { arg };
        if describe::schema_type(self.schema) == "boolean" {
            return arg
                .value_name("true|false")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true");
        }
        if describe::is_uri(self.schema) {
            return arg.value_name("FILE|URL").value_parser(NonEmptyStringValueParser::new());
        }
        // Shells complete the contract's values; whatever is typed is left to the check.
        let parser = StringValueParser::new();
        match self.schema["enum"].as_array() {
            Some(values) => {
                let plain = |value: &Value| match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let offers = values.iter().map(plain).collect();
                arg.value_name("VALUE")
                    .value_parser(Offering { parser, offers })
                    .hide_possible_values(true)
            }
            None => arg.value_name(self.value_name()),
        }
    }

    fn value_name(&self) -> &'static str {
        match describe::schema_type(self.schema) {
            "integer" => "INTEGER",
            "number" => "NUMBER",
            _ => "TEXT",
        }
    }

    fn help(&self, lang: Lang) -> String {
        let facts = describe::bracketed(self.schema, self.required, lang);
        let description = describe::description(self.schema, lang);
        if describe::is_uri(self.schema) {
            let file = message!("input-file").to_text(lang);
            return format!("{description} {file}{facts}");
        }
        format!("{description}{facts}")
    }
}
