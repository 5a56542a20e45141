//! `generate` and `run`: input in, files out.

mod late;

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use quickrouter::error::DeadlinePassed;
use quickrouter::{
    AnyInput, CancellationToken, Client, CreateRequest, Error, Prediction, PredictionId,
    SaveOptions, Update, Updates, Warning,
};
use serde_json::{Value, json};

use crate::args::Making;
use crate::exit::Failure;
use crate::inputs::Input;
use crate::interrupt::Interrupts;
use crate::lang::Lang;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::{connect, folder, inputs, unread, upload};

/// How long the first interrupt waits for the id of a create that is not answered yet.
const ID_LIMIT: Duration = Duration::from_secs(10);
/// How long an interrupt tries to cancel.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);

/// What has been seen of the prediction: it is in every report, whatever happens.
#[derive(Debug, Default)]
struct Seen {
    last: Mutex<Option<Prediction>>,
}

impl Seen {
    fn keep(&self, prediction: &Prediction) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(prediction.clone());
    }

    fn last(&self) -> Option<Prediction> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn id(&self) -> Option<PredictionId> {
        self.last()?.id().cloned()
    }
}

/// Makes what was asked for and prints it; gives back how to exit.
pub(crate) async fn make(making: &Making, lang: Lang, printer: &Printer) -> u8 {
    let seen = Seen::default();
    let made = from_input_to_files(making, lang, printer, &seen).await;
    let (files, failure) = match made {
        Ok(files) => (files, None),
        Err(failure) => {
            let failure = unread::keep(failure.of(seen.id()), &making.output).await;
            (failure.about.saved.clone(), Some(failure))
        }
    };
    // What went wrong is told first: stdout may be what is broken.
    let code = failure.as_ref().map_or(0, |failure| printer.failure(failure));
    let reported = report(making, printer, &seen, &files, failure.as_ref());
    if let Some(failure) = &failure
        && let Some(prediction) = seen.last().filter(|prediction| prediction.id().is_none())
        && (!making.json || reported.is_err())
    {
        unread::without_an_id(&prediction, failure, &making.output, printer).await;
    }
    let Err(error) = reported else { return code };
    let mut lost = Failure::from(error);
    if let Some(id) = seen.id() {
        let _ = write!(lost.message, " (prediction {id})");
    }
    let told = printer.failure(&lost);
    if failure.is_some() { code } else { told }
}

/// Paths, one a line; or one JSON document.
fn report(
    making: &Making,
    printer: &Printer,
    seen: &Seen,
    files: &[PathBuf],
    failure: Option<&Failure>,
) -> std::io::Result<()> {
    if !making.json {
        return files.iter().try_for_each(|file| printer.path(file));
    }
    let prediction = seen.last().map(|prediction| prediction.raw().clone());
    // JSON is Unicode (RFC 8259, 8.1): bytes of a name that are not UTF-8 become U+FFFD.
    let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    let rest = json!({"prediction": prediction, "files": files});
    let mut document = serde_json::Map::new();
    if let Some(failure) = failure {
        document.insert("error".to_owned(), failure.to_json());
    }
    document.extend(rest.as_object().cloned().unwrap_or_default());
    printer.json(&Value::Object(document))
}

async fn from_input_to_files(
    making: &Making,
    lang: Lang,
    printer: &Printer,
    seen: &Seen,
) -> Result<Vec<PathBuf>, Failure> {
    let input = inputs::collect(making).await?;
    let (client, emulator) = if making.emulator {
        let (client, emulator) = connect::emulator(making.timeout, printer).await?;
        (client, Some(emulator))
    } else {
        (connect::gateway(&making.connection, Some(making.timeout))?, None)
    };
    // From here on an interrupt is ours to handle; until here nothing would be lost.
    let mut interrupts = Interrupts::listen()?;
    let task = Task { client: &client, printer, seen };
    let files = task.run(input, making, lang, &mut interrupts).await;
    if let Some(emulator) = emulator {
        // How its end goes changes nothing about the files.
        let _ = emulator.stop().await;
    }
    files
}

/// The create of an input, as it was asked for.
fn request(making: &Making, input: Value) -> CreateRequest {
    let input = AnyInput::new(making.model.full.clone(), input);
    // At the deadline the outputs that are there are saved first.
    let mut request = CreateRequest::new(input).cancel_at_deadline(false);
    if let Some(longest) = making.prefer_wait {
        request = request.prefer_wait(longest);
    }
    if let Some(limit) = making.cancel_after {
        request = request.cancel_after(limit);
    }
    request
}

/// How a wait ended.
enum Waited {
    Over(Prediction),
    /// The deadline passed.
    Late(Box<DeadlinePassed>),
    /// It ended otherwise than succeeded, perhaps with outputs.
    Failed(Box<Prediction>),
}

/// One prediction on its way.
pub(crate) struct Task<'a> {
    pub(crate) client: &'a Client,
    pub(crate) printer: &'a Printer,
    seen: &'a Seen,
}

