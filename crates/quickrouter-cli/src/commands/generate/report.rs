//! Prints the result of `generate` and `run`.

use std::io;
use std::path::{Path, PathBuf};

use quickrouter::{Prediction, PredictionId};
use serde_json::{Map, Value, json};

use crate::exit::failure::Failure;
use crate::output::printer::Printer;

/// Prints the paths of the files, one a line.
pub(super) fn paths(files: &[PathBuf], printer: &Printer) -> io::Result<()> {
    files.iter().try_for_each(|file| printer.path(file))
}

/// Prints the id of a prediction that nobody waits for here.
pub(super) fn id(id: Option<&PredictionId>, printer: &Printer) -> io::Result<()> {
    id.map_or(Ok(()), |id| printer.line(id.as_str()))
}

/// Prints one JSON document.
pub(super) fn document(
    prediction: Option<&Prediction>,
    files: &[PathBuf],
    cost: Option<Value>,
    failure: Option<&Failure>,
    printer: &Printer,
) -> io::Result<()> {
    // JSON is Unicode (RFC 8259, 8.1): bytes of a name that are not UTF-8 become U+FFFD.
    let files: Vec<_> = files.iter().map(|file| Path::display(file).to_string()).collect();
    let mut document = Map::new();
    if let Some(failure) = failure {
        document.insert("error".to_owned(), failure.to_json(printer.lang()));
    }
    document.insert("prediction".to_owned(), prediction.map(Prediction::raw).cloned().into());
    document.insert("files".to_owned(), json!(files));
    document.extend(cost.map(|cost| ("cost".to_owned(), cost)));
    printer.json(&Value::Object(document))
}
