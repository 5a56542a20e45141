//! The steps of `generate` and `run`: input, check, uploads, create, wait, save.

use std::path::PathBuf;
use std::sync::OnceLock;

use futures_util::StreamExt;
use quickrouter::error::DeadlinePassed;
use quickrouter::{CancellationToken, CreateRequest, Error, Prediction, Update};

use super::job::{Job, Latest};
use super::request::{request, wording};
use super::{cancel, deadline, detach, dry_run, references, report};
use crate::args::command_line::GenerateArgs;
use crate::commands::money::spending::{Known, RunCost};
use crate::commands::show;
use crate::connect::{emulator, gateway, keys, profile};
use crate::exit::codes::{INTERRUPTED, OUTCOME_UNKNOWN};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::input::collect::{Input, collect};
use crate::input::{review, upload};
use crate::output::printer::Printer;
use crate::output::progress::Progress;
use crate::output::unread;
use crate::text::message::message;

/// Runs the command, prints the result, and returns the exit code.
pub(crate) async fn run(args: &GenerateArgs, printer: &Printer) -> u8 {
    if args.flags.money.dry_run.is_some() {
        return dry_run::run(args, printer).await;
    }
    let latest = Latest::default();
    let (cost, mut interrupts) = (OnceLock::new(), None);
    let made = from_input_to_files(args, printer, &latest, &cost, &mut interrupts).await;
    let (files, failure, mut known) = match made {
        Ok(files) => (files, None, None),
        Err(failure) => {
            let failure =
                unread::keep(failure.of(latest.id()), &args.flags.files.output.folder).await;
            let known = evidence(args, &failure, cost.get(), interrupts.as_mut()).await;
            let messages = known.as_ref().map(|known| known.messages.clone());
            let failure = messages.into_iter().flatten().fold(failure, Failure::with);
            (failure.about.saved.clone(), Some(failure), known)
        }
    };
    // The failure is printed first: stdout may be what is broken.
    let code = failure.as_ref().map_or(0, |failure| printer.failure(failure));
    let made_something = latest.get().is_some() && code != INTERRUPTED;
    let cost = cost.get().filter(|_| made_something);
    let reported = if args.flags.json {
        known = known.or(taken(cost, interrupts.as_mut(), printer).await);
        let known = known.map(|known| known.json);
        report::document(latest.get().as_ref(), &files, known, failure.as_ref(), printer)
    } else if args.flags.detach && failure.is_none() && files.is_empty() {
        report::id(latest.id().as_ref(), printer)
    } else {
        // The paths come first: nobody who reads them waits for money.
        let reported = report::paths(&files, printer);
        taken(cost, interrupts.as_mut(), printer).await;
        reported
    };
    if let Some(failure) = &failure
        && let Some(prediction) = latest.get().filter(|prediction| prediction.id().is_none())
        && (!args.flags.json || reported.is_err())
    {
        unread::without_an_id(&prediction, failure, &args.flags.files.output.folder, printer).await;
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
    if json && let Err(error) = report::document(None, &[], None, Some(failure), printer) {
        printer.failure(&Failure::from(error));
    }
    code
}

/// Whether the key was charged, if the outcome of the create is unknown.
async fn evidence(
    args: &GenerateArgs,
    failure: &Failure,
    cost: Option<&RunCost>,
    interrupts: Option<&mut Interrupts>,
) -> Option<Known> {
    let (cost, interrupts) = (cost?, interrupts?);
    if failure.code != OUTCOME_UNKNOWN {
        return None;
    }
    let request_id = failure.about.request_id.as_deref();
    tokio::select! {
        known = cost.charged(&args.model.full, request_id) => known,
        () = interrupts.next() => None,
    }
}

/// What the run took, noted on stderr.
async fn taken(
    cost: Option<&RunCost>,
    interrupts: Option<&mut Interrupts>,
    printer: &Printer,
) -> Option<Known> {
    let (cost, interrupts) = (cost?, interrupts?);
    let known = tokio::select! {
        known = cost.taken() => known?,
        () = interrupts.next() => return None,
    };
    known.messages.iter().for_each(|message| printer.progress(message));
    Some(known)
}

async fn from_input_to_files(
    args: &GenerateArgs,
    printer: &Printer,
    latest: &Latest,
    cost: &OnceLock<RunCost>,
    interrupts: &mut Option<Interrupts>,
) -> Result<Vec<PathBuf>, Failure> {
    let input = collect(args).await?;
    if args.flags.emulator && !input.references.is_empty() {
        return Err(Failure::refused(message!("reference-emulator")));
    }
    let timeout = args.flags.limit.timeout;
    let (client, emulator) = if args.flags.emulator {
        let (client, emulator) = emulator::start(Some(timeout), printer).await?;
        (client, Some(emulator))
    } else {
        let connected = gateway::connect(&args.connection, Some(timeout)).await;
        let connected = connected.map_err(without_a_key)?;
        let profile = profile::in_force(&connected.settings, &connected.client);
        let client = connected.client;
        let _ = cost.set(RunCost::new(&client, profile, &args.flags.money, printer)?);
        (client, None)
    };
    // Interrupts are handled from here on; before, nothing would be lost.
    let interrupts = interrupts.insert(Interrupts::listen()?);
    let job = Job { client: &client, args, printer, latest, cost: cost.get() };
    let files = made(job, input, interrupts).await;
    let saved = files.as_ref().unwrap_or_else(|failure| &failure.about.saved);
    job.write_sidecars(saved, interrupts).await;
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
    interrupts: &mut Interrupts,
) -> Result<Vec<PathBuf>, Failure> {
    let flags = &job.args.flags;
    let mut checked = job.client.check(request(job.args, input.json.clone()))?;
    quickrouter::files::check_folder(&flags.files.output.folder)
        .await
        .map_err(Failure::of_folder)?;
    if !input.references.is_empty() {
        references::resolve(job, &mut input, interrupts).await?;
        checked = job.client.check(request(job.args, input.json.clone()))?;
    }
    for warning in checked.iter().chain(&input.warnings) {
        job.printer.warning(&wording(warning));
    }
    allowed(job, &input, interrupts).await?;
    if let Some(cost) = job.cost.filter(|_| flags.files.sidecar) {
        cost.estimate_meanwhile(&job.args.model.full, &input.json);
    }
    // It has the folders of fetched outputs, until they are uploaded.
    let input =
        upload::all(job.client, input, flags.limit.timeout, job.printer, interrupts).await?;
    if let Some(cost) = job.cost {
        tokio::select! {
            () = cost.begin() => {}
            () = interrupts.next() => {
                return Err(Failure::interrupted(message!("interrupted-before-create"), None));
            }
        }
    }
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

/// Has what is made again confirmed, and what it may cost.
async fn allowed(job: Job<'_>, input: &Input, interrupts: &mut Interrupts) -> Result<(), Failure> {
    let model = &job.args.model.full;
    if job.args.flags.files.sidecar || job.args.review.is_some() {
        let _ = job.latest.sent.set(upload::described(input).await);
    }
    let (Some(review), Some(described)) = (&job.args.review, job.latest.sent.get()) else {
        return match job.cost {
            Some(cost) => cost.allow(model, &input.json, interrupts).await,
            None => Ok(()),
        };
    };
    let price = match job.cost {
        Some(cost) => cost.reviewed(model, &input.json, interrupts).await?,
        None => vec![message!("again-unbilled")],
    };
    tokio::select! {
        biased;
        () = interrupts.next() => {
            Err(Failure::interrupted(message!("interrupted-before-create"), None))
        }
        confirmed = review::confirm(review, model, described, price, job.printer) => confirmed,
    }
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
    let answers = updates.map(|update| update.map(|update| update.prediction));
    Err(cancel::after_interrupt(job, answers, interrupts).await)
}

fn show(job: Job<'_>, progress: &mut Progress, update: &Update) {
    job.created(&update.prediction);
    progress.show(update);
}

/// What can be done without a key, if that is what is missing.
fn without_a_key(failure: Failure) -> Failure {
    if failure.message.id() == Some(keys::MISSING) {
        return failure.hint(message!("key-not-needed"));
    }
    failure
}
