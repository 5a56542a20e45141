//! The steps of `generate` and `run`: input, check, uploads, create, wait, save.

use std::path::PathBuf;

use futures_util::StreamExt;
use quickrouter::error::DeadlinePassed;
use quickrouter::{AnyInput, CancellationToken, CreateRequest, Error, Prediction, Update, Warning};
use serde_json::Value;

use super::job::{Job, Latest};
use super::{cancel, deadline, detach, references, report};
use crate::args::command_line::GenerateArgs;
use crate::commands::show;
use crate::connect::{emulator, gateway};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::input::collect::{Input, collect};
use crate::input::{review, upload};
use crate::output::printer::Printer;
use crate::output::progress::Progress;
use crate::output::unread;
use crate::text::lang::Lang;
use crate::text::message::message;

/// Runs the command, prints the result, and returns the exit code.
pub(crate) async fn run(args: &GenerateArgs, lang: Lang, printer: &Printer) -> u8 {
    let latest = Latest::default();
    let made = from_input_to_files(args, lang, printer, &latest).await;
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
    } else if args.flags.detach && failure.is_none() && files.is_empty() {
        report::id(latest.id().as_ref(), printer)
    } else {
        report::paths(&files, printer)
    };
    if let Some(failure) = &failure
        && let Some(prediction) = latest.get().filter(|prediction| prediction.id().is_none())
        && (!args.flags.json || reported.is_err())
    {
        unread::without_an_id(&prediction, failure, &args.flags.files.output, printer).await;
    }
    let Err(error) = reported else {
        show::shown(args.flags.files.show, &files, args.flags.json, printer).await;
        return code;
    };
    let mut lost = Failure::from(error);
    if let Some(id) = latest.id() {
        lost.about.details.push(message!("of-prediction", id = id.as_str()));
    }
    let lost = printer.failure(&lost);
    if failure.is_some() { code } else { lost }
}

/// Reports a failure to find out what is to be made, and returns its exit code.
pub(crate) fn refused(failure: &Failure, json: bool, printer: &Printer) -> u8 {
    let code = printer.failure(failure);
    if json && let Err(error) = report::document(None, &[], Some(failure), printer) {
        printer.failure(&Failure::from(error));
    }
    code
}

async fn from_input_to_files(
    args: &GenerateArgs,
    lang: Lang,
    printer: &Printer,
    latest: &Latest,
) -> Result<Vec<PathBuf>, Failure> {
    let input = collect(args).await?;
    if args.flags.emulator && !input.references.is_empty() {
        return Err(Failure::refused(message!("reference-emulator")));
    }
    let timeout = args.flags.limit.timeout;
    let (client, emulator) = if args.flags.emulator {
        let (client, emulator) = emulator::start(timeout, printer).await?;
        (client, Some(emulator))
    } else {
        (gateway::client(&args.connection, Some(timeout)).await?, None)
    };
    // Interrupts are handled from here on; before, nothing would be lost.
    let mut interrupts = Interrupts::listen()?;
    let job = Job { client: &client, args, printer, latest };
    let files = made(job, input, lang, &mut interrupts).await;
    let saved = files.as_ref().unwrap_or_else(|failure| &failure.about.saved);
    job.write_sidecars(saved).await;
    if let Some(emulator) = emulator {
        // Whether it stops cleanly does not matter to the files.
        let _ = emulator.stop().await;
    }
    files
}

/// Checks an input, creates its prediction, waits for it, and returns the saved files.
async fn made(
    job: Job<'_>,
    mut input: Input,
    lang: Lang,
    interrupts: &mut Interrupts,
) -> Result<Vec<PathBuf>, Failure> {
    let flags = &job.args.flags;
    let mut checked = job.client.check(request(job.args, input.json.clone()))?;
    quickrouter::files::check_folder(&flags.files.output)
        .await
        .map_err(|error| Failure::refused(format!("--output: {error}; choose another folder")))?;
    if !input.references.is_empty() {
        references::resolve(job, &mut input, interrupts).await?;
        checked = job.client.check(request(job.args, input.json.clone()))?;
    }
    for warning in checked.iter().chain(&input.warnings) {
        job.printer.warning(wording(warning, lang));
    }
    if flags.files.sidecar || job.args.review.is_some() {
        let described = upload::described(&input).await;
        if let Some(review) = &job.args.review {
            tokio::select! {
                biased;
                () = interrupts.next() => {
                    return Err(Failure::interrupted(message!("again-declined"), None)
                        .with(message!("nothing-created")));
                }
                confirmed = review::confirm(review, &job.args.model.full, &described, job.printer) => {
                    confirmed?;
                }
            }
        }
        let _ = job.latest.sent.set(described);
    }
    // It has the folders of fetched outputs, until they are uploaded.
    let input =
        upload::all(job.client, input, flags.limit.timeout, job.printer, interrupts).await?;
    let request = request(job.args, input);
    if flags.detach {
        return detach::create(job, request, interrupts).await;
    }
    match create_and_wait(job, request, interrupts).await? {
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
                    .ok_or_else(|| Failure::other("the prediction made no outputs"));
            }
        }
    }
    create.cancel();
    let answers = updates.map(|update| update.map(|update| update.prediction));
    Err(cancel::after_interrupt(job, answers, interrupts).await)
}

fn show(job: Job<'_>, progress: &mut Progress, update: &Update) {
    job.created(&update.prediction);
    progress.show(update);
}

/// A warning in the reader's language, with the input's name if the message lacks it.
fn wording(warning: &Warning, lang: Lang) -> String {
    let message = lang.of(&warning.message, &warning.message_zh);
    if message.contains(&warning.field) {
        return message.clone();
    }
    format!("{}: {message}", warning.field)
}
