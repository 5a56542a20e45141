//! `rescue`: saves what succeeded lately and is not in the folder, while the gateway still has it.

mod folder;
mod recent;

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use quickrouter::catalog::limits;
use quickrouter::{Client, Error, Output, Prediction, PredictionId, SaveOptions, Status};
use serde_json::{Value, json};

use self::folder::Folder;
use crate::args::rescue::RescueFlags;
use crate::args::settings::Connection;
use crate::connect::gateway;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::missing::missing_outputs;
use crate::output::printer::Printer;
use crate::output::sidecar::{self, Facts};
use crate::text::message::message;

/// How long the downloads of one prediction may take, so that the others do not expire meanwhile.
const SAVE_LIMIT: Duration = Duration::from_secs(5 * 60);

/// Runs the command, and returns the exit code of the first failure.
pub(crate) async fn run(
    flags: &RescueFlags,
    connection: &Connection,
    printer: &Printer,
) -> Result<u8, Failure> {
    let (client, folder) = match prepared(flags, connection).await {
        Ok(prepared) => prepared,
        Err(failure) if flags.json => {
            printer.json(&json!({"error": failure.to_json(printer.lang()), "predictions": []}))?;
            return Err(failure);
        }
        Err(failure) => return Err(failure),
    };
    let mut interrupts = Interrupts::listen()?;
    let (done, code) = (Vec::new(), None);
    let mut rescue = Rescue { client: &client, flags, printer, folder, done, code };
    let ended = tokio::select! {
        ended = rescue.all() => ended,
        () = interrupts.next() => Err(Failure::interrupted(message!("rescue-interrupted"), None)),
    };
    if let Err(failure) = ended {
        if failure.is_closed_pipe() {
            return Ok(rescue.code.unwrap_or_default());
        }
        rescue.report(None, &failure);
    }
    if flags.json {
        printer.json(&json!({ "predictions": rescue.done }))?;
    }
    Ok(rescue.code.unwrap_or_default())
}

/// The client, and what the folder has already.
async fn prepared(
    flags: &RescueFlags,
    connection: &Connection,
) -> Result<(Client, Folder), Failure> {
    let client = gateway::client(connection, None).await?;
    let folder = &flags.output.folder;
    quickrouter::files::check_folder(folder).await.map_err(Failure::of_folder)?;
    Ok((client, Folder::read(folder)?))
}

struct Rescue<'a> {
    client: &'a Client,
    flags: &'a RescueFlags,
    printer: &'a Printer,
    folder: Folder,
    /// A report of each prediction, for `--json`.
    done: Vec<Value>,
    /// The exit code of the first failure.
    code: Option<u8>,
}

/// How a prediction fared.
enum Fared {
    Saved(Vec<PathBuf>),
    AlreadyThere,
    /// It has not ended, or not with success.
    Left,
}

