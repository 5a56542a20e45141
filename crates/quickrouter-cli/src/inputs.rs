//! From typed text to the JSON that a model takes.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use quickrouter::Warning;
use quickrouter::catalog::limits;
use serde_json::{Map, Number, Value};

use crate::args::{Given, Making};
use crate::describe;
use crate::exact;
use crate::exit::Failure;
use crate::prompt;
use crate::text_file::{decoded, unmarked};

/// The input of a command.
#[derive(Debug)]
pub(crate) struct Input {
    /// As it is sent, but with [`STAND_IN`] for what is to be uploaded.
    pub(crate) json: Value,
    pub(crate) uploads: Vec<Upload>,
    /// What is doubtful about the files that are to be uploaded.
    pub(crate) warnings: Vec<Warning>,
}

/// A file that does not fit into an input.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The input's name.
    pub(crate) input: &'static str,
    /// The flag's name, without its dashes.
    pub(crate) flag: String,
    pub(crate) path: PathBuf,
    /// In bytes.
    pub(crate) size: u64,
}

/// Stands for the URL that a file has once it is uploaded, so that all of the input can be checked
/// before.
const STAND_IN: &str = "upload:to-come";

/// The input of a command: what `--input` holds, then the flags, then the prompt.
///
/// # Errors
/// What was typed cannot be used: nothing was sent.
pub(crate) async fn collect(making: &Making) -> Result<Input, Failure> {
    let stdin_twice = making.prompt.as_deref() == Some("-") && making.input.as_deref() == Some("-");
    if stdin_twice {
        let message = "both PROMPT and --input are to be read from stdin; give one of them here";
        return Err(Failure::refused(message));
    }
    let mut inputs = match &making.input {
        Some(text) => input_object(text)?,
        None if making.model.known.is_none() => {
            let message = "this model is not one of the contract's, so its inputs are not known; \
                           give them by --input (--input '{}' for none)";
            return Err(Failure::refused(message));
        }
        None => Map::new(),
    };
    let (mut uploads, mut problems) = (Vec::new(), Vec::new());
    for given in &making.given {
        let value = match too_large(given) {
            Some(upload) => {
                uploads.push(upload);
                Ok(Value::from(STAND_IN))
            }
            None => of_flag(given).await,
        };
        match value {
            Ok(value) => drop(inputs.insert(given.flag.input.to_owned(), value)),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(Failure::refused(problems.join("\n       ")));
    }
    if let Some(prompt) = &making.prompt {
        let prompt = Value::String(prompt::read(prompt)?);
        let flag = making.given.iter().any(|given| given.flag.input == "prompt");
        if flag && inputs.get("prompt") != Some(&prompt) {
            let message = "the prompt is given twice, as PROMPT and as a flag, and they differ; \
                           leave one of them out";
            return Err(Failure::refused(message));
        }
        inputs.insert("prompt".to_owned(), prompt);
    }
    if !making.allow_empty_prompt {
        prompt::refuse_blank(inputs.get("prompt"))?;
    }
    let warnings = doubtful(making, &uploads).await?;
    Ok(Input { json: Value::Object(inputs), uploads, warnings })
}

/// The warnings for files of which the input will hold the URLs alone.
async fn doubtful(making: &Making, uploads: &[Upload]) -> Result<Vec<Warning>, Failure> {
    let mut warnings = Vec::new();
    for upload in uploads {
        let Some(model) = making.model.known else { continue };
        warnings.extend(quickrouter::check_file(model, upload.input, &upload.path).await?);
    }
    Ok(warnings)
}

/// What `--input` means: JSON, `@FILE` or `-`.
fn input_object(text: &str) -> Result<Map<String, Value>, Failure> {
    let text = unmarked(text);
    let (json, place) = match text.strip_prefix('@') {
        Some(path) => {
            let refused = |why: String| Failure::refused(format!("--input @{path} {why}"));
            let read = std::fs::read(path);
            let bytes = read.map_err(|error| refused(format!("cannot be read: {error}")))?;
            (decoded(bytes).map_err(refused)?, format!("--input @{path}"))
        }
        None if text == "-" => (prompt::stdin("--input")?, "--input from stdin".to_owned()),
        None => (text.to_owned(), "--input".to_owned()),
    };
    if let Some(number) = exact::rounded(&json) {
        return Err(Failure::refused(format!(
            "{place} holds {number}, which would be rounded; whole numbers are sent exactly {}",
            exact::EXACT
        )));
    }
    let example = "write it like {\"prompt\": \"a lighthouse\"}";
    match serde_json::from_str(&json) {
        Ok(Value::Object(inputs)) => Ok(inputs),
        Ok(_) => Err(Failure::refused(format!("{place} is no JSON object; {example}"))),
        Err(error) => Err(Failure::refused(format!("{place} is no JSON: {error}; {example}"))),
    }
}

/// Whether a flag's text is a path.
fn is_path(Given { flag, text }: &Given) -> bool {
    describe::is_uri(flag.schema) && !has_scheme(unmarked(text))
}

/// The file of a flag, where it can be read and does not fit into an input.
fn too_large(given: &Given) -> Option<Upload> {
    let path = Path::new(unmarked(&given.text));
    // Asked before it is opened: to open a pipe may take for ever.
    if !is_path(given) || !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let found = std::fs::File::open(path).ok()?.metadata().ok()?;
    let Given { flag, .. } = given;
    (found.len() > limits::INLINE_FILE_BYTES).then(|| Upload {
        input: flag.input,
        flag: flag.name.clone(),
        path: path.to_owned(),
        size: found.len(),
    })
}

/// The value of one flag: a file becomes a data: URI, everything else is read by its type.
async fn of_flag(given: &Given) -> Result<Value, String> {
    let Given { flag, text } = given;
    let text = unmarked(text);
    if !is_path(given) {
        if describe::schema_type(flag.schema) == "integer" && !exact::is_exact(text) {
            return Err(format!(
                "--{}: {text} would be rounded; whole numbers are sent exactly {}",
                flag.name,
                exact::EXACT
            ));
        }
        return Ok(parse(flag.schema, text));
    }
    match quickrouter::data_uri(Path::new(text)).await {
        Ok(uri) => Ok(Value::String(uri)),
        Err(error) => Err(format!("--{}: {error}", flag.name)),
    }
}

/// Whether it is an address or the content itself, and no path.
fn has_scheme(text: &str) -> bool {
    ["http:", "https:", "data:"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })
}

/// Reads text by the type of its input. What cannot be read stays a string, so that the check of
/// the whole input tells of it, with its limit and beside everything else that is wrong.
fn parse(schema: &Value, text: &str) -> Value {
    let read = match describe::schema_type(schema) {
        "integer" => integer(text).map(Value::Number),
        "number" => integer(text).or_else(|| number(text)).map(Value::Number),
        "boolean" => text.parse().ok().map(Value::Bool),
        _ => None,
    };
    read.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn integer(text: &str) -> Option<Number> {
    let signed = text.parse::<i64>().ok().map(Number::from);
    signed.or_else(|| text.parse::<u64>().ok().map(Number::from))
}

fn number(text: &str) -> Option<Number> {
    text.parse().ok().and_then(Number::from_f64)
}
