//! Reports of predictions, from what is known of them.

use std::path::PathBuf;

use quickrouter::{Output, Prediction, RequestPreview, Status};
use rmcp::model::CallToolResult;
use serde_json::json;

use crate::error::{Kind, ToolError};
use crate::jobs::{Outcome, Stage};
use crate::results::content;
use crate::results::prediction::{CostReport, PredictionReport, SavedFile};
use crate::results::status::ReportStatus;
use crate::store::{NewRequest, Record, State};
use crate::tools::Tools;
use crate::tools::exceeded::exceeded_by;
use crate::tools::find::Found;

/// Warnings about an input.
pub(crate) type Warnings = Vec<String>;

impl Tools {
    /// A request that has ended, from what was noted of it.
    pub(crate) async fn report_record(&self, record: &Record) -> CallToolResult {
        let mut report = self.of_request(&record.request);
        report.id.clone_from(&record.id);
        report.status = record.status.as_deref().unwrap_or_default().into();
        report.seed = record.seed;
        report.failure.clone_from(&record.failure);
        report.done = true;
        self.result(report, record.files.clone()).await
    }

    /// A request that has ended, or why it failed.
    pub(crate) async fn ended(&self, record: &Record) -> Result<CallToolResult, ToolError> {
        let Some(failure) = &record.failure else { return Ok(self.report_record(record).await) };
        let mut error = ToolError::failed_before(failure);
        error.id.clone_from(&record.id);
        Err(saved_all_the_same(error, &record.files).of_request(&record.request.request_id))
    }

    /// A request without a prediction's id: it has ended without one, or is being created.
    pub(crate) async fn without_id(&self, found: &Found) -> Result<CallToolResult, ToolError> {
        match &found.record {
            Some(record) if record.state == State::Ended => self.ended(record).await,
            _ => Ok(self.report_creating(found).await),
        }
    }

    /// A request whose create is not answered yet.
    pub(crate) async fn report_creating(&self, found: &Found) -> CallToolResult {
        let request = found.job.as_ref().and_then(|job| job.request.as_ref());
        let mut report = request.map(|request| self.of_request(request)).unwrap_or_default();
        report.next = Some(ask_again(&report));
        self.result(report, Vec::new()).await
    }

    /// A prediction as the gateway says it is.
    pub(crate) async fn report_state(
        &self,
        found: &Found,
        prediction: &Prediction,
    ) -> CallToolResult {
        let mut report = self.of_prediction(found.request(), prediction);
        report.next = match prediction.is_terminal() {
            false => Some(ask_again(&report)),
            // A job of this server is about to save them.
            true if found.job.is_some() && !report.done => Some(ask_again(&report)),
            true if prediction.outputs().is_empty() => None,
            true => Some(format!("Ask save_outputs with {}.", handle(&report))),
        };
        self.result(report, Vec::new()).await
    }

    /// A prediction whose outputs are saved.
    pub(crate) async fn report_saved(
        &self,
        found: &Found,
        prediction: &Prediction,
        files: Vec<PathBuf>,
    ) -> CallToolResult {
        let mut report = self.of_prediction(found.request(), prediction);
        report.done = true;
        self.result(report, files).await
    }

    /// A create that is only shown.
    pub(crate) async fn report_preview(
        &self,
        request_id: &str,
        preview: &RequestPreview,
        cost: CostReport,
        warnings: Warnings,
    ) -> CallToolResult {
        let report = PredictionReport {
            request_id: Some(request_id.to_owned()),
            status: ReportStatus::DryRun,
            cost: Some(cost),
            warnings,
            request: Some(json!({
                "method": preview.method,
                "url": preview.url,
                "body": preview.body,
            })),
            next: Some("Nothing was created: the server runs with --dry-run.".to_owned()),
            ..PredictionReport::default()
        };
        self.result(report, Vec::new()).await
    }

    /// A prediction that still runs when the call has to be answered.
    pub(crate) async fn report_stage(
        &self,
        request: Option<&NewRequest>,
        stage: &Stage,
        warnings: Warnings,
    ) -> CallToolResult {
        let mut report = match stage {
            Stage::Running(update) => {
                let mut report = self.of_prediction(request, &update.prediction);
                report.percent = update.percent;
                // Its end is not noted yet.
                report.done = false;
                report
            }
            stage => {
                let mut report =
                    request.map(|request| self.of_request(request)).unwrap_or_default();
                report.id = stage.id().map(|id| id.as_str().to_owned());
                // It was accepted, and not polled yet.
                if report.id.is_some() {
                    report.status = ReportStatus::Of(Status::Starting);
                }
                report
            }
        };
        report.warnings = warnings;
        report.next = Some(ask_again(&report));
        self.result(report, Vec::new()).await
    }

