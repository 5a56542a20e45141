//! `again`: makes a picture again, from what was recorded of it.
//!
//! What is recorded comes from a file that anybody may have made. It names no file on this machine, no
//! gateway and no key; it is bounded, checked like typed input, and shown before it is used.

mod changes;
mod png_text;
mod record;
mod sidecar;

use serde_json::{Map, Value};

use self::record::Record;
use crate::args::again::AgainArgs;
use crate::args::command_line::{GenerateArgs, Review};
use crate::args::flags::flags_of;
use crate::commands::generate;
use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::output::sidecar::omitted;

/// Runs the command, prints the result, and returns the exit code.
pub(crate) async fn run(args: &AgainArgs, printer: &Printer) -> u8 {
    match arguments(args) {
        Ok(making) => generate::run::run(&making, printer).await,
        Err(failure) => generate::run::refused(&failure, args.flags.json, printer),
    }
}

/// What `run` would have to be given to make the picture again.
fn arguments(args: &AgainArgs) -> Result<GenerateArgs, Failure> {
    let AgainArgs { picture, flags, connection } = args;
    let (mut flags, connection) = (flags.clone(), connection.clone());
    let Record { source, model, mut input, seed } = record::read(&picture.picture)?;
    // The seed that was used makes the same picture, if the model takes one.
    let takes_seed = flags_of(&model).iter().any(|flag| flag.input == "seed");
    if let Some(seed) = seed.filter(|_| takes_seed || input.contains_key("seed")) {
        input.insert("seed".to_owned(), Value::Number(seed));
    }
    let before = input.clone();
    let given = changes::apply(&picture.set, &model, &mut input)?;
    record::refuse_files(&model, &input)?;
    flags.input = Some(Value::Object(input).to_string());
    let review = Some(Review { source, before: described(before), yes: flags.money.yes });
    Ok(GenerateArgs { model, given, prompt: None, flags, connection, review })
}

/// The recorded input as it is compared and shown: files by what tells them from others.
fn described(input: Map<String, Value>) -> Map<String, Value> {
    let each = |(name, value)| (name, omitted(&value));
    input.into_iter().map(each).collect()
}