impl Rescue<'_> {
    /// Goes through the predictions; a failure of one does not stop the others.
    async fn all(&mut self) -> Result<(), Failure> {
        let retention = Duration::from_secs(limits::RESULT_RETENTION_SECONDS);
        let since = self.flags.since.unwrap_or(retention);
        let (mut saved, mut there, mut seen) = (0_usize, 0_usize, HashSet::new());
        let mut recent = recent::Recent::new(self.client, since);
        while let Some(listed) = recent.next().await {
            let listed = match listed {
                Ok(listed) => listed,
                Err(failure) => {
                    self.report(None, &failure);
                    continue;
                }
            };
            let Some(id) = listed.id().cloned() else { continue };
            // What is created meanwhile moves others to the next page.
            if !seen.insert(id.clone()) {
                continue;
            }
            match self.one(&id, listed).await {
                Ok(Fared::Saved(files)) => {
                    saved += files.len();
                    self.note(&id, "saved", &files)?;
                }
                Ok(Fared::AlreadyThere) => {
                    there += 1;
                    self.note(&id, "already_there", &[])?;
                }
                Ok(Fared::Left) => self.note(&id, "left", &[])?,
                Err(failure) if failure.is_closed_pipe() => return Err(failure),
                Err(failure) => {
                    let files = failure.about.saved.clone();
                    saved += files.len();
                    self.report(Some(&id), &failure);
                    self.paths(&files)?;
                }
            }
        }
        if recent.is_cut_off() {
            self.printer.warning(&message!("rescue-cut-off", most = recent::MOST));
        }
        self.printer.progress(&message!(
            "rescue-done",
            found = seen.len(),
            files = saved,
            there = there
        ));
        Ok(())
    }

    async fn one(&mut self, id: &PredictionId, listed: Prediction) -> Result<Fared, Failure> {
        if listed.is_terminal() && *listed.status() != Status::Succeeded {
            return Ok(Fared::Left);
        }
        if !listed.is_terminal() && !listed.looks_terminal() {
            let (id, status) = (id.as_str(), listed.status().as_str());
            self.printer.note(&message!("rescue-unfinished", id = id, status = status));
            return Ok(Fared::Left);
        }
        // A list may leave out the outputs.
        let mut prediction = listed;
        if self.stems(&prediction).is_empty() && !prediction.data_removed() {
            prediction = self.client.get(id).await?;
        }
        let stems = self.stems(&prediction);
        if !stems.is_empty() && self.folder.has_all(id, &stems) {
            return Ok(Fared::AlreadyThere);
        }
        if let Some(missing) = prediction.missing_outputs() {
            self.printer.warning(&missing_outputs(&missing));
        }
        let before = self.folder.outputs_of(id, &stems);
        let options = SaveOptions::new().timeout(SAVE_LIMIT);
        let saved = self.client.save_with(&prediction, &self.flags.output.folder, &options).await;
        let saved = match saved {
            Ok(files) => files,
            // What was there is left as it is, which is no failure if the rest is there now.
            Err(Error::Output(output)) => {
                self.folder = Folder::read(&self.flags.output.folder)?;
                if before == 0 || !self.folder.has_all(id, &stems) {
                    self.sidecars(&prediction, &output.saved).await;
                    return Err(Error::Output(output).into());
                }
                output.saved
            }
            Err(error) => return Err(error.into()),
        };
        self.sidecars(&prediction, &saved).await;
        Ok(Fared::Saved(saved))
    }

    /// The numbers of its outputs, and the names of their files without extension.
    fn stems(&self, prediction: &Prediction) -> Vec<(usize, String)> {
        let failed = |output: &Output| matches!(output, Output::Failed { .. });
        let outputs = self.client.named_outputs(prediction).into_iter().enumerate();
        let outputs = outputs.filter(|(_, named)| !failed(&named.output));
        outputs.map(|(index, named)| (index, named.stem)).collect()
    }

    async fn sidecars(&self, prediction: &Prediction, saved: &[PathBuf]) {
        if self.flags.sidecar {
            let client = self.client;
            let facts = Facts { client, prediction, model: None, input: None, price: None };
            sidecar::write(&facts, saved, false, self.printer).await;
        }
    }

    fn note(&mut self, id: &PredictionId, state: &str, files: &[PathBuf]) -> Result<(), Failure> {
        let shown: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        self.done.push(json!({"id": id, "state": state, "files": shown}));
        self.paths(files)
    }

    /// Prints the paths of saved files; with `--json` they stand in the document.
    fn paths(&self, files: &[PathBuf]) -> Result<(), Failure> {
        if self.flags.json {
            return Ok(());
        }
        Ok(files.iter().try_for_each(|file| self.printer.path(file))?)
    }

    /// Prints a failure, and keeps the code of the first.
    fn report(&mut self, id: Option<&PredictionId>, failure: &Failure) {
        let code = self.printer.failure(failure);
        self.code.get_or_insert(code);
        let saved = failure.about.saved.iter();
        let files: Vec<_> = saved.map(|file| file.display().to_string()).collect();
        let error = failure.to_json(self.printer.lang());
        self.done.push(json!({"id": id, "state": "failed", "files": files, "error": error}));
    }
}
