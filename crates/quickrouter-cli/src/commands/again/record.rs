//! What is recorded of a picture: in its sidecar, or in the text chunks of the emulator's pictures.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use quickrouter::catalog::ModelName;
use serde_json::{Map, Number, Value};

use super::png_text::{self, PngText};
use super::sidecar::input_of_text;
use crate::args::flags::flags_of;
use crate::exit::failure::Failure;
use crate::input::collect::has_scheme;
use crate::output::sidecar::format::{MAX_BYTES, Sidecar, path_of};
use crate::output::sidecar::{self, OMITTED, digest_of_file};
use crate::text::bounded;
use crate::text::describe;
use crate::text::message::{Message, message};

/// The most inputs that a record may have: more could not be looked through.
const MAX_INPUTS: usize = 200;

/// What is recorded of a picture.
#[derive(Debug)]
pub(super) struct Record {
    /// The file that says so.
    pub(super) source: PathBuf,
    pub(super) model: ModelName,
    pub(super) input: Map<String, Value>,
    pub(super) seed: Option<Number>,
}

/// Reads what is recorded of a picture. A sidecar may be given itself.
pub(super) fn read(picture: &Path) -> Result<Record, Failure> {
    if picture.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
        && let Some(found) = read_sidecar(picture)?
    {
        return of_sidecar(picture, found);
    }
    let (head, _) = bounded::regular_file(picture, png_text::MAX_HEAD_BYTES)
        .map_err(|error| unreadable(picture, &error))?;
    let beside = path_of(picture);
    match std::fs::symlink_metadata(&beside) {
        // It could lead to any file of this machine.
        Ok(found) if found.is_symlink() => {
            Err(Failure::refused(message!("again-link", file = beside.display())))
        }
        Ok(_) => match read_sidecar(&beside)? {
            Some(found) => {
                refuse_another(picture, &beside, &found)?;
                of_sidecar(&beside, found)
            }
            None => Err(Failure::refused(message!("again-no-sidecar", file = beside.display()))),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => match png_text::read(&head) {
            Some(text) => of_text(picture, text),
            None => {
                let (file, sidecar) = (picture.display(), beside.display());
                Err(Failure::refused(message!("again-nothing", file = file, sidecar = sidecar))
                    .hint(message!("again-sidecar-hint")))
            }
        },
        Err(error) => Err(unreadable(&beside, &error)),
    }
}

fn read_sidecar(path: &Path) -> Result<Option<Sidecar>, Failure> {
    let (bytes, whole) =
        bounded::regular_file(path, MAX_BYTES).map_err(|error| unreadable(path, &error))?;
    if !whole {
        let most = MAX_BYTES >> 20;
        let (file, most) = (path.display(), most);
        return Err(Failure::refused(message!("again-too-large", file = file, most = most)));
    }
    sidecar::read(bytes).map_err(|why| unusable(path, why))
}

/// Refuses a sidecar of another picture. A picture may be renamed together with its sidecar, so its
/// content counts.
fn refuse_another(picture: &Path, beside: &Path, sidecar: &Sidecar) -> Result<(), Failure> {
    let (_, sha256) = digest_of_file(picture).map_err(|error| unreadable(picture, &error))?;
    if sha256.eq_ignore_ascii_case(&sidecar.picture.sha256) {
        return Ok(());
    }
    let (file, name) = (picture.display(), sidecar.picture.name.as_str());
    let another = message!("again-another", sidecar = beside.display(), file = file, name = name);
    Err(Failure::refused(another).hint(message!("again-another-hint", sidecar = beside.display())))
}

fn of_sidecar(path: &Path, sidecar: Sidecar) -> Result<Record, Failure> {
    let Sidecar { model, input, seed, .. } = sidecar;
    let (Some(model), Value::Object(input)) = (model, input) else {
        return Err(Failure::refused(message!("again-incomplete", file = path.display())));
    };
    record(path, &model, input, seed)
}

fn of_text(path: &Path, PngText { model, input, seed }: PngText) -> Result<Record, Failure> {
    let input = input_of_text(&input).map_err(|why| unusable(path, why))?;
    let seed = seed.and_then(|seed| seed.parse::<i64>().map(Number::from).ok());
    record(path, &model, input, seed)
}

fn record(
    path: &Path,
    model: &str,
    input: Map<String, Value>,
    seed: Option<Number>,
) -> Result<Record, Failure> {
    if input.len() > MAX_INPUTS {
        let (file, inputs) = (path.display(), input.len());
        return Err(Failure::refused(message!("again-many-inputs", file = file, inputs = inputs)));
    }
    let model = ModelName::resolve(model)
        .map_err(|error| unusable(path, Message::verbatim(error.to_string())))?;
    Ok(Record { source: path.to_owned(), model, input, seed })
}

/// Refuses what stands for a file and is none that can be sent: only the person at the keyboard names
/// files of this machine.
pub(super) fn refuse_files(model: &ModelName, input: &Map<String, Value>) -> Result<(), Failure> {
    let mut refused = Vec::new();
    for (name, value) in input {
        if has_omitted(value) {
            refused.push(message!("again-file-needed", name = name));
        }
    }
    for flag in flags_of(model).iter().filter(|flag| describe::is_uri(flag.schema)) {
        let Some(value) = input.get(flag.input).filter(|value| !has_omitted(value)) else {
            continue;
        };
        if !value.as_str().is_some_and(has_scheme) {
            let shown: String = value.to_string().chars().take(200).collect();
            refused.push(message!("again-path", name = flag.input, value = shown));
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    let first = Failure::refused(refused.remove(0));
    Err(refused.into_iter().fold(first, Failure::with))
}

fn has_omitted(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.contains_key(OMITTED) || map.values().any(has_omitted),
        Value::Array(list) => list.iter().any(has_omitted),
        _ => false,
    }
}

/// The refusal of a file that says nothing usable.
fn unusable(file: &Path, why: Message) -> Failure {
    Failure::refused(message!("again-unusable", file = file.display())).with(why)
}

fn unreadable(file: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::InvalidInput => unusable(file, message!("again-not-a-file")),
        _ => unusable(file, Message::verbatim(error.to_string())),
    }
}
