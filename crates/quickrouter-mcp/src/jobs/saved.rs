//! What a folder already has of a prediction.

use std::path::{Path, PathBuf};

use quickrouter::{Client, Prediction};

/// The files of all outputs, if the folder has each of them by the name that saving gives.
pub(crate) fn of_prediction(
    client: &Client,
    prediction: &Prediction,
    folder: &Path,
) -> Option<Vec<PathBuf>> {
    prediction.id()?;
    let outputs = client.named_outputs(prediction);
    if outputs.is_empty() {
        return None;
    }
    let names: Vec<_> = std::fs::read_dir(folder).ok()?.flatten().collect();
    let of_stem = |stem: &str| {
        let is_it = |path: &PathBuf| {
            path.file_stem().is_some_and(|own| own == stem)
                && path.symlink_metadata().is_ok_and(|it| it.is_file() && it.len() > 0)
        };
        names.iter().map(std::fs::DirEntry::path).find(is_it)
    };
    outputs.iter().map(|output| of_stem(&output.stem)).collect()
}
