//! `--detach`: creates, and leaves the waiting to others.

use std::path::PathBuf;

use futures_util::{StreamExt, stream};
use quickrouter::{CancellationToken, CreateRequest, Error, Status};

use super::cancel;
use super::job::Job;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::text::message::message;

/// Creates a prediction. A response without an id cannot be fetched again, so its outputs are saved at
/// once; their files are returned.
pub(super) async fn create(
    job: Job<'_>,
    request: CreateRequest,
    interrupts: &mut Interrupts,
) -> Result<Vec<PathBuf>, Failure> {
    let create = CancellationToken::new();
    let request = request.stop_on(&create);
    let mut answer = Box::pin(stream::once(job.client.create(request)));
    let created = tokio::select! {
        // An interrupt that came before the create keeps it from being sent.
        biased;
        () = interrupts.next() => {
            create.cancel();
            return Err(cancel::after_interrupt(job, answer, interrupts).await);
        }
        created = answer.next() => created,
    };
    let none = || Failure::other(message!("create-without-prediction"));
    let created = created.ok_or_else(none)??;
    job.created(&created);
    let Some(id) = created.id() else {
        job.warn_of_missing(&created);
        return job.save(&created, job.args.flags.files.overwrite, interrupts).await;
    };
    if created.is_terminal() && *created.status() != Status::Succeeded {
        return Err(Error::PredictionFailed(Box::new(created)).into());
    }
    job.printer.progress(&message!("detached", id = id.as_str()));
    Ok(Vec::new())
}
