//! Writing sidecars, once the pictures are safe.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use quickrouter::catalog::{ModelName, find_model};
use quickrouter::{Client, NamedOutput, Prediction};
use serde_json::{Number, Value};
use tempfile::NamedTempFile;

use super::format::{FORMAT, PictureFile, Sidecar, path_of};
use super::omit::{digest_of_file, omitted};
use crate::output::printer::Printer;
use crate::text::message::message;

/// What is known of a prediction whose pictures were saved.
pub(crate) struct Facts<'a> {
    pub(crate) client: &'a Client,
    pub(crate) prediction: &'a Prediction,
    /// As it was asked for, if this command made it.
    pub(crate) model: Option<&'a str>,
    /// As it was sent, if this command made it.
    pub(crate) input: Option<&'a Value>,
    /// What it was estimated to cost, if that is known.
    pub(crate) price: Option<Value>,
}

/// Writes a sidecar beside every picture. The pictures are safe, so a failure is a warning.
pub(crate) async fn write(
    facts: &Facts<'_>,
    pictures: &[PathBuf],
    overwrite: bool,
    printer: &Printer,
) {
    let outputs = facts.client.named_outputs(facts.prediction);
    for (place, picture) in pictures.iter().enumerate() {
        let (picture, index) = (picture.clone(), index_of(&outputs, picture).unwrap_or(place));
        let mut sidecar = facts.sidecar(index);
        let target = path_of(&picture);
        let path = target.clone();
        let written = tokio::task::spawn_blocking(move || {
            sidecar.picture.name = name_of(&picture);
            (sidecar.picture.bytes, sidecar.picture.sha256) = digest_of_file(&picture)?;
            place_file(&path, &sidecar, overwrite)
        });
        let written = written.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        if let Err(error) = written {
            let file = target.display();
            let warning = match error.kind() {
                io::ErrorKind::AlreadyExists => message!("sidecar-exists", file = file),
                _ => message!("sidecar-unwritten", file = file, why = error.to_string()),
            };
            printer.warning(&warning);
        }
    }
}

/// Which of the outputs a file is.
fn index_of(outputs: &[NamedOutput], picture: &Path) -> Option<usize> {
    let stem = picture.file_stem()?;
    outputs.iter().position(|output| stem == output.stem.as_str())
}

fn name_of(picture: &Path) -> String {
    picture.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Writes it into a file of its own first, so that a sidecar is there whole or not at all.
fn place_file(path: &Path, sidecar: &Sidecar, overwrite: bool) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".quickrouter-").suffix(".part");
    // The default mode of new files, as the pictures have it; a temporary file would be private.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file: NamedTempFile = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    serde_json::to_writer_pretty(&mut file, sidecar)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    let placed = if overwrite { file.persist(path) } else { file.persist_noclobber(path) };
    placed.map(drop).map_err(|error| error.error)
}

impl Facts<'_> {
    /// The sidecar of one output, without what only its file tells.
    fn sidecar(&self, index: usize) -> Sidecar {
        let prediction = self.prediction;
        let text = |text: Option<&str>| text.map(str::to_owned);
        let input = self.input.or(prediction.input()).map(omitted).unwrap_or_default();
        let seed = prediction.seed().map(Number::from);
        let seed = seed.or_else(|| input.get("seed").and_then(Value::as_number).cloned());
        Sidecar {
            format: FORMAT,
            prediction_id: prediction.id().map(|id| id.as_str().to_owned()),
            model: text(self.model).or_else(|| self.named_model()),
            version: text(prediction.named_version()),
            input,
            seed,
            metrics: prediction.raw().get("metrics").cloned().unwrap_or_default(),
            created_at: text(prediction.created_at()),
            completed_at: text(prediction.completed_at()),
            gateway: Some(self.client.origin()),
            price: self.price.clone(),
            picture: PictureFile { name: String::new(), index, bytes: 0, sha256: String::new() },
        }
    }

    /// The model as `run` takes it. One that is not in the contract is named with its version: only
    /// official models run without one.
    fn named_model(&self) -> Option<String> {
        let version = self.prediction.named_version();
        let version = version.filter(|version| ModelName::resolve(version).is_ok());
        match (self.prediction.named_model(), version) {
            (Some(model), Some(version)) if find_model(model).is_none() => {
                let name = model.split(':').next().unwrap_or(model);
                Some(format!("{name}:{version}"))
            }
            (Some(model), _) => Some(model.to_owned()),
            (None, version) => version.map(str::to_owned),
        }
    }
}
