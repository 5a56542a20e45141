//! Collects the input of a model from flags, `--input` and the prompt.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use quickrouter::Warning;
use serde_json::{Map, Number, Value};
use tempfile::TempDir;

use crate::args::command_line::GenerateArgs;
use crate::args::flags::Given;
use crate::exit::failure::Failure;
use crate::input::prompt::{self, StdinUse};
use crate::input::reference::{self, Reference};
use crate::text::bounded;
use crate::text::describe;
use crate::text::encoding::{decoded, unmarked};
use crate::text::exact_number;
use crate::text::message::{Message, message};

/// The input of a command.
#[derive(Debug)]
pub(crate) struct Input {
    /// As it is sent, with [`STAND_IN`] for each file that is yet to be uploaded, and [`OUTPUT_STAND_IN`]
    /// for each output that is yet to be fetched.
    pub(crate) json: Value,
    pub(crate) uploads: Vec<Upload>,
    /// Outputs of earlier predictions that are yet to be fetched.
    pub(crate) references: Vec<Reference>,
    /// Folders of fetched outputs, until they are uploaded.
    pub(crate) fetched: Vec<TempDir>,
    /// Warnings about the files to upload.
    pub(crate) warnings: Vec<Warning>,
}

/// A file too large to be sent inside the input.
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

/// Stands for the URL of an uploaded file, so that the whole input can be checked before the upload.
pub(crate) const STAND_IN: &str = "upload:to-come";

/// Stands for an output of an earlier prediction, which is fetched before it is sent.
pub(crate) const OUTPUT_STAND_IN: &str = "output:to-come";