impl Task<'_> {
    async fn run(
        &self,
        input: Input,
        making: &Making,
        lang: Lang,
        interrupts: &mut Interrupts,
    ) -> Result<Vec<PathBuf>, Failure> {
        let checked = self.client.check(request(making, input.json.clone()))?;
        for warning in checked.iter().chain(&input.warnings) {
            self.printer.warning(&wording(warning, lang));
        }
        folder::ready(&making.output)?;
        let input =
            upload::all(self.client, input, making.timeout, self.printer, interrupts).await?;
        let request = request(making, input);
        let finished = match self.create_and_wait(request, making, interrupts).await? {
            Waited::Over(finished) => finished,
            Waited::Late(passed) => return self.late(passed, making, interrupts).await,
            Waited::Failed(failed) => return Err(self.failed(failed, making).await),
        };
        self.warn_of_missing(&finished);
        self.save(&finished, making, making.overwrite, interrupts).await
    }

    fn warn_of_missing(&self, finished: &Prediction) {
        if let Some(missing) = finished.missing_outputs() {
            self.printer.warning(&missing.to_string());
        }
    }

    async fn save(
        &self,
        finished: &Prediction,
        making: &Making,
        overwrite: bool,
        interrupts: &mut Interrupts,
    ) -> Result<Vec<PathBuf>, Failure> {
        self.seen.keep(finished);
        let options = SaveOptions::new().overwrite(overwrite);
        tokio::select! {
            saved = self.client.save_with(finished, &making.output, &options) => Ok(saved?),
            () = interrupts.next() => Err(self.interrupted_over()),
        }
    }

    async fn create_and_wait(
        &self,
        request: CreateRequest,
        making: &Making,
        interrupts: &mut Interrupts,
    ) -> Result<Waited, Failure> {
        let mut progress = Progress::new(self.printer);
        let create = CancellationToken::new();
        let mut updates = self.client.run_updates(request.stop_on(&create));
        loop {
            let update = tokio::select! {
                // An interrupt that is there already keeps the create from being sent.
                biased;
                () = interrupts.next() => break,
                update = updates.next() => update,
            };
            match update {
                Some(Err(Error::Deadline(passed))) => return Ok(Waited::Late(passed)),
                Some(Err(Error::PredictionFailed(failed))) => return Ok(Waited::Failed(failed)),
                Some(update) => self.show(&mut progress, &update?),
                None => {
                    let last = self.seen.last();
                    return last.map(Waited::Over).ok_or_else(|| Failure::other("it made nothing"));
                }
            }
        }
        create.stop();
        Err(self.stop(updates, making, interrupts).await)
    }

    fn show(&self, progress: &mut Progress, update: &Update) {
        self.seen.keep(&update.prediction);
        progress.show(update);
        if update.prediction.was_recovered() {
            self.printer.note(
                "the create got no usable answer; its prediction was found in the list of \
                 predictions",
            );
        }
    }

    /// After an interrupt: waits for the id where there is none yet, then asks for a cancel.
    async fn stop(
        &self,
        mut updates: Updates,
        making: &Making,
        interrupts: &mut Interrupts,
    ) -> Failure {
        if self.seen.last().is_none() {
            let limit = ID_LIMIT + making.prefer_wait.unwrap_or_default();
            self.printer.note(&format!(
                "interrupted: waiting up to {} s for the answer to the create, to cancel it; \
                 interrupt again to leave at once",
                limit.as_secs()
            ));
            tokio::select! {
                biased;
                () = interrupts.next() => return unanswered(),
                () = tokio::time::sleep(limit) => return unanswered(),
                update = updates.next() => match update {
                    Some(Ok(update)) => self.seen.keep(&update.prediction),
                    Some(Err(error)) => return Failure { code: 130, ..Failure::from(error) },
                    None => {}
                },
            }
        }
        // What is not read any more must not keep the cancel waiting for its turn.
        drop(updates);
        match self.seen.last() {
            Some(prediction) if !prediction.is_terminal() => match prediction.id() {
                Some(id) => self.cancel(id, interrupts).await,
                None => self.interrupted_over(),
            },
            _ => self.interrupted_over(),
        }
    }

    async fn cancel(&self, id: &PredictionId, interrupts: &mut Interrupts) -> Failure {
        let asked = tokio::select! {
            asked = tokio::time::timeout(CANCEL_LIMIT, self.client.cancel(id)) => asked,
            () = interrupts.next() => {
                let message = format!(
                    "interrupted twice; it is not known whether prediction {id} is canceled, it \
                     may run on and be billed; `quickrouter predictions cancel {id}` asks again"
                );
                return Failure::interrupted(message, Some(id.clone()));
            }
        };
        let unconfirmed = match asked {
            Ok(Ok(prediction)) => {
                let status = prediction.status().clone();
                self.seen.keep(&prediction);
                let message = format!(
                    "interrupted; a cancel of prediction {id} was asked for and answered with \
                     status {status}"
                );
                return Failure::interrupted(message, Some(id.clone()));
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer in {} s", CANCEL_LIMIT.as_secs()),
        };
        let message = format!(
            "interrupted; a cancel of prediction {id} was asked for and not confirmed \
             ({unconfirmed}); it may run on and be billed; `quickrouter predictions cancel {id}` \
             asks again"
        );
        Failure::interrupted(message, Some(id.clone()))
    }

    /// Interrupted when there was nothing left to cancel.
    fn interrupted_over(&self) -> Failure {
        let message = match self.seen.id() {
            Some(id) => format!(
                "interrupted when prediction {id} was over; `quickrouter predictions save {id}` \
                 saves its outputs while they are kept"
            ),
            None => "interrupted when the prediction was over".to_owned(),
        };
        Failure::interrupted(message, self.seen.id())
    }
}

fn unanswered() -> Failure {
    let message = "interrupted before the create was answered; it may have been accepted, and then \
                   it runs on and is billed; `quickrouter predictions list` shows it";
    Failure::interrupted(message, None)
}

/// A warning in the reader's language; most name the input themselves.
fn wording(warning: &Warning, lang: Lang) -> String {
    let message = lang.of(&warning.message, &warning.message_zh);
    if message.contains(&warning.field) {
        return message.clone();
    }
    format!("{}: {message}", warning.field)
}
