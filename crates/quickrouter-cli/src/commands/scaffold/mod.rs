//! `scaffold`: prints a small program that makes a prediction like an existing one.

mod literal;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use quickrouter::catalog::{BASE_URL, ModelName, routes};
use quickrouter::{Error, Prediction, PredictionId, Status};
use serde_json::{Value, json};

use crate::args::command_line::ScaffoldArgs;
use crate::args::scaffold::Language;
use crate::connect::gateway;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::printer::Printer;
use crate::text::message::message;
use literal::{count, is_rounded_by_javascript, literal, string};

/// The most values that stand in a `json!` of a Rust program: the macro recurses several times for each,
/// and the template allows 1024.
const MOST_IN_MACRO: usize = 100;

/// Gets the prediction and prints its program.
pub(crate) async fn run(args: &ScaffoldArgs, printer: &Printer) -> Result<u8, Failure> {
    let id = PredictionId::from_pasted(&args.flags.id).map_err(Error::from)?;
    let client = gateway::client(&args.connection, None).await?;
    let mut interrupts = Interrupts::listen()?;
    let prediction = tokio::select! {
        got = client.get(&id) => got?,
        () = interrupts.next() => {
            return Err(Failure::interrupted(message!("scaffold-interrupted"), Some(id)));
        }
    };
    let program = program(&prediction, args.flags.language)?;
    printer.exact(program.trim_end())?;
    Ok(0)
}

/// The program that makes a prediction like this one.
fn program(prediction: &Prediction, language: Language) -> Result<String, Failure> {
    let about = |failure: Failure| failure.of(prediction.id().cloned());
    let input = match prediction.input() {
        Some(input @ Value::Object(_)) if !prediction.data_removed() => input,
        _ => {
            let gone = Failure::other(message!("scaffold-no-input"));
            return Err(about(gone.hint(message!("scaffold-no-input-hint"))));
        }
    };
    let created = Created::of(prediction)
        .ok_or_else(|| about(Failure::other(message!("scaffold-no-model"))))?;
    let words = words(prediction, &created, input, language);
    Ok(filled(template(language), &words))
}

fn template(language: Language) -> &'static str {
    match language {
        Language::Rust => include_str!("../../../templates/rust.rs"),
        Language::Python => include_str!("../../../templates/python.py"),
        Language::Javascript => include_str!("../../../templates/javascript.mjs"),
        Language::Curl => include_str!("../../../templates/curl.sh"),
    }
}

/// How a prediction like this one is created.
struct Created {
    /// The model or the version, as the SDK takes it.
    model: String,
    path: String,
    version: Option<String>,
}

impl Created {
    /// By its version if it has one that is an id, else by its model. Official models have the version
    /// `hidden` (Replicate's documentation of `predictions.get`).
    fn of(prediction: &Prediction) -> Option<Self> {
        // Names of models resolve as well: in full, or to another text.
        let is_id = |version: &&str| {
            let is_itself = |named: ModelName| named.full == **version;
            !version.contains('/') && ModelName::resolve(version).is_ok_and(is_itself)
        };
        let model = prediction.model();
        if let Some(version) = prediction.version().filter(is_id) {
            let named =
                model.and_then(parts).map(|(owner, name)| format!("{owner}/{name}:{version}"));
            return Some(Self {
                model: named.unwrap_or_else(|| version.to_owned()),
                path: routes::CREATE_PREDICTION.path.to_owned(),
                version: Some(version.to_owned()),
            });
        }
        let (owner, name) = model.and_then(parts)?;
        let path = routes::CREATE_MODEL_PREDICTION.path;
        let path = path.replace("{model_owner}", owner).replace("{model_name}", name);
        Some(Self { model: format!("{owner}/{name}"), path, version: None })
    }
}

/// Owner and name of a model, if both may stand in a path as they are.
fn parts(model: &str) -> Option<(&str, &str)> {
    let (owner, name) = model.split_once('/')?;
    let plain = |part: &str| {
        !part.is_empty()
            && !part.trim_matches('.').is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    (plain(owner) && plain(name)).then_some((owner, name))
}

/// What stands in the template's places.
fn words(
    prediction: &Prediction,
    created: &Created,
    input: &Value,
    language: Language,
) -> Vec<(&'static str, String)> {
    let statuses: Vec<_> = Status::TERMINAL.iter().map(Status::as_str).collect();
    let body = match &created.version {
        Some(version) => json!({"version": version, "input": input}),
        None => json!({"input": input}),
    };
    let body = if language == Language::Javascript && is_rounded_by_javascript(&body) {
        string(&body.to_string(), language)
    } else {
        literal(&body, language, 0)
    };
    let quoted = |text: &str| match language {
        Language::Curl => shlex::try_quote(text).unwrap_or(Cow::Borrowed("''")).into_owned(),
        _ => string(text, language),
    };
    let terminal = match language {
        Language::Curl => statuses.join(" | "),
        _ => format!(
            "[{}]",
            statuses.iter().map(|status| quoted(status)).collect::<Vec<_>>().join(", ")
        ),
    };
    let get = routes::GET_PREDICTION.path;
    let id = prediction.id().map_or("", PredictionId::as_str);
    vec![
        ("model", for_a_comment(&created.model)),
        ("id", for_a_comment(id)),
        ("base_url", quoted(BASE_URL)),
        ("create_path", quoted(&created.path)),
        ("get_path", quoted(get)),
        ("get_prefix", get.split('{').next().unwrap_or_default().to_owned()),
        ("body", body),
        ("input", rust_input(input)),
        ("model_literal", string(&created.model, language)),
        ("terminal", terminal),
        ("succeeded", quoted(statuses[0])),
    ]
}

/// The input in a Rust program's `json!`: as text if it has too many values for the macro.
fn rust_input(input: &Value) -> String {
    if count(input) <= MOST_IN_MACRO {
        return literal(input, Language::Rust, 4);
    }
    let text = string(&input.to_string(), Language::Rust);
    format!("serde_json::from_str::<serde_json::Value>({text})?")
}

/// Text of a gateway in a comment: it must not end the comment.
fn for_a_comment(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
    text.chars().map(|c| if plain(c) { c } else { '_' }).collect()
}

/// The template with its places filled, in one pass: what is filled in is not searched for places.
fn filled(template: &str, words: &[(&str, String)]) -> String {
    let mut pieces = template.split("{{ ");
    let mut program = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(" }}").expect("a place ends");
        let word = words.iter().find(|(of, _)| *of == name);
        program.push_str(&word.unwrap_or_else(|| panic!("no word for {name}")).1);
        program.push_str(rest);
    }
    program
}
