//! `recordings`: turns recorded HTTP exchanges into recordings.

use quickrouter_emulator::import_exchanges;

use crate::args::recordings::RecordingsAction;
use crate::connect::emulator::with_causes;
use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::text::message::message;

/// Imports the files, and says what is in no recording.
pub(crate) fn run(action: &RecordingsAction, printer: &Printer) -> Result<u8, Failure> {
    let RecordingsAction::Import { files, output } = action;
    let import = import_exchanges(files, output);
    let import = import
        .map_err(|error| Failure::refused(message!("import-failed", why = with_causes(&error))))?;
    for path in &import.written {
        printer.path(path)?;
    }
    for skipped in &import.skipped {
        printer.progress(&message!("import-skipped", exchange = skipped));
    }
    for incomplete in &import.incomplete {
        printer.warning(&message!("import-incomplete", recording = incomplete));
    }
    Ok(0)
}
