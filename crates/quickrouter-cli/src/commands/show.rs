//! Shows saved files: in the terminal, and in the desktop's viewer. Nothing of it fails a run.

use std::path::PathBuf;

use crate::args::show::ShowFlags;
use crate::output::preview;
use crate::output::printer::Printer;
use crate::output::viewer;

/// Shows `files` as the flags say. `json`: a program reads stdout.
pub(super) async fn shown(flags: ShowFlags, files: &[PathBuf], json: bool, printer: &Printer) {
    if files.is_empty() {
        return;
    }
    let (files, printer) = (files.to_vec(), printer.clone());
    // Decoding a picture, and starting a program, take their time.
    let shown = tokio::task::spawn_blocking(move || {
        preview::shown(flags.preview, &files, json, &printer);
        if flags.open {
            for file in &files {
                viewer::open(file, &printer);
            }
        }
    });
    // A damaged picture on which a decoder panics is not shown.
    let _ = shown.await;
}
