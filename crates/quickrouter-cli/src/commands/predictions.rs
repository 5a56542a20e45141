//! `predictions get|wait|cancel|list|save`: manages existing predictions.

use std::path::PathBuf;

use futures_util::{StreamExt, pin_mut};
use indicatif::HumanBytes;
use quickrouter::{Client, Error, Output, Prediction, PredictionId, SaveOptions, Status};

use crate::args::command_line::PredictionsArgs;
use crate::args::generate::FileFlags;
use crate::args::predictions::Action;
use crate::commands::listing::Pages;
use crate::commands::show;
use crate::connect::gateway;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::missing::missing_outputs;
use crate::output::printer::{Printer, width};
use crate::output::progress::Progress;
use crate::output::sidecar::{self, Facts};
use crate::text::detail;
use crate::text::message::{Message, message};

/// Handles every id; a failure of one is printed, and the others are still tried.
pub(crate) async fn run(typed: &PredictionsArgs, printer: &Printer) -> Result<u8, Failure> {
    let timeout = match &typed.action {
        Action::Wait { limit, .. } => Some(limit.timeout),
        _ => None,
    };
    let client = gateway::client(&typed.connection, timeout).await?;
    let mut interrupts = Interrupts::listen()?;
    let session = Session { client: &client, typed, printer };
    if let Action::List { limit, .. } = typed.action {
        return tokio::select! {
            code = session.list(limit) => Ok(code),
            () = interrupts.next() => Err(Failure::interrupted(message!("interrupted"), None)),
        };
    }
    let mut code = None;
    for id in typed.action.ids() {
        let done = match PredictionId::from_pasted(id)
            .map_err(|invalid| Failure::from(Error::from(invalid)))
        {
            Ok(id) => tokio::select! {
                done = session.one(&id) => done,
                () = interrupts.next() => return Err(interrupted(id)),
            },
            Err(failure) => Err(failure),
        };
        match done {
            Err(failure) if failure.is_closed_pipe() => break,
            Err(failure) => {
                let first = printer.failure(&failure);
                code.get_or_insert(first);
            }
            Ok(()) => {}
        }
    }
    Ok(code.unwrap_or_default())
}

fn interrupted(id: PredictionId) -> Failure {
    let message = message!("interrupted-at", id = id.as_str());
    let hint = message!("next-get", id = id.as_str());
    Failure::interrupted(message, Some(id)).hint(hint)
}

struct Session<'a> {
    client: &'a Client,
    typed: &'a PredictionsArgs,
    printer: &'a Printer,
}

