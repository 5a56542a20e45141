//! `generate_image` and `run_model`: from arguments to a prediction, once for each request id.

use quickrouter::CreateRequest;
use rmcp::model::{CallToolResponse, CallToolResult};
use serde_json::Value;

use crate::confirm::Answer;
use crate::error::{Kind, ToolError};
use crate::inputs::arguments::CreateArguments;
use crate::jobs::Job;
use crate::results::prediction::CostReport;
use crate::store::{NewRequest, Record, State};
use crate::tools::bounded::{Work, bounded};
use crate::tools::find::id_of;
use crate::tools::prices::cost_report;
use crate::tools::recover::{NOT_NOTED, unknown};
use crate::tools::report::Warnings;
use crate::tools::request::{fingerprint, request_of, same};
use crate::tools::waited::told_of;
use crate::tools::{Call, Tools, unreadable};

impl Tools {
    /// Creates a prediction, unless its request id was used before, and waits for it.
    pub(crate) async fn create(
        &self,
        arguments: CreateArguments,
        call: &Call<'_>,
    ) -> Result<CallToolResponse, ToolError> {
        let request_id = arguments.request_id.clone();
        let created = self.created(arguments, call).await;
        created.map_err(|error| error.of_request(&request_id))
    }

    async fn created(
        &self,
        arguments: CreateArguments,
        call: &Call<'_>,
    ) -> Result<CallToolResponse, ToolError> {
        let fingerprint = fingerprint(&arguments.model, &arguments.input);
        if let Some(known) = self.known(&arguments, &fingerprint, call).await? {
            return Ok(known.into());
        }
        let CreateArguments { request_id, model, input } = arguments;
        let files = self.allowed.find(&model, &input)?;
        let shown = files.stand_in(input.clone());
        let request = request_of(&model, &shown);
        let warnings =
            self.client.check(request.clone()).map_err(|error| ToolError::from(&error))?;
        let of_files = files.check().await?;
        let warnings = warnings.iter().chain(&of_files).map(ToString::to_string).collect();
        let estimate = async { Ok(self.account.estimate(&model, &Value::Object(shown)).await) };
        let estimate = bounded(call, Work::BeforeCreate, estimate).await?;
        let reservation = self.reservation(&estimate, &input)?;
        let left = self.within(&reservation).await?;
        if self.dry_run {
            let cost = cost_report(&estimate, &input, self.account.profile());
            return Ok(self.preview(&request_id, request, cost, warnings).await?.into());
        }
        let new = NewRequest { request_id, fingerprint, model, reservation };
        let mut wait_from_now = None;
        if let Some(question) = self.question(&new, &input, &estimate, &left) {
            let asked = self.confirmations.ask(&question, call.params, call.context);
            match told_of("a person is asked", call, asked).await {
                // How long a person took is not the gateway's time.
                Answer::Confirmed => {
                    wait_from_now = Some(call.prolonged());
                }
                Answer::CannotAsk => {}
                Answer::Ask(required) => return Ok((*required).into()),
                Answer::Declined(reason) => return Err(declined(&reason)),
            }
        }
        let call = wait_from_now.as_ref().unwrap_or(call);
        quickrouter::files::check_folder(&self.output)
            .await
            .map_err(|error| ToolError::from(&error))?;
        let input = bounded(call, Work::BeforeCreate, files.send(&self.client, input)).await?;
        // From here on it may be sent, and is not cut short.
        if call.context.ct.is_cancelled() {
            return Err(canceled());
        }
        let request = request_of(&new.model, &input);
        let job = self.jobs.create(new.clone(), request);
        // Another call may have been first.
        same(job.request.as_ref().unwrap_or(&new), &new.fingerprint)?;
        self.waited(job, call, warnings).await.map(Into::into)
    }

    /// What there is of a request id that was used before.
    async fn known(
        &self,
        arguments: &CreateArguments,
        fingerprint: &str,
        call: &Call<'_>,
    ) -> Result<Option<CallToolResult>, ToolError> {
        if let Some(job) = self.jobs.of_request(&arguments.request_id) {
            if let Some(request) = &job.request {
                same(request, fingerprint)?;
            }
            return self.waited(job, call, Warnings::new()).await.map(Some);
        }
        let record = self.store.find(&arguments.request_id).await;
        let record = record.map_err(|error| unreadable(&error))?;
        let Some(mut record) = record.filter(|record| record.state != State::Released) else {
            return Ok(None);
        };
        same(&record.request, fingerprint)?;
        record = self.settled(record, call).await?;
        if record.state == State::Released {
            return Ok(None);
        }
        if record.id.is_none() && record.state != State::Ended {
            let request = self.resent(&record, &arguments.input).await?;
            let id = bounded(call, Work::Recover, self.recover(&record, request)).await?;
            record.id = Some(id.as_str().to_owned());
        }
        self.of_record(record, call).await.map(Some)
    }

    /// What became of a request of an earlier call, perhaps of an earlier or another process.
    pub(crate) async fn of_record(
        &self,
        record: Record,
        call: &Call<'_>,
    ) -> Result<CallToolResult, ToolError> {
        match self.job_of(&record)? {
            Some(job) => self.waited(job, call, Warnings::new()).await,
            None => self.ended(&record).await,
        }
    }

    /// The job of a record's prediction; `None` if it has ended.
    pub(crate) fn job_of(&self, record: &Record) -> Result<Option<Job>, ToolError> {
        match (record.state, id_of(record)?) {
            (State::Ended, _) => Ok(None),
            (_, Some(id)) => Ok(Some(self.jobs.follow(&id, Some(record.request.clone())))),
            _ => Err(unknown(record, NOT_NOTED)),
        }
    }

    async fn preview(
        &self,
        request_id: &str,
        request: CreateRequest,
        cost: CostReport,
        warnings: Warnings,
    ) -> Result<CallToolResult, ToolError> {
        let preview = self.client.preview(request).map_err(|error| ToolError::from(&error))?;
        Ok(self.report_preview(request_id, &preview, cost, warnings).await)
    }
}

fn declined(reason: &str) -> ToolError {
    let next = "Nothing was created. Do not call it again unless the person says so. A person can have it \
                made without a question by --confirm-above or --yes in the server's settings.";
    ToolError::new(Kind::Declined, reason, next)
}

fn canceled() -> ToolError {
    ToolError::new(Kind::Canceled, "The call was canceled.", "Nothing was created.")
}