/// Collects the input of a command: `--input`, then the flags, then the prompt.
///
/// # Errors
/// The arguments are invalid; nothing was sent.
pub(crate) async fn collect(making: &GenerateArgs) -> Result<Input, Failure> {
    let stdin_twice =
        making.prompt.as_deref() == Some("-") && making.flags.input.as_deref() == Some("-");
    if stdin_twice {
        return Err(Failure::refused(message!("stdin-twice")));
    }
    let mut inputs = match &making.flags.input {
        Some(text) => input_object(text)?,
        None if making.model.known.is_none() => {
            return Err(Failure::refused(message!("inputs-unknown")).hint(message!("inputs-how")));
        }
        None => Map::new(),
    };
    let (mut uploads, mut references, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for given in &making.given {
        let value = match (referred(given), too_large(given)) {
            (Some(reference), _) => reference.map_err(Failure::refused).map(|reference| {
                references.push(reference);
                Value::from(OUTPUT_STAND_IN)
            }),
            (None, Some(upload)) => {
                uploads.push(upload);
                Ok(Value::from(STAND_IN))
            }
            (None, None) => of_flag(given).await,
        };
        match value {
            Ok(value) => drop(inputs.insert(given.flag.input.to_owned(), value)),
            Err(problem) => problems.push(problem),
        }
    }
    if let Some(refused) = all_of(problems) {
        return Err(refused);
    }
    if let Some(prompt) = &making.prompt {
        let prompt = Value::String(prompt::read(prompt)?);
        let flag = making.given.iter().any(|given| given.flag.input == "prompt");
        if flag && inputs.get("prompt") != Some(&prompt) {
            return Err(Failure::refused(message!("prompts-differ")).hint(message!("prompts-how")));
        }
        inputs.insert("prompt".to_owned(), prompt);
    }
    if !making.flags.allow_empty_prompt {
        prompt::refuse_blank(inputs.get("prompt"))?;
    }
    let warnings = doubtful(making, &uploads).await?;
    let json = Value::Object(inputs);
    Ok(Input { json, uploads, references, fetched: Vec::new(), warnings })
}

/// The warnings about files whose content will not be in the input.
async fn doubtful(making: &GenerateArgs, uploads: &[Upload]) -> Result<Vec<Warning>, Failure> {
    let mut warnings = Vec::new();
    for upload in uploads {
        let Some(model) = making.model.known else { continue };
        warnings.extend(quickrouter::files::check_file(model, upload.input, &upload.path).await?);
    }
    Ok(warnings)
}

/// Parses `--input`: JSON, `@FILE` or `-`.
fn input_object(text: &str) -> Result<Map<String, Value>, Failure> {
    let text = unmarked(text);
    let (json, place) = match text.strip_prefix('@') {
        Some(path) => {
            let place = format!("--input @{path}");
            let read = bounded::file(Path::new(path), prompt::MOST_BYTES);
            let (bytes, is_whole) = read.map_err(|error| {
                let error = error.to_string();
                Failure::refused(message!("input-unreadable", place = &place, error = error))
            })?;
            if !is_whole {
                let limit = prompt::MOST_BYTES;
                return Err(Failure::refused(message!(
                    "input-large",
                    place = place,
                    limit = limit
                )));
            }
            let json = decoded(bytes).map_err(|why| {
                Failure::refused(message!("input-encoding", place = &place, why = why))
            })?;
            (json, place)
        }
        None if text == "-" => {
            (prompt::stdin(StdinUse::Input, prompt::MOST_BYTES)?, "--input -".to_owned())
        }
        None => (text.to_owned(), "--input".to_owned()),
    };
    if let Some(number) = exact_number::rounded(&json) {
        let refused = Failure::refused(message!("input-rounded", place = place, number = number));
        return Err(refused.hint(exact()));
    }
    let refused = |message| Failure::refused(message).hint(message!("input-example"));
    match serde_json::from_str(&json) {
        Ok(Value::Object(inputs)) => Ok(inputs),
        Ok(_) => Err(refused(message!("input-no-object", place = place))),
        Err(error) => {
            Err(refused(message!("input-no-json", place = place, error = error.to_string())))
        }
    }
}

/// Which whole numbers are sent as they are written.
fn exact() -> Message {
    let (least, most) = exact_number::EXACT;
    message!("exact-numbers", least = least.to_string(), most = most.to_string())
}

/// The failures of several flags in one: the first is its message, the others are facts of it.
fn all_of(problems: Vec<Failure>) -> Option<Failure> {
    problems.into_iter().reduce(|mut all, problem| {
        all.about.details.push(problem.message);
        all.about.details.extend(problem.about.details);
        for hint in problem.about.hints {
            if !all.about.hints.contains(&hint) {
                all.about.hints.push(hint);
            }
        }
        all
    })
}

/// Whether a flag's text is a path.
fn is_path(Given { flag, text }: &Given) -> bool {
    describe::is_uri(flag.schema) && !has_scheme(unmarked(text))
}

/// The earlier output that a flag refers to, if it does.
fn referred(given: &Given) -> Option<Result<Reference, Message>> {
    let Given { flag, text } = given;
    let text = unmarked(text);
    let parsed = is_path(given).then(|| reference::parse(text)).flatten()?;
    let (input, flag, text) = (flag.input, flag.name.clone(), text.to_owned());
    Some(parsed.map(|(of, index)| Reference { input, flag, text, of, index }))
}

/// The upload of a flag, if its file is readable and too large for the input.
fn too_large(given: &Given) -> Option<Upload> {
    let Given { flag, text } = given;
    let path = Path::new(unmarked(text));
    let size = is_path(given).then(|| quickrouter::files::too_large_to_inline(path)).flatten()?;
    Some(Upload { input: flag.input, flag: flag.name.clone(), path: path.to_owned(), size })
}

/// The value of one flag: a file becomes a data: URI, anything else is parsed by its type.
async fn of_flag(given: &Given) -> Result<Value, Failure> {
    let Given { flag, text } = given;
    let text = unmarked(text);
    if !is_path(given) {
        if describe::schema_type(flag.schema) == "integer" && !exact_number::is_exact(text) {
            let message = message!("flag-rounded", flag = &flag.name, number = text);
            return Err(Failure::refused(message).hint(exact()));
        }
        return Ok(parse(flag.schema, text));
    }
    match quickrouter::files::data_uri(Path::new(text)).await {
        Ok(uri) => Ok(Value::String(uri)),
        Err(error) => {
            let mut failure = Failure::from(error);
            failure.message =
                message!("of-flag", flag = &flag.name, problem = failure.message.clone());
            Err(failure)
        }
    }
}

/// Whether it is a URL or the content itself, rather than a path.
pub(crate) fn has_scheme(text: &str) -> bool {
    ["http:", "https:", "data:"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })
}

/// Parses text by the type of its input. Invalid text stays a string, so that the check of the whole
/// input reports it together with everything else.
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