impl Session<'_> {
    async fn one(&self, id: &PredictionId) -> Result<(), Failure> {
        match &self.typed.action {
            Action::Get { .. } => self.show(&self.client.get(id).await?, true),
            Action::Wait { .. } => self.wait(id).await,
            Action::Cancel { .. } => self.show(&self.client.cancel(id).await?, true),
            Action::List { .. } => Ok(()),
            Action::Save { files, .. } => self.save(id, files).await,
        }
    }

    async fn save(&self, id: &PredictionId, flags: &FileFlags) -> Result<(), Failure> {
        let prediction = self.client.get(id).await?;
        let status = prediction.status();
        if !prediction.is_terminal() && !prediction.looks_terminal() {
            let (shown, status) = (id.as_str(), status.as_str());
            let failure = Failure::other(message!("save-early", id = shown, status = status));
            return Err(failure.hint(message!("save-early-how", id = shown)).of(Some(id.clone())));
        }
        let failed = |output: &Output| matches!(output, Output::Failed { .. });
        let outputs = prediction.outputs();
        if outputs.iter().all(failed) && (*status != Status::Succeeded || !outputs.is_empty()) {
            return Err(Error::PredictionFailed(Box::new(prediction)).into());
        }
        if let Some(missing) = prediction.missing_outputs() {
            self.printer.warning(&missing_outputs(&missing));
        }
        let options = SaveOptions::new().overwrite(flags.overwrite);
        let saved = self.client.save_with(&prediction, &flags.output.folder, &options).await;
        let (files, failure) = match saved {
            Ok(files) => (files, None),
            Err(error) => {
                let failure = Failure::from(error);
                (failure.about.saved.clone(), Some(failure))
            }
        };
        if flags.sidecar {
            let (client, prediction) = (self.client, &prediction);
            let facts = Facts { client, prediction, model: None, input: None, price: None };
            sidecar::write(&facts, &files, flags.overwrite, self.printer).await;
        }
        let print = |file: &PathBuf| self.printer.path(file);
        let printed = files.iter().try_for_each(print).map_err(Failure::from);
        if printed.is_ok() {
            show::shown(flags.show, &files, false, self.printer).await;
        }
        match failure {
            Some(failure) => Err(self.above(failure, printed)),
            None => printed,
        }
    }

    async fn wait(&self, id: &PredictionId) -> Result<(), Failure> {
        let mut progress = Progress::new(self.printer);
        let mut updates = self.client.updates(id);
        let (mut last, mut ended) = (None, Ok(()));
        while let Some(update) = updates.next().await {
            match update {
                Ok(update) => {
                    progress.show(&update);
                    last = Some(update.prediction);
                }
                Err(error) => ended = Err(error),
            }
        }
        progress.finish();
        match ended {
            Ok(()) => last.map_or(Ok(()), |prediction| self.show(&prediction, true)),
            Err(Error::PredictionFailed(prediction)) => {
                let shown = self.show(&prediction, true);
                Err(self.above(Error::PredictionFailed(prediction).into(), shown))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the failure, and only prints one of printing.
    fn above(&self, failure: Failure, printed: Result<(), Failure>) -> Failure {
        if let Err(lost) = printed {
            self.printer.failure(&lost);
        }
        failure
    }

    /// Lists predictions; an unreadable entry is reported, and the others are still listed.
    async fn list(&self, limit: usize) -> u8 {
        let limit = if limit == 0 { usize::MAX } else { limit };
        let predictions = self.client.list().take(limit);
        pin_mut!(predictions);
        let mut code = None;
        let is_table = !self.typed.action.json() && width().is_some();
        let mut pages = Pages::new(self.printer);
        while let Some(listed) = predictions.next().await {
            let (done, readable) = match listed {
                Ok(prediction) if is_table => (pages.add(&prediction).map_err(Into::into), true),
                Ok(prediction) => (self.show(&prediction, false), true),
                Err(error) => (Err(error.into()), false),
            };
            let Err(failure) = done else { continue };
            let first = self.printer.failure(&failure);
            code.get_or_insert(first);
            // If stdout failed, it fails again.
            if readable {
                return code.unwrap_or_default();
            }
        }
        if let Err(lost) = pages.print() {
            let lost = self.printer.failure(&lost.into());
            code.get_or_insert(lost);
        }
        code.unwrap_or_default()
    }

    fn show(&self, prediction: &Prediction, outputs: bool) -> Result<(), Failure> {
        if self.typed.action.json() {
            return Ok(self.printer.json_line(prediction.raw())?);
        }
        self.printer.line(&line(prediction))?;
        if outputs {
            for detail in details(prediction) {
                let detail = detail.to_text(self.printer.lang());
                self.printer.line(&format!("  {detail}"))?;
            }
        }
        Ok(())
    }
}

/// `ID  STATUS  MODEL  CREATED_AT`, each without spaces in what a gateway usually sends: programs read it.
fn line(prediction: &Prediction) -> String {
    let id = prediction.id().map_or("-", PredictionId::as_str);
    let status = prediction.status().as_str();
    let model = prediction.model().unwrap_or("-");
    let created = prediction.created_at().unwrap_or("-");
    format!("{id}  {status:<10}  {model}  {created}")
}

fn details(prediction: &Prediction) -> Vec<Message> {
    let size = |bytes: usize| HumanBytes(bytes as u64).to_string();
    let outputs = prediction.outputs().into_iter().map(|output| match output {
        Output::Data { media_type, bytes } => {
            message!("output-data", media_type = media_type, size = size(bytes.len()))
        }
        Output::Url(text) | Output::Text(text) => Message::verbatim(text),
        Output::Json(value) => Message::verbatim(value.to_string()),
        Output::Failed { message, code } => {
            // The gateway's own words.
            let error = format!("{message} {code}");
            message!("output-failed", error = error.trim())
        }
        Output::Undecodable { reason, content } => message!(
            "output-undecodable",
            reason = detail::message(&reason),
            size = size(content.len())
        ),
        other => Message::verbatim(format!("{other:?}")),
    });
    let gone = prediction.data_removed().then(|| message!("outputs-deleted"));
    let error = prediction.error().map(|error| message!("prediction-error", error = error));
    outputs.chain(gone).chain(error).collect()
}