    /// How a job ended.
    pub(crate) async fn report_outcome(
        &self,
        request: Option<&NewRequest>,
        outcome: &Outcome,
        warnings: Warnings,
    ) -> Result<CallToolResult, ToolError> {
        match outcome {
            Outcome::Saved { prediction, files } => {
                let mut report = self.of_prediction(request, prediction);
                report.done = true;
                report.warnings = warnings;
                Ok(self.result(report, files.clone()).await)
            }
            Outcome::Failed { error, files, .. } => {
                let error = saved_all_the_same(error.clone(), files);
                Err(match request {
                    Some(request) => error.of_request(&request.request_id),
                    None => error,
                })
            }
            Outcome::Exceeded(exceeded) => Err(exceeded_by(exceeded)),
            Outcome::Known(_) => Err(ToolError::new(
                Kind::OutcomeUnknown,
                "Another server creates it at the moment.",
                "Ask wait_prediction with its request_id.",
            )
            .billed()),
        }
    }

    fn of_request(&self, request: &NewRequest) -> PredictionReport {
        PredictionReport {
            request_id: Some(request.request_id.clone()),
            model: Some(request.model.clone()),
            cost: Some(self.reserved(request)),
            ..PredictionReport::default()
        }
    }

    fn of_prediction(
        &self,
        request: Option<&NewRequest>,
        prediction: &Prediction,
    ) -> PredictionReport {
        let mut report = request.map(|request| self.of_request(request)).unwrap_or_default();
        report.id = prediction.id().map(|id| id.as_str().to_owned());
        report.status = ReportStatus::Of(prediction.status().clone());
        report.done = prediction.is_terminal() && prediction.outputs().is_empty();
        report.seed = prediction.seed();
        report.failure = prediction.error().map(|error| quickrouter::text::one_line(&error));
        if report.model.is_none() {
            report.model = prediction.model().map(quickrouter::text::one_line);
        }
        let texts = prediction.outputs().into_iter().filter_map(|output| match output {
            Output::Text(text) => Some(text),
            _ => None,
        });
        report.text = Some(texts.collect::<String>()).filter(|text| !text.is_empty());
        report
    }

    fn reserved(&self, request: &NewRequest) -> CostReport {
        let cost = request.reservation.cost;
        CostReport {
            pictures: request.reservation.pictures,
            most: cost.map(|most| most.to_string()),
            currency: self.account.profile().currency.clone().filter(|_| cost.is_some()),
            unpriced: cost.is_none().then(|| "it had no known price".to_owned()),
        }
    }

    async fn result(&self, mut report: PredictionReport, files: Vec<PathBuf>) -> CallToolResult {
        report.budget = self.left().await;
        let images = self.images;
        let read = tokio::task::spawn_blocking(move || {
            report.files = files.into_iter().map(SavedFile::read).collect();
            (content::prediction(&report, images), report.files)
        });
        match read.await {
            Ok((result, files)) => {
                self.saved.add(&files);
                result
            }
            Err(error) => {
                let error = ToolError::new(Kind::Store, error.to_string(), "Ask get_prediction.");
                content::error(&error.billed(), None)
            }
        }
    }
}

impl Found {
    fn request(&self) -> Option<&NewRequest> {
        let of_job = self.job.as_ref().and_then(|job| job.request.as_ref());
        of_job.or(self.record.as_ref().map(|record| &record.request))
    }
}

/// Names the files of a prediction that failed.
fn saved_all_the_same(mut error: ToolError, files: &[PathBuf]) -> ToolError {
    for file in files {
        error.add(&format!("Saved all the same: {}.", file.display()));
    }
    error
}

/// By what it can be asked for.
fn handle(report: &PredictionReport) -> String {
    match (&report.id, &report.request_id) {
        (Some(id), _) => format!("id `{id}`"),
        (None, Some(request_id)) => format!("request_id `{request_id}`"),
        (None, None) => "its id".to_owned(),
    }
}

fn ask_again(report: &PredictionReport) -> String {
    format!("Ask wait_prediction with {}.", handle(report))
}
