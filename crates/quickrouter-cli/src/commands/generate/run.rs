//! The steps of `generate` and `run`: input, check, uploads, create, wait, save.

use std::path::PathBuf;

use futures_util::StreamExt;
use quickrouter::error::DeadlinePassed;
use quickrouter::{AnyInput, CancellationToken, CreateRequest, Error, Prediction, Update, Warning};
use serde_json::Value;

use super::job::{Job, Latest};
use super::{cancel, deadline, report};
use crate::args::command_line::GenerateArgs;
use crate::connect::{emulator, gateway};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::input::collect::{Input, collect};
use crate::input::upload;
use crate::output::printer::Printer;
use crate::output::progress::Progress;
use crate::output::unread;
use crate::text::message::{Message, message};

/// Runs the command, prints the result, and returns the exit code.
pub(crate) async fn run(args: &GenerateArgs, printer: &Printer) -> u8 {
    let latest = Latest::default();
    let made = from_input_to_files(args, printer, &latest).await;
    let (files, failure) = match made {
        Ok(files) => (files, None),
        Err(failure) => {
            let failure = unread::keep(failure.of(latest.id()), &args.flags.files.output).await;
            (failure.about.saved.clone(), Some(failure))
        }
    };
    // The failure is printed first: stdout may be what is broken.
    let code = failure.as_ref().map_or(0, |failure| printer.failure(failure));
    let reported = if args.flags.json {
        report::document(latest.get().as_ref(), &files, failure.as_ref(), printer)
    } else {
        report::paths(&files, printer)
    };
    if let Some(failure) = &failure
        && let Some(prediction) = latest.get().filter(|prediction| prediction.id().is_none())
        && (!args.flags.json || reported.is_err())
    {
        unread::without_an_id(&prediction, failure, &args.flags.files.output, printer).await;
    }
    let Err(error) = reported else { return code };
    let mut lost = Failure::from(error);
    if let Some(id) = latest.id() {
        lost.about.details.push(message!("of-prediction", id = id.as_str()));
    }
    let lost = printer.failure(&lost);
    if failure.is_some() { code } else { lost }
}

async fn from_input_to_files(
    args: &GenerateArgs,
    printer: &Printer,
    latest: &Latest,
) -> Result<Vec<PathBuf>, Failure> {
    let input = collect(args).await?;
    let timeout = args.flags.limit.timeout;
    let (client, emulator) = if args.flags.emulator {
        let (client, emulator) = emulator::start(timeout, printer).await?;
        (client, Some(emulator))
    } else {
        (gateway::client(&args.connection, Some(timeout))?, None)
    };
    // Interrupts are handled from here on; before, nothing would be lost.
    let mut interrupts = Interrupts::listen()?;
    let job = Job { client: &client, args, printer, latest };
    let files = made(job, input, &mut interrupts).await;
    if let Some(emulator) = emulator {
        // Whether it stops cleanly does not matter to the files.
        let _ = emulator.stop().await;
    }
    files
}

/// Checks an input, creates its prediction, waits for it, and returns the saved files.
async fn made(
    job: Job<'_>,
    input: Input,
    interrupts: &mut Interrupts,
) -> Result<Vec<PathBuf>, Failure> {
    let flags = &job.args.flags;
    let checked = job.client.check(request(job.args, input.json.clone()))?;
    for warning in checked.iter().chain(&input.warnings) {
        job.printer.warning(&wording(warning));
    }
    quickrouter::files::check_folder(&flags.files.output).await.map_err(no_folder)?;
    let input =
        upload::all(job.client, input, flags.limit.timeout, job.printer, interrupts).await?;
    match create_and_wait(job, request(job.args, input), interrupts).await? {
        Waited::Over(finished) => {
            job.warn_of_missing(&finished);
            job.save(&finished, flags.files.overwrite, interrupts).await
        }
        Waited::Late(passed) => deadline::save_then_cancel(job, passed, interrupts).await,
        Waited::Failed(failed) => Err(deadline::failed(job, failed).await),
    }
}

/// The create request of an input.
fn request(args: &GenerateArgs, input: Value) -> CreateRequest {
    let input = AnyInput::new(args.model.full.clone(), input);
    // At the deadline, existing outputs are saved before the cancel.
    let mut request = CreateRequest::new(input).cancel_at_deadline(false);
    if let Some(longest) = args.flags.prefer_wait {
        request = request.prefer_wait(longest);
    }
    if let Some(limit) = args.flags.cancel_after {
        request = request.cancel_after(limit);
    }
    request
}

/// How a wait ended.
enum Waited {
    Over(Prediction),
    /// The deadline passed.
    Late(Box<DeadlinePassed>),
    /// It ended without success, perhaps with outputs.
    Failed(Box<Prediction>),
}

async fn create_and_wait(
    job: Job<'_>,
    request: CreateRequest,
    interrupts: &mut Interrupts,
) -> Result<Waited, Failure> {
    let mut progress = Progress::new(job.printer);
    let create = CancellationToken::new();
    let mut updates = job.client.run_updates(request.stop_on(&create));
    loop {
        let update = tokio::select! {
            // An interrupt that came before the create keeps it from being sent.
            biased;
            () = interrupts.next() => break,
            update = updates.next() => update,
        };
        match update {
            Some(Err(Error::Deadline(passed))) => return Ok(Waited::Late(passed)),
            Some(Err(Error::PredictionFailed(failed))) => return Ok(Waited::Failed(failed)),
            Some(update) => show(job, &mut progress, &update?),
            None => {
                let last = job.latest.get();
                return last
                    .map(Waited::Over)
                    .ok_or_else(|| Failure::other(message!("no-outputs")));
            }
        }
    }
    create.cancel();
    Err(cancel::after_interrupt(job, updates, interrupts).await)
}

fn show(job: Job<'_>, progress: &mut Progress, update: &Update) {
    job.latest.keep(&update.prediction);
    progress.show(update);
    if update.prediction.was_recovered() {
        job.printer.note(&message!("recovered"));
    }
}

/// A warning in the reader's language, with the input's name if the message lacks it.
fn wording(warning: &Warning) -> Message {
    let message = Message::of_contract(&warning.message, &warning.message_zh);
    let named = |text: &String| text.contains(&warning.field);
    if named(&warning.message) && named(&warning.message_zh) {
        return message;
    }
    message!("warning-of-input", input = &warning.field, text = message)
}

/// The failure of a folder that outputs cannot go into.
fn no_folder(error: Error) -> Failure {
    let mut failure = Failure::from(error);
    failure.message = message!("of-flag", flag = "output", problem = failure.message.clone());
    failure.hint(message!("folder-other"))
}
