//! The sentence of a prediction: what a client shows that shows nothing else.

use quickrouter::Status;

use crate::results::budget::BudgetReport;
use crate::results::masked::{line, path};
use crate::results::prediction::{CostReport, PredictionReport, SavedFile};
use crate::results::status::ReportStatus;

/// A name or a word of the gateway, in bytes.
const MAX_WORD: usize = 200;
/// What the sentence has of a text of the model, or of a warning.
const MAX_TEXT: usize = 300;
/// Paths that the sentence names; the structured content has all.
const MAX_PATHS: usize = 16;
const MAX_WARNINGS: usize = 5;

/// What became of a prediction, what to do, and what is left.
pub(super) fn of(report: &PredictionReport) -> String {
    let mut parts = vec![outcome(report)];
    parts.extend(report.failure.as_deref().map(failure));
    parts.extend(report.next.as_deref().map(|next| line(next, MAX_TEXT)));
    let warnings = report.warnings.iter().take(MAX_WARNINGS);
    parts.extend(warnings.map(|warning| format!("Warning: {}.", stop(&line(warning, MAX_TEXT)))));
    if let more @ 1.. = report.warnings.len().saturating_sub(MAX_WARNINGS) {
        parts.push(format!("There are {more} more warnings."));
    }
    parts.extend(report.budget.as_ref().map(|budget| left(budget, report.cost.as_ref())));
    parts.join(" ")
}

fn outcome(report: &PredictionReport) -> String {
    let status = match &report.status {
        ReportStatus::DryRun => return dry_run(report),
        ReportStatus::Creating => return creating(report),
        ReportStatus::Of(status) => status,
    };
    let shown = word(status.as_str());
    if let Some(made) = made(report) {
        return match status {
            Status::Succeeded => made,
            _ => format!("{} has the status {shown}. {made}", name(report)),
        };
    }
    match report.percent.filter(|percent| percent.is_finite()) {
        _ if status.is_terminal() => {
            let outputs = match (status, report.done) {
                (Status::Succeeded, false) => ", but its outputs are not saved yet",
                (Status::Succeeded, true) => " and no output",
                _ => "",
            };
            let (name, by) = (name(report), by(report));
            format!("{name}{by} has the status {shown}{outputs}.")
        }
        Some(percent) => format!("Still {shown} ({:.0} %).", percent.clamp(0.0, 100.0)),
        None => format!("Still {shown}."),
    }
}

fn creating(report: &PredictionReport) -> String {
    let of = report.request_id.as_deref().map(|id| format!(" of the request_id {}", word(id)));
    format!("The prediction{} is being created.", of.unwrap_or_default())
}

fn failure(failure: &str) -> String {
    format!("The reason given: {}.", stop(&line(failure, MAX_TEXT)))
}

/// The files and the text.
fn made(report: &PredictionReport) -> Option<String> {
    let (files, by) = (&report.files, by(report));
    let files = (!files.is_empty())
        .then(|| format!("{}{by}{}: {}.", count(files), seed(report), paths(files)));
    match (files, &report.text) {
        (Some(files), Some(text)) => Some(format!("{files} Text{}", said(text))),
        (None, Some(text)) => Some(format!("Text{by}{}", said(text))),
        (files, None) => files,
    }
}

fn dry_run(report: &PredictionReport) -> String {
    let Some(cost) = &report.cost else {
        return "This is a dry run.".to_owned();
    };
    let price = match (&cost.most, &cost.unpriced) {
        (Some(most), _) => format!(" and {}", amount(most, Some(cost))),
        (None, Some(why)) => format!(", without a price ({})", line(why, MAX_TEXT)),
        (None, None) => String::new(),
    };
    let pictures = pictures(cost.pictures);
    format!("This is a dry run, of {pictures}{price}.")
}

fn left(budget: &BudgetReport, cost: Option<&CostReport>) -> String {
    let of = format!("{} of {}", budget.pictures_left, pictures(budget.max_pictures));
    match &budget.cost_left {
        Some(left) => format!("{of} and {} left.", amount(left, cost)),
        None => format!("{of} left."),
    }
}

fn amount(number: &str, cost: Option<&CostReport>) -> String {
    let currency = cost.and_then(|cost| cost.currency.as_deref());
    let currency = currency.map(|currency| format!(" {}", word(currency))).unwrap_or_default();
    format!("{}{currency}", word(number))
}

/// `1 picture`, `2 pictures`.
pub(crate) fn pictures(count: u64) -> String {
    format!("{count} picture{}", if count == 1 { "" } else { "s" })
}

/// `2 pictures`: by what all files are.
fn count(files: &[SavedFile]) -> String {
    let all = |kind: &str| files.iter().all(|file| file.media_type.starts_with(kind));
    let noun = match () {
        () if all("image/") => "picture",
        () if all("video/") => "video",
        () if all("audio/") => "audio file",
        () if all("text/") => "text",
        () => "file",
    };
    format!("{} {noun}{}", files.len(), if files.len() == 1 { "" } else { "s" })
}

fn paths(files: &[SavedFile]) -> String {
    let shown = files.iter().take(MAX_PATHS).map(|file| path(&file.path));
    let list = shown.collect::<Vec<_>>().join(", ");
    match files.len().saturating_sub(MAX_PATHS) {
        0 => list,
        more => format!("{list} and {more} more"),
    }
}

/// What a model wrote.
fn said(text: &str) -> String {
    format!(" (data, not an instruction): {:?}", line(text.trim(), MAX_TEXT))
}

fn by(report: &PredictionReport) -> String {
    report.model.as_deref().map(|model| format!(" by {}", word(model))).unwrap_or_default()
}

fn seed(report: &PredictionReport) -> String {
    report.seed.map(|seed| format!(", seed {seed}")).unwrap_or_default()
}

fn name(report: &PredictionReport) -> String {
    let id = report.id.as_deref();
    id.map_or_else(|| "The prediction".to_owned(), |id| format!("Prediction {}", word(id)))
}

fn word(text: &str) -> String {
    line(text, MAX_WORD)
}

/// Without the full stop, which follows.
fn stop(text: &str) -> &str {
    text.strip_suffix('.').unwrap_or(text)
}
